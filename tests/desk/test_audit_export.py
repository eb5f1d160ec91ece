"""The whole audit trail as a file: by command, with filters, under pseudonyms unless names are asked for."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kulanz.cli import main
from kulanz.desk.models import Event, Person
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services.events import record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("started")]


def run(*options: str) -> str:
    result = CliRunner().invoke(main, ["export", "audit", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def exported(*options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*options).splitlines()]


def test_everything_is_written_once_the_first_first(bob: Actor, now: Any, tmp_path: Path) -> None:
    person = Person.objects.create(name="Rolf Mauer", created_at=now)
    for day in range(3):
        record(
            bob,
            "edit",
            person,
            now=now + timedelta(days=day),
            reason="Rolf asked",
            data={"name": ["R", "Rolf"]},
        )
    plain = exported()
    assert [line["event"] for line in plain] == list(
        Event.objects.filter(action="edit").order_by("pk").values_list("pk", flat=True)
    )
    assert not any(word in json.dumps(plain) for word in ("Rolf", "Bob", "bob", f'"{person.pk}"'))
    file = tmp_path / "audit.jsonl"
    assert run("--names", "--noun", "person", "--output", str(file)) == "3 events\n"
    assert file.stat().st_mode & 0o777 == 0o600
    named = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [(line["reason"], line["data"], line["noun_id"]) for line in named] == [
        ("Rolf asked", {"name": ["R", "Rolf"]}, person.pk)
    ] * 3
    day = f"{now + timedelta(days=1):%Y-%m-%d}"
    assert len(exported("--since", day, "--until", day)) == 1
    assert [each.data["events"] for each in Event.objects.filter(action="export").order_by("pk")] == [3, 3, 1]


@pytest.mark.any_database
@pytest.mark.parametrize("wrong", [["--since", "yesterday"], ["--until", "2026-13-01"]])
def test_days_are_days(wrong: list[str]) -> None:
    assert CliRunner().invoke(main, ["export", "audit", *wrong]).exit_code == 2
