"""The demonstration: what a newcomer finds at its desk, made by the services and the worker alone."""

from __future__ import annotations

import csv
import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from short_demo import short

from kulanz.core.spoken import Lang
from kulanz.core.stake import saying
from kulanz.desk.access import actor_of
from kulanz.desk.conf import conf
from kulanz.desk.demo import filling, running
from kulanz.desk.demo.filling import fill
from kulanz.desk.demo.running import forget
from kulanz.desk.demo.values import NUMBERS
from kulanz.desk.demo.words import WORDS
from kulanz.desk.models import (
    BillingSystem,
    Case,
    Customer,
    CustomerMatch,
    Defect,
    DunningLetter,
    Gesture,
    Hold,
    Member,
)
from kulanz.desk.operating.starting import OperatingError, listening
from kulanz.desk.queries.holds import day_of
from kulanz.desk.queries.waiting import waiting_stretch
from kulanz.desk.services import billing_adapters
from kulanz.desk.services.kindness import alike
from kulanz.desk.services.stakes import of_case
from kulanz.desk.services.status_links import link_of
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: datetime) -> Callable[[Lang], Path]:
    """Fill a desk with the great case and a post of each customer; return the folder of billing's files."""
    monkeypatch.setattr(billing_adapters, "conf", lambda: replace(conf(), data=tmp_path))
    monkeypatch.setattr(filling, "read", lambda paths: short(read(paths)))

    def filled_in(lang: Lang) -> Path:
        fill(lang=lang, now=now)
        (folder,) = (tmp_path / "billing").iterdir()
        return folder

    return filled_in


def test_dunning_is_held_through_the_folder(filled: Callable[[Lang], Path], now: datetime) -> None:
    folder = filled("en")
    great = Case.objects.get(issue__isnull=False)
    hold = great.holds.get()
    assert (hold.state, str(hold.claim)) == ("held", "R-2026-118")
    assert list((folder / "done" / "confirmations").glob(f"*{hold.key}.csv"))
    assert not list((folder / "out").iterdir()), "billing takes orders away, so that a new one stands alone"
    waiting = Hold.objects.get(state="proposed")
    assert (waiting.proposed_by, waiting.case != great) == (None, True)
    letter = DunningLetter.objects.get(despite__isnull=False)
    assert letter.on == day_of(now) - timedelta(days=1)
    system = BillingSystem.objects.get()
    assert (system.adapter, system.last_error, system.skipped) == ("csv", "", [])


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", ("The claim is 12.40 EUR.", "has been read 13,016 times")),
        ("de", ("Die Forderung beträgt 12,40 EUR.", "wurde 13.016-mal gelesen")),
    ],
)
def test_the_stake_speaks_and_gestures_are_on_their_way(
    filled: Callable[[Lang], Path], now: datetime, lang: Lang, says: tuple[str, str]
) -> None:
    filled(lang)
    alice = actor_of(Member.objects.get(username="alice"))
    great = Case.objects.get(issue__isnull=False)
    assert great.status_page.language == "de", "the customer writes German"
    assert link_of(actor=alice, page=great.status_page)
    said = saying(of_case(actor=alice, case=great, now=now).drawn, lang)
    assert all(words in said for words in says)
    states = dict(Gesture.objects.values_list("state", "case__person__name"))
    assert states == {
        "accepted": "Klaus Brinkmann",
        "carried_out": "Tina Wegener",
        "proposed": "Rolf Petersen",
    }
    waits = waiting_stretch(alice, "gestures", now=now).rows
    assert [each.by and each.by.username for each in waits] == ["bob"]
    defect = Defect.objects.get(name=WORDS[lang].defect)
    assert (defect.state, defect.assessments.count()) == ("open", 3)
    quiet = alike(actor=alice, gesture=great.gestures.get(), now=now)
    assert "Olena Kovalenko" in [
        each.person.name for each in quiet if each.person and "letter" in each.grounds
    ]


def test_customers_are_who_they_are(filled: Callable[[Lang], Path]) -> None:
    filled("de")
    linked = dict(Customer.objects.exclude(person=None).values_list("number", "linked_by"))
    assert linked == dict.fromkeys(NUMBERS.values(), "number")
    doubtful = CustomerMatch.objects.get()
    assert (doubtful.customer.number, str(doubtful.person)) == ("KD-11804", "Rolf Petersen")


def test_every_filling_begins_with_an_empty_folder(tmp_path: Path) -> None:
    """What billing wrote for the desk before is about other rows, and a log of other entries cannot go on."""
    for name in ("billing", "log"):
        (tmp_path / name / "1").mkdir(parents=True)
    kept = tmp_path / "report.html"
    kept.touch()
    forget(tmp_path)
    assert list(tmp_path.iterdir()) == [kept]


def test_claims_and_letters_of_the_sample_tell_the_same_level() -> None:
    told = {row["Rechnung"]: int(row["Mahnstufe"]) for row in _rows("claims")}
    sent: dict[str, int] = {}
    for row in _rows("events"):
        sent[row["claim_id"]] = max(sent.get(row["claim_id"], 0), int(row["level"]))
    assert told == dict.fromkeys(told, 0) | sent


def _rows(kind: str) -> list[dict[str, str]]:
    files = [sample_folder() / "billing" / f"{kind}{later}.csv" for later in ("", "-later")]
    return [
        row for file in files for row in csv.DictReader(file.read_text("utf-8").splitlines(), delimiter=";")
    ]


@pytest.fixture
def levels(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The levels that the log of requests would have been set to, which stays for other tests."""
    found: list[int] = []
    monkeypatch.setattr(logging.getLogger("kulanz.requests"), "setLevel", found.append)
    return found


def test_the_logins_stay_in_sight(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, levels: list[int]) -> None:
    """A line for every request would push them out of the terminal; the file that has them is named."""
    said: list[str] = []
    monkeypatch.setattr(running, "listening", lambda place: place)
    monkeypatch.setattr(running, "_made", lambda *_: {"alice": "a password"})
    monkeypatch.setattr(running, "_serve", lambda door, ready: ready(f"http://{door}"))
    running.show(tmp_path, lang="en", listen="127.0.0.1:8750", say=said.append)
    assert "a password" in said[0]
    assert str(tmp_path / "logins.txt") in said[0]
    assert levels == [logging.WARNING]


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "[::1]")])
def test_a_place_that_is_taken_is_told_before_anything_is_filled(
    family: socket.AddressFamily, host: str, tmp_path: Path
) -> None:
    with socket.socket(family) as taken:
        try:
            taken.bind((host.strip("[]"), 0))
        except OSError as error:
            pytest.skip(f"{host}: {error}")
        place = f"{host}:{taken.getsockname()[1]}"
        taken.listen()
        with pytest.raises(OperatingError, match=r"Address already in use.*another --folder"):
            running.show(tmp_path / "demo", lang="en", listen=place, say=print)
    assert not (tmp_path / "demo").exists()


@pytest.mark.usefixtures("levels")
def test_nobody_takes_the_place_while_the_desk_is_filled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def made(_folder: Path, _lang: str, door: socket.socket, _say: object) -> dict[str, str]:
        with pytest.raises(OperatingError, match="Address already in use"):
            listening(f"127.0.0.1:{door.getsockname()[1]}")
        return {}

    monkeypatch.setattr(running, "_made", made)
    monkeypatch.setattr(running, "_serve", lambda door, _ready: door.close())
    running.show(tmp_path, lang="en", listen="localhost:0", say=print)
