"""Who knows whom is in the memory of the worker while it counts, and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from api_client import Program, Visitor
from django.apps import apps
from django.urls import reverse

import kulanz
from kulanz.core.posts import Post
from kulanz.desk.models import Account, AccountStanding, Member, Person, Source, StaffIdentity
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import people
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.standing import count_due
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db

CODE = Path(kulanz.__file__).parent
OTHERS = ("Annegret", "Ottokar")


@pytest.fixture
def rolf(bob: Actor, forum: Source, now: datetime) -> Person:
    """Somebody who has to do with two others, all in threads that they began."""
    said = [("Annegret", None), ("Rolf", "p0"), ("Ottokar", None), ("Rolf", "p2")]
    posts = tuple(
        Sighting(
            post=Post(
                thread_id=f"t{number // 2}",
                post_id=f"p{number}",
                author_id=author,
                created_at=now - timedelta(days=9 - number),
                text="I see it that way, too.",
                reply_to=answered,
            )
        )
        for number, (author, answered) in enumerate(said)
    )
    keep_page(source=forum, page=Page(posts=posts), lane=None, grace=timedelta(0), now=now)
    return people.person_of(actor=bob, account=Account.objects.get(key="Rolf"), now=now)


def stored() -> dict[str, str]:
    """The rows of all tables of the desk."""
    return {
        model.__name__: repr(list(model._default_manager.order_by("pk").values()))
        for model in apps.get_app_config("desk").get_models()
    }


def count_all(now: datetime) -> None:
    while count_due(now=now):
        pass


def test_counting_writes_no_name(rolf: Person, now: datetime) -> None:
    before = stored()
    count_all(now)
    written = {name: rows for name, rows in stored().items() if rows != before[name]}
    assert set(written) == {"AccountStanding", "SourceCount"}
    assert "'within': [2, 2, 2, 2]" in written["AccountStanding"]
    assert not any(name in rows for name in OTHERS for rows in written.values())


def test_reach_is_shown_without_those_who_are_reached(
    rolf: Person, members: dict[str, Member], now: datetime
) -> None:
    count_all(now)
    page = Visitor(members["bob"])._client.get(reverse("person", args=[rolf.pk])).content.decode()
    told = Program(members["bob"]).get(f"/people/{rolf.pk}/standing").content.decode()
    assert 'id="standing"' in page
    assert '"within": [2, 2, 2, 2]' in told
    assert not any(name in shown for name in OTHERS for shown in (page, told))


def test_nothing_but_the_worker_can_hold_a_network() -> None:
    holders = {name: found for name, found in imported() if found & {"Contacts", "Network", "*"}}
    assert set(holders) == {"desk/services/standing.py"}
    joined = {name for name, found in imported() if found & {"parts", "units_between"}}
    assert joined == {"batch/spark/knowing.py"}


def imported() -> Iterator[tuple[str, set[str]]]:
    """What every module outside the package of networks takes from it."""
    for path in sorted(CODE.rglob("*.py")):
        name = path.relative_to(CODE).as_posix()
        if name.startswith("core/network/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kulanz.core.network"):
                yield name, {each.name for each in node.names}
            elif isinstance(node, ast.Import) and any("core.network" in each.name for each in node.names):
                yield name, {"*"}


@pytest.mark.parametrize(("kind", "within"), [("account", [1, 1, 1, 1]), ("domain", [2, 2, 2, 2])])
def test_who_speaks_for_the_company_is_no_way_to_others(
    rolf: Person, now: datetime, kind: str, within: list[int]
) -> None:
    StaffIdentity.objects.create(kind=kind, value="annegret")
    count_all(now)
    reach = AccountStanding.objects.get(account__key="Rolf").reach
    assert reach is not None
    assert reach["within"] == within
