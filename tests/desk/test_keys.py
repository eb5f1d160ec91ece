"""Every page of who is logged in has the help on keys once, and a button for it."""

from __future__ import annotations

import pytest
from django.test import Client

from kulanz.desk.models import Member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/issues", "/setup/", "/setup/teams/new", "/preferences", "/sources/new", "/nowhere"]
)
def test_a_page_has_the_help_once(client: Client, members: dict[str, Member], path: str) -> None:
    client.force_login(members["adam"])
    page = client.get(path, follow=True).content.decode()
    assert page.count('<dialog id="keys"') == 1
    assert page.count('data-dialog="keys"') == 1


def test_strangers_get_no_help_on_keys(client: Client) -> None:
    assert "keys" not in client.get("/login/login/").content.decode()
