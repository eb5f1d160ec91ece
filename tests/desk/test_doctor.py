"""The doctor: what is broken is told with what it means and what to do, and is whole again afterwards."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from kulanz.cli import main
from kulanz.desk import conf as settings
from kulanz.desk.conf import Conf, conf
from kulanz.desk.models import Delivery, Heartbeat, LogHead, Post, Promise, Source, Thread
from kulanz.desk.operating import damage, doctor
from kulanz.desk.operating.findings import Code
from kulanz.desk.operating.starting import FIRST, UNFINISHED
from kulanz.desk.services import log_sequencing, mending
from kulanz.desk.services.heartbeats import beat
from kulanz.logstores import FolderStore
from kulanz.tlog.sequencing import STAGING
from written_log import ORIGIN, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conf:
    """The settings of a desk that is in order."""
    data = tmp_path / "data"
    (data / "static").mkdir(parents=True)
    data.chmod(0o700)
    (data / "secret-key").write_text("k" * 50)
    (data / "secret-key").chmod(0o600)
    desk = replace(conf(), data=data, log_folder=data / "log")
    monkeypatch.setattr(settings, "conf", lambda: desk)
    monkeypatch.setattr(log_sequencing, "conf", lambda: desk)
    return desk


def codes(given: Conf) -> set[str]:
    return {each.code for each in doctor.examine(given, timezone.now(), deep=True) if each.level != "good"}


def mend(given: Conf, code: str) -> str:
    """Have the doctor mend what it finds under a name; return what it says it did."""
    (found,) = (each for each in doctor.examine(given, timezone.now(), deep=True) if each.code == code)
    assert found.meaning
    assert found.remedy
    assert found.repair is not None
    return found.repair.run()


def kulanz(*words: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *words])


def test_a_desk_in_order_has_nothing_to_mend(given: Conf) -> None:
    beat(now=timezone.now(), worker="w")
    assert codes(given) == set()
    assert kulanz().exit_code == 0


def open_key(given: Conf) -> None:
    (given.data / "secret-key").chmod(0o644)


def open_folder(given: Conf) -> None:
    given.data.chmod(0o755)


def no_static(given: Conf) -> None:
    given.static.rmdir()


@pytest.mark.parametrize(
    ("code", "break_it"), [("key", open_key), ("open-folder", open_folder), ("static", no_static)]
)
def test_files_are_mended(
    given: Conf, code: str, break_it: Callable[[Conf], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(damage, "put_static", given.static.mkdir)
    break_it(given)
    assert code in codes(given)
    mend(given, code)
    assert code not in codes(given)
    assert stat.S_IMODE((given.data / "secret-key").stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_made_only_when_somebody_says_yes(given: Conf) -> None:
    missing = replace(given, data=given.data / "other")
    (found,) = (each for each in damage.files(missing, timezone.now()))
    assert found.repair is not None
    assert str(missing.data) in found.repair.asks
    found.repair.run()
    assert stat.S_IMODE(missing.data.stat().st_mode) == 0o700


def test_a_restore_that_was_cut_off_is_told(given: Conf) -> None:
    (given.data / UNFINISHED).touch()
    assert "restore" in codes(given)


def test_changes_of_the_database_are_offered_and_never_made_unasked(
    given: Conf, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    monkeypatch.setattr(doctor, "waiting_migrations", lambda: [] if made else ["desk.0002_more"])
    monkeypatch.setattr(damage, "bring_up_to_date", lambda: made.append(1) or 1)
    told = kulanz("--repair")
    assert (told.exit_code, made) == (1, [])
    assert "1 change of this version is missing" in told.output
    assert kulanz("--repair", "--yes").exit_code == 0
    assert made == [1]


def test_rows_that_a_dead_worker_claimed_are_due_again(given: Conf, forum: Source, thread: Thread) -> None:
    now = timezone.now()
    soon = now + timedelta(minutes=5)
    Thread.objects.update(stale_since=now, due_at=soon, attempts=1)
    Source.objects.update(due_at=soon, attempts=0)
    beat(now=now, worker="w")
    assert "claims" not in codes(given)
    assert mending.let_go(now=now) == 0
    Heartbeat.objects.all().delete()
    assert mend(given, "claims") == "1 mended"
    assert Thread.objects.get().due_at <= timezone.now()
    assert Source.objects.get().due_at == soon


def test_what_a_clock_that_was_ahead_has_planned_is_brought_back(
    given: Conf, forum: Source, thread: Thread, now: datetime
) -> None:
    there = timezone.now()
    far = there + timedelta(days=400)
    Thread.objects.update(due_at=far, stale_since=there)
    Source.objects.update(due_at=far, interval_s=300)
    Delivery.objects.create(kind="email", key="k", body="b", created_at=there, due_at=far)
    beat(now=far, worker="w")
    assert mend(given, "clock-back") == "4 mended"
    assert "clock-back" not in codes(given)
    assert Delivery.objects.get().due_at <= timezone.now()


def test_a_source_that_is_read_once_a_week_and_a_promise_are_left_alone(given: Conf, forum: Source) -> None:
    Source.objects.update(due_at=timezone.now() + timedelta(days=6), interval_s=7 * 86_400)
    assert Promise not in mending._FAR_KINDS
    assert "clock-back" not in codes(given)


def test_what_has_work_and_no_time_is_reminded_of_it(given: Conf, thread: Thread) -> None:
    Thread.objects.update(stale_since=timezone.now(), due_at=None)
    assert mend(given, "forgotten") == "1 mended"
    assert Thread.objects.get().due_at is not None


def test_messages_that_were_given_up_are_told_for_a_week(given: Conf) -> None:
    now = timezone.now()
    Delivery.objects.create(
        kind="email", key="a", address="bob@example.org", body="", created_at=now, given_up_at=now,
        last_error="550 no such mailbox",
    )  # fmt: skip
    (told,) = (each.what for each in doctor.examine(given, now) if each.code == "work")
    assert "bob@example.org: 550 no such mailbox" in told
    assert list(doctor._given_up(given, now + timedelta(days=8))) == []


def test_the_search_index_is_made_anew(given: Conf, thread: Thread) -> None:
    now = timezone.now()
    Post.objects.create(
        thread=thread, source=thread.source, key="p", text="Mahnung", text_since=now, seen_at=now
    )
    assert "search" not in codes(given)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO desk_post_words(desk_post_words) VALUES ('delete-all')")
            cursor.execute("DROP TRIGGER desk_thread_words_added")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
            cursor.execute("ALTER TABLE desk_post DROP COLUMN words")
            cursor.execute("DROP INDEX desk_thread_words")
    assert mend(given, "search") == "2 mended"
    assert "search" not in codes(given)


@pytest.fixture
def log(given: Conf) -> LogHead:
    """A public log of one entry, as it lies in its folder."""
    log, now = written([1]), timezone.now()
    for path, content in log.files.items():
        FolderStore(given.log_folder).create(path, content)
    return LogHead.objects.create(
        origin=ORIGIN, checkpoint=log.checkpoint, size=1, begun_at=now, published_at=now
    )


def test_steps_of_the_log_that_were_left_are_dropped_and_those_of_a_newer_head_are_not(
    given: Conf, log: LogHead
) -> None:
    store = FolderStore(given.log_folder)
    store.create(f"{STAGING}1-2-{'ab' * 32}", b"never decided")
    store.create(f"{STAGING}7-8-{'ab' * 32}", b"of a database that was newer")
    beat(now=timezone.now(), worker="w")
    assert mending.tidy_log(now=timezone.now()) == 0
    Heartbeat.objects.all().delete()
    assert mend(given, "staged") == "1 mended"
    assert store.paths(STAGING) == [f"{STAGING}7-8-{'ab' * 32}"]
    assert "staged" not in codes(given)


def test_the_command_mends_tells_and_ends_well(given: Conf) -> None:
    open_key(given)
    told = kulanz()
    assert told.exit_code == 1
    assert "others can read" in told.output
    assert "         Whoever reads it can open what is sealed" in told.output
    assert "         -> chmod 600" in told.output
    told = kulanz("--repair")
    assert told.exit_code == 0
    assert told.output.startswith("mended   key: ")


def test_programs_are_told_by_json(given: Conf) -> None:
    open_key(given)
    told = kulanz("--json")
    said = json.loads(told.output)
    assert (told.exit_code, said["errors"]) == (1, 1)
    (found,) = (each for each in said["findings"] if each["level"] == "error")
    assert (found["code"], found["can_be_mended"]) == ("key", True)
    said = json.loads(kulanz("--json", "--repair").output)
    assert (said["errors"], set(said["mended"])) == (0, {"key"})


def test_yes_without_repair_is_wrong_usage() -> None:
    assert kulanz("--yes").exit_code == 2


def test_a_desk_that_was_never_made_needs_no_backup(given: Conf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "waiting_migrations", lambda: [FIRST, "desk.0002_more"])
    told = kulanz().output
    assert "database: it is empty" in told
    assert "backup" not in told


def test_german_begins_its_lines_in_german(given: Conf) -> None:
    open_key(given)
    told = kulanz("--lang", "de").output.splitlines()
    assert {line.split()[0] for line in told if line[0] != " "} <= {"FEHLER", "Warnung", "gut"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_words_are_those_of_the_language_that_is_asked_for(
    given: Conf, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(doctor, "_", lambda text: f"{get_language()}: {text}")
    told = kulanz("--lang", language).output
    assert f"{language}: models can be read" in told


def test_everything_that_is_looked_at_has_its_line_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "howto" / "doctor.md").read_text("utf-8")
    told = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert told == set(get_args(Code))
