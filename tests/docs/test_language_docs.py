"""Every table of words holds every language that Kulanz speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

import kulanz.cli
import kulanz.core
import kulanz.desk.demo.words
import kulanz.desk.rules
import kulanz.pages
from kulanz.core.spoken import LANGS, NAMES

PACKAGES = (kulanz.core, kulanz.pages, kulanz.cli, kulanz.desk.rules)
READ = {"kulanz.core.drafts.cues", "kulanz.core.language"}
"""Tables of what is read, not of what is said."""


def modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__") and found.name not in READ:
                yield import_module(found.name)
    yield kulanz.desk.demo.words


def by_language(value: Any) -> Iterator[Mapping[str, Any]]:
    """The tables inside a value that have a row a language."""
    if isinstance(value, Mapping):
        if {"de", "en"} <= value.keys():
            yield value
        value = tuple(value.values())
    if isinstance(value, tuple):
        for each in value:
            yield from by_language(each)


def tables() -> dict[str, Any]:
    """Every table once, by the module that comes first and its name there."""
    found: dict[int, tuple[str, Any]] = {}
    for module in modules():
        for name, value in vars(module).items():
            if any(by_language(value)):
                found.setdefault(id(value), (f"{module.__name__}.{name}", value))
    return dict(found.values())


TABLES = tables()


@pytest.mark.parametrize("name", TABLES)
def test_every_language_is_in_every_table(name: str) -> None:
    for table in by_language(TABLES[name]):
        assert not set(LANGS) - table.keys(), f"{name} lacks a language"


def test_every_language_has_its_name() -> None:
    assert set(NAMES) == set(LANGS)
