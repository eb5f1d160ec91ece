"""Statements of reasons: every measure that restricts has one that the database's rules accept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_people import NOW

from dsa_site import problems
from kulanz.desk.rules.moderating import CODES, KINDS
from kulanz.desk.rules.statements import CATEGORIES, Facts, has_statement, statement
from kulanz.tlog.impersonal import PersonalError


def facts(**more: object) -> Facts:
    given = {
        "kind": "hide", "code": "abuse", "reference": "AB12CD34EF", "rule": "Respect, version 1",
        "rule_url": "", "why": "It insults.", "done_at": NOW, "until": None,
        "written_at": NOW - timedelta(days=2), "language": "de",
    }  # fmt: skip
    return Facts(**{**given, **more})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "warn"])
def test_every_restriction_has_a_statement_that_the_database_accepts(kind: str) -> None:
    for code in CATEGORIES:
        assert has_statement(kind, code)
        until = NOW + timedelta(days=3) if kind in ("hide", "suspend") else None
        made = statement(
            facts(kind=kind, code=code, until=until, rule_url="https://k.example/rules/respect/1")
        )
        assert problems(dict(made)) == []


def test_a_warning_and_what_the_author_asked_for_restrict_nothing() -> None:
    assert not has_statement("warn", "abuse")
    assert not has_statement("hide", "asked_by_author")
    assert set(CODES) - set(CATEGORIES) == {"asked_by_author"}


def test_dates_language_and_end_are_said_where_they_are_known() -> None:
    made = statement(facts(kind="suspend", until=NOW + timedelta(days=7), written_at=None, language="und"))
    assert made["content_date"] == made["application_date"] == "2026-06-11"
    assert made["end_date_account_restriction"] == "2026-06-18"
    assert "content_language" not in made
    assert statement(facts())["content_language"] == "DE"


def test_words_that_lead_to_a_person_are_refused() -> None:
    for words in ("Ask @rolf.", "Call 0171 2345678.", "rolf@mauer.example"):
        with pytest.raises(PersonalError):
            statement(facts(why=words))
