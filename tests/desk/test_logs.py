"""A log without people: what fails with names in it is told by kinds and places, in text and in JSON."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

import pytest
from api_client import Program
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from django.utils.module_loading import import_string

from kulanz.core.posts import Post as CorePost
from kulanz.desk.logs import PatternFilter, RequestIdFilter, said, traced
from kulanz.desk.models import Member, Source
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import customer_imports
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.loginmail import logger as mail_logger
from kulanz.desk.worker import Job, run_once
from kulanz.sources.sightings import Page, Sighting

# a job that fails closes its connection, which PostgreSQL would lose with the test's transaction
pytestmark = pytest.mark.any_database
NAME = "Rosalinde Quast"
ADDRESS = "rosalinde.quast@privat.example"
QUOTED = f'duplicate key: DETAIL: Key (name, email)=("{NAME}", {ADDRESS}) of +49 170 1234567 exists'
PEOPLE = ("Rosalinde", "Quast", "privat.example", "1234567", "Mahnung")


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What goes to the log, as the settings write it in one of its formats."""
    kept = StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(import_string(settings.LOGGING["formatters"][request.param]["()"])())
    for each in (RequestIdFilter(), PatternFilter()):
        handler.addFilter(each)
    root = logging.getLogger()
    root.addHandler(handler)
    yield kept
    root.removeHandler(handler)


def fails(_: object = None, **__: object) -> int:
    try:
        return {}[NAME]
    except KeyError as error:
        raise IntegrityError(QUOTED) from error


@pytest.mark.django_db
def test_a_day_of_errors_names_nobody(
    forum: Source,
    members: dict[str, Member],
    now: datetime,
    written: StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = CorePost(thread_id=NAME, post_id="1", author_id=NAME, text=f"Mahnung an {ADDRESS}", created_at=now)
    page = Page(posts=(Sighting(post=post),), cursor={"after": NAME})
    keep_page(source=forum, page=page, lane="live", grace=now - now, now=now)
    run_once(now, (Job("alarms", fails),))
    refused = RuleError("name: expected another, got %(got)r", got=NAME)
    run_once(now, (Job("holds", lambda **_: (_ for _ in ()).throw(refused)),))
    Program(members["bob"]).get(f"/nothing/{NAME}?words={ADDRESS}")
    Client().get(f"/status/{NAME}", headers={"User-Agent": NAME})
    Client().post("/login/login/", {"login": ADDRESS, "password": NAME})
    mail_logger.error("a mail of the login did not go out: %s", OSError(5, f"refused {ADDRESS}", NAME))
    customer_imports.logger.warning(
        "a slice of the table of customers %s was not taken: %s", 7, ValueError(NAME)
    )
    logging.getLogger("waitress").error("Exception while serving %s for +49 170 1234567", ADDRESS)
    logging.getLogger("library").info("sent", extra={"recipient": ADDRESS, "person": NAME})
    told = written.getvalue()
    assert "job alarms did not end" in told
    assert "IntegrityError" in told
    assert "name: expected another, got %(got)r" in told
    assert [each for each in PEOPLE if each in told] == []


@pytest.mark.django_db
def test_a_line_says_which_job_and_where(now: datetime, written: StringIO) -> None:
    run_once(now, (Job("alarms", fails),))
    told = written.getvalue()
    if told.startswith("{"):
        line = json.loads(told)
        assert (line["job"], line["level"], line["error"]) == (
            "alarms",
            "ERROR",
            "django.db.utils.IntegrityError",
        )
        assert line["trace"][0] == "caused by KeyError"
        assert line["trace"][1].startswith("tests/desk/test_logs.py:")
        assert line["time"].endswith("+00:00")
    else:
        assert "[- alarms]: job alarms did not end" in told
        assert told.endswith("django.db.utils.IntegrityError\n")
        assert "Traceback" not in told


def test_causes_come_first_and_a_ring_of_them_ends() -> None:
    one, other = ValueError("one"), KeyError("other")
    one.__cause__, other.__cause__ = other, one
    assert list(traced(one))[-1:] == ["caused by KeyError"]


def test_an_error_of_the_system_says_which_one_but_not_where() -> None:
    assert (
        said(PermissionError(13, "Permission denied", f"/home/{NAME}"))
        == "PermissionError: Permission denied"
    )


def test_what_nobody_catches_is_told_alike() -> None:
    program = (
        "import logging; from kulanz.desk.logs import TextLines, RequestIdFilter, tell_uncaught\n"
        "handler = logging.StreamHandler(); handler.setFormatter(TextLines())\n"
        "handler.addFilter(RequestIdFilter()); logging.getLogger().addHandler(handler)\n"
        f"tell_uncaught(); raise ValueError('{NAME}')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 1
    assert "ended by an error" in done.stderr
    assert "ValueError" in done.stderr
    assert "Rosalinde" not in done.stderr
