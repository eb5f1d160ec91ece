"""The docs of the desk say what it does."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from documented import PAGES, ROOT, blocks, name_of

from kulanz.desk.conf import read_conf

REFERENCE = ROOT / "docs" / "reference"


class Asked(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.names.append(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def settings() -> set[str]:
    asked = Asked()
    read_conf(asked)
    return {name for name in asked.names if not name.endswith("_FILE")}


def test_every_setting_has_a_heading_and_an_entry_and_none_is_made_up() -> None:
    page = (REFERENCE / "settings.md").read_text("utf-8")
    assert set(re.findall(r"^### (\S+)$", page, re.MULTILINE)) == settings()
    assert set(re.findall(r"^\| \[`(\w+)`\]", page, re.MULTILINE)) == settings()


def test_the_state_tables_are_those_the_desk_works_by() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write-state-tables"))
    assert (REFERENCE / "states.md").read_text("utf-8") == script["page"](), "run: make docs"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "ini")], ids=name_of)
def test_settings_in_the_docs_are_read(page: Path) -> None:
    for block in blocks(page, "ini"):
        told = re.findall(r"^((?:KULANZ_|DATABASE_URL)\w*)=(.*)$", block, re.MULTILINE)
        given = {name: "".join(shlex.split(value)) for name, value in told}
        assert {name.removesuffix("_FILE") for name in given} <= settings()
        read_conf({name: value for name, value in given.items() if not name.endswith("_FILE")})
