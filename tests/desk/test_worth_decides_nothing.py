"""What a customer is worth raises attention and decides nothing: no rule can deny, delay or close by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kulanz.desk.rules.machines import MACHINES

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


def test_every_service_that_moves_a_state_is_among_those_that_know_no_worth() -> None:
    """Whoever takes a step of a table can deny, delay or close."""
    services = ROOT / "src" / "kulanz" / "desk" / "services"
    stepping = {
        f"kulanz.desk.services.{path.stem}"
        for path in services.glob("*.py")
        if any(f" {machine.noun.upper()}" in path.read_text("utf-8") for machine in MACHINES)
        and "step(" in path.read_text("utf-8")
    }
    sources_apart = {"kulanz.desk.services.sources", "kulanz.desk.services.changing"}
    assert stepping - sources_apart <= set(contract()["source_modules"])


@pytest.mark.parametrize("kind", ["rules", "services"])
def test_what_decides_runs_without_what_knows_the_worth(kind: str) -> None:
    deciding = [name for name in contract()["source_modules"] if f".{kind}." in name]
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
