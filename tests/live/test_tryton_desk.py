"""The story of a disputed claim from the desk, with a real Tryton at the other end.

What people do is done with the forms of the desk, what happens later by its worker, and every letter by
Tryton's own dunning runs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from desk_people import make_member
from django.test import Client

from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem, Case, Claim, Customer, DunningLetter, Hold, Person
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import billing_adapters
from kulanz.desk.worker import run_once
from servers.tryton import TrytonSite

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)
TODAY = NOW.astimezone().date()
REVIEW = (TODAY + dt.timedelta(days=14)).isoformat()
OVERDUE = dt.timedelta(days=30)
"""More than the 20 days after which Tryton's second reminder is due, less than the 40 of the third."""


@dataclass
class Desk:
    """People at their browsers, and a worker whose clock goes on."""

    admin: Client
    agent: Client
    now: dt.datetime = NOW

    def work(self, minutes: int = 20) -> None:
        """Let time pass and the worker do what is due, until nothing is."""
        self.now += dt.timedelta(minutes=minutes)
        while run_once(self.now) > 1:  # its heartbeat
            pass

    def connect(self, site: TrytonSite) -> BillingSystem:
        form = {
            "adapter": "tryton", "name": "Books", "minutes": "15", "url": site.url,
            "database": site.database, "login": site.member, "secret_password": site.password,
        }  # fmt: skip
        tried = self.admin.post("/setup/billing/try", form).content.decode()
        assert "The connection works." in tried, tried
        assert self.admin.post("/setup/billing/add", form).status_code == 302
        return BillingSystem.objects.get()

    def page(self, case: Case) -> str:
        return self.agent.get(f"/cases/{case.pk}").content.decode()

    def pause(self, case: Case, claim: Claim, do: str = "place") -> str:
        what = {"what": f"claim-{claim.pk}", "reason": "The invoice is disputed", "review_on": REVIEW}
        return self.do(f"/cases/{case.pk}/hold", do=do, **what)

    def do(self, path: str, **form: str) -> str:
        answer = self.agent.post(path, form, follow=True)
        assert answer.status_code == 200, answer.content.decode()
        return answer.content.decode()


@dataclass
class Story:
    """Clara disputes her claim; Quentin has the same one, and says nothing."""

    site: TrytonSite
    claim: str
    other: str
    person: Person
    case: Case
    number: str

    def dun(self) -> dict[str, int]:
        """Run dunning in Tryton as its bookkeepers do; return the claims on letters, each with its level."""
        return self.site.run_dunning(TODAY, [self.claim, self.other])

    def letters(self, claim: str) -> list[int]:
        """Return the levels of a claim's letters that the desk knows of."""
        return list(
            DunningLetter.objects.filter(claim__key=claim).order_by("level").values_list("level", flat=True)
        )


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    changed = replace(conf(), data=tmp_path, allow_private=("127.0.0.1",))
    monkeypatch.setattr(billing_adapters, "conf", lambda: changed)
    admin, agent = Client(), Client()
    admin.force_login(make_member("adam", Role.ADMIN))
    agent.force_login(make_member("bob", Role.AGENT))
    return Desk(admin, agent)


@pytest.fixture
def story(desk: Desk, tryton: TrytonSite) -> Story:
    clara, quentin = tryton.customer("Clara Customer"), tryton.customer("Quentin Quiet")
    claim = tryton.invoice(clara, "12.40", TODAY - OVERDUE)
    other = tryton.invoice(quentin, "12.40", TODAY - OVERDUE)
    person = Person.objects.create(name="Clara", created_at=NOW)
    case = Case.objects.create(person=person, title="12.40 EUR", reply_key="clara", opened_at=NOW)
    return Story(tryton, claim, other, person, case, clara)


def test_no_letter_while_a_hold_is_on_and_the_next_one_after_it(desk: Desk, story: Story) -> None:
    assert story.dun() == {story.claim: 1, story.other: 1}
    system = desk.connect(story.site)
    desk.work()
    claim = Claim.objects.get(system="Books", key=story.claim)
    assert claim.customer == Customer.objects.get(number=story.number)
    assert (story.letters(story.claim), story.letters(story.other)) == ([1], [1])

    desk.do(f"/people/{story.person.pk}/customer", number=story.number)
    assert "1 claim would be blocked" in desk.pause(story.case, claim, do="try")
    assert not Hold.objects.exists()
    desk.pause(story.case, claim)
    assert Hold.objects.get().state == "placing"
    desk.work(minutes=0)
    hold = Hold.objects.get()
    assert (hold.state, hold.system, hold.claim) == ("held", system, claim)
    assert "The invoice is disputed" in story.site.notes(story.claim)[0]

    assert (story.dun(), story.dun()) == ({story.other: 2}, {})
    desk.work(minutes=90)
    assert (story.letters(story.claim), story.letters(story.other)) == ([1], [1, 2])
    assert story.site.level(story.claim) == (1, "waiting")
    still = Hold.objects.get()
    assert still.state == "held"

    then = {"next_step": "dunning_goes_on", "words": "She pays by the end of the month"}
    desk.do(f"/holds/{hold.pk}/release", seen=str(still.version), reason="It was right", **then)
    desk.work(minutes=1)
    assert (Hold.objects.get().state, Hold.objects.get().next_step) == ("released", "dunning_goes_on")
    assert story.dun() == {story.claim: 2}
    desk.work()
    assert story.letters(story.claim) == [1, 2]
    assert not DunningLetter.objects.exclude(despite=None).exists()
    assert "2 dunning letters went out" in desk.page(story.case)


def test_a_letter_that_goes_out_all_the_same_raises_an_alarm(desk: Desk, story: Story) -> None:
    """A bookkeeper takes the mark off, and runs dunning before the desk has seen it."""
    story.dun()
    desk.connect(story.site)
    desk.work()
    kept = Claim.objects.get(system="Books", key=story.claim)
    desk.do(f"/people/{story.person.pk}/customer", number=story.number)
    desk.pause(story.case, kept)
    desk.work(minutes=0)
    assert Hold.objects.get().state == "held"
    Hold.objects.update(placed_at=NOW - dt.timedelta(days=3))

    story.site.block(story.claim, blocked=False)
    assert story.dun() == {story.claim: 2, story.other: 2}
    desk.work(minutes=90)

    assert DunningLetter.objects.get(claim=kept, level=2).despite == Hold.objects.get()
    assert "A letter went out" in desk.page(story.case)
    assert Hold.objects.get().state == "held", "it was ordered anew"
    assert story.dun() == {}
