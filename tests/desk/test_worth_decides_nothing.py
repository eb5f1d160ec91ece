"""What a customer is worth raises attention and decides nothing: no rule can deny, delay or close by it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kulanz.desk.rules.machines import MACHINES

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).parents[2]
NAME = "What customers are worth decides nothing"
LOADED = """
import sys, json, django
django.setup()
for name in sys.argv[1:]:
    __import__(name)
print(json.dumps(sorted(name for name in sys.modules if name.startswith("kulanz."))))
"""


def contract() -> dict[str, list[str]]:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return next(each for each in rules if each["name"].startswith(NAME))


DECIDING = contract()["source_modules"]
PAUSING = "kulanz.desk.services.hold_proposing"
"""Reads what is owed, and can do nothing but pause dunning, which somebody else ends."""
MOVES = re.compile(r"(?<!def )\bstep\(|\.by_itself\(|\bAttention\.objects\.get_or_create\(")


def source_of(name: str) -> str:
    return (ROOT / "src" / Path(*name.split("."))).with_suffix(".py").read_text("utf-8")


def test_every_service_that_moves_a_state_is_among_those_that_know_no_worth() -> None:
    """Whoever takes a step of a table, or puts a thread aside, can deny, delay or close."""
    services = ROOT / "src" / "kulanz" / "desk" / "services"
    names = (f"kulanz.desk.services.{path.stem}" for path in services.glob("*.py"))
    assert {name for name in names if MOVES.search(source_of(name))} - {PAUSING} <= set(DECIDING)


def test_what_pauses_by_itself_ends_nothing() -> None:
    assert re.findall(r"by_itself\([^)]*\)", source_of(PAUSING)) == ['by_itself(hold.state, "place_small")']
    assert not re.search(r"\bstep\(", source_of(PAUSING))


def test_the_rules_of_what_is_decided_are_among_those_that_know_no_worth() -> None:
    """The limits of gestures, the days of holds, the hours of promises."""
    found = re.findall(r"from (kulanz\.desk\.rules\.\w+)", "".join(map(source_of, DECIDING)))
    rules = {
        name for name in found if name.rpartition(".")[2] in {machine.noun + "s" for machine in MACHINES}
    }
    assert {"kulanz.desk.rules.gestures", "kulanz.desk.rules.holds"} <= rules <= set(DECIDING)


@pytest.mark.parametrize("name", DECIDING)
def test_what_decides_asks_neither_for_standing_nor_for_the_right_to_see_values(name: str) -> None:
    assert not any(noun in source_of(name) for noun in ("AccountStanding", "SEE_VALUES)"))


@pytest.mark.parametrize("kind", ["queries", "rules", "services"])
def test_what_decides_runs_without_what_knows_the_worth(kind: str) -> None:
    deciding = [name for name in DECIDING if f".{kind}." in name]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kulanz.desk.project.settings",
        "KULANZ_MODE": "demo",
        "PYTHONPATH": str(ROOT / "src"),
    }
    told = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", LOADED, *deciding], env=env, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(told.stdout.splitlines()[-1]))
    assert set(deciding) <= loaded
    assert loaded & set(contract()["forbidden_modules"]) == set()
