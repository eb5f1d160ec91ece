"""A real browser before a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")
pytest.importorskip("playwright", reason="needs playwright, which the lock names")

from visitor import WORD

from desk_site import DeskSite, desk_site
from discourse_site import SECRET


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Iterator[DeskSite]:
    """A desk with people, that has read the conversation on dunning."""
    with desk_site(tmp_path_factory.mktemp("desk")) as running:
        running.act("people", WORD)
        key = running.act("source", "push", "kontaktor", SECRET)
        posts = (sample / "threads" / "4711.jsonl").read_bytes()
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/x-ndjson"}
        request = Request(f"{running.url}/hooks/{key}/push", posts, headers)  # noqa: S310 - loopback only
        assert urlopen(request, timeout=60).status == 200  # noqa: S310 - loopback only
        running.act("work")
        yield running
