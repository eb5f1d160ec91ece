"""Real sites say what they are."""

from __future__ import annotations

import pytest

from kulanz.sources.connectors import connector_named
from kulanz.sources.recognising import recognise
from kulanz.testing.reading import Reading


@pytest.mark.parametrize("name", ["misago", "nodebb"])
def test_a_forum_is_recognised_by_its_address(name: str, request: pytest.FixtureRequest):
    site = request.getfixturevalue(name)
    http = Reading(make=connector_named(name).make, address=site.url).http

    assert recognise(site.url, http).rstrip("/") == f"{name}:{site.url}"
    assert http.requests <= 4
