"""What was done for customers: dunning was held, a letter went out all the same, gestures were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.demo.books import Books, work
from kulanz.desk.demo.words import Words
from kulanz.desk.models import Case, Claim, Defect, Gesture, Hold, Member, Person
from kulanz.desk.services import assessing, cases, defects, gesture_orders, gestures, holds
from kulanz.desk.services.assessing import Judgement
from kulanz.desk.services.gestures import Offer

_SOON: Final = timedelta(minutes=5)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """Cases of customers beside the great one, as Bob and the others work on them."""

    members: Mapping[str, Member]
    people: Mapping[str, Person]
    books: Books
    words: Words

    def begin(self, now: datetime) -> None:
        """Days ago: a month is waived, a fee is refunded, and the dunning of a third customer is held."""
        self._waive_a_month(now)
        self._refund(now + _HOUR)
        case = self.open("m.osterkamp", now + 2 * _HOUR)
        self.hold(case, now + 2 * _HOUR)
        self.blame(case, now + 2 * _HOUR)

    def go_on(self, now: datetime) -> None:
        """A day ago: a letter has gone out for a claim that is held; another case is opened."""
        self.books.send("claims", "claims-later.csv", now)
        self.books.send("events", "events-later.csv", now)
        self.blame(self.open("A.Yilmaz", now + _HOUR), now + _HOUR)

    def end(self, case: Case, now: datetime) -> None:
        """Today: dunning of the great case is held, its claim is to be waived, and a letter to be mended."""
        self.hold(case, now)
        self.blame(case, now)
        alice, bob = self.members["alice"], self.members["bob"]
        offer = Offer(kind="waive", value=_euros("12.40"), cost=_euros("12.40"), why=self.words.waive)
        gestures.propose(actor=actor_of(bob), case=case, offer=offer, now=now + _SOON)
        defect = Defect.objects.get(name=self.words.defect)
        defect = defects.edit(
            actor=actor_of(alice),
            defect=defect,
            seen=defect.version,
            name=defect.name,
            what=self.words.defect_what,
            now=now + _SOON,
        )
        defects.assign(actor=actor_of(alice), defect=defect, seen=defect.version, owner=bob, now=now + _SOON)

    def open(self, key: str, now: datetime) -> Case:
        """Have Bob open a case of a customer."""
        title = self.words.cases[key]
        return cases.open_case(
            actor=actor_of(self.members["bob"]), person=self.people[key], issue=None, title=title, now=now
        )

    def hold(self, case: Case, now: datetime) -> None:
        """Have Bob confirm the hold that the rules propose for a case, and billing hold it."""
        work(now)
        hold = Hold.objects.get(case=case)
        bob = actor_of(self.members["bob"])
        hold = holds.place(actor=bob, hold=hold, seen=hold.version, now=now)
        work(now)
        self.books.answer(hold.key, "held", self.words.held, now + _SOON)

    def blame(self, case: Case, now: datetime) -> None:
        """Say that a case comes from the letter."""
        said = Judgement(fault="ours", why=self.words.fault, defect=self.words.defect)
        assessing.assess(actor=actor_of(self.members["bob"]), case=case, seen=0, said=said, now=now)

    def _waive_a_month(self, now: datetime) -> None:
        """Small enough for Bob alone; billing carries it out, the customer is content, the case is closed."""
        bob = actor_of(self.members["bob"])
        case = self.open("K_Brinkmann_Holzbau", now)
        offer = Offer(kind="waive", value=_euros("5.95"), cost=_euros("5.95"), why=self.words.month)
        gesture = gestures.propose(actor=bob, case=case, offer=offer, now=now)
        gesture = gestures.grant(actor=bob, gesture=gesture, seen=gesture.version, now=now)
        wanted = gesture_orders.Wanted(claim=Claim.objects.get(customer__person=case.person_id))
        gesture_orders.order(actor=bob, gesture=gesture, seen=gesture.version, wanted=wanted, now=now)
        work(now)
        gesture = Gesture.objects.get(pk=gesture.pk)
        self.books.answer(gesture.key or "", "given", self.words.credited, now + _SOON)
        gesture = Gesture.objects.get(pk=gesture.pk)
        later = now + _HOUR
        gestures.accept(actor=bob, gesture=gesture, seen=gesture.version, answer=self.words.thanks, now=later)
        case = cases.resolve(actor=bob, case=case, seen=case.version, outcome=self.words.settled, now=later)
        cases.close(actor=bob, case=case, seen=case.version, now=later)

    def _refund(self, now: datetime) -> None:
        """More than Bob may decide alone: Carla approves it, and it is carried out by hand."""
        bob, carla = actor_of(self.members["bob"]), actor_of(self.members["carla"])
        case = self.open("freelance_tina", now)
        offer = Offer(kind="refund", value=_euros("17.85"), cost=_euros("17.85"), why=self.words.refund)
        gesture = gestures.propose(actor=bob, case=case, offer=offer, now=now)
        later = now + _HOUR
        gesture = gestures.approve(actor=carla, gesture=gesture, seen=gesture.version, now=later)
        gestures.carry_out(
            actor=bob, gesture=gesture, seen=gesture.version, proof=self.words.booking, now=later + _SOON
        )


def _euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")
