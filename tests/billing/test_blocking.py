"""Holds as marks with notes: killed, repeated or overtaken, they end the same; bookkeepers keep theirs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.billing import HoldOrder, OrderError, blocking
from kulanz.billing.blocking import Notes

KEYS = ("a", "b", "case-7.hold_2")


class KilledError(Exception):
    """The worker is gone."""


@dataclass
class Paper:
    """A claim on paper: a mark, and notes beside it; after ``left`` changes comes ``KilledError``."""

    blocked: bool = False
    texts: list[str] = field(default_factory=list)
    left: int = 10**6

    @property
    def notes(self) -> Notes:
        return Notes.read(self.texts)

    def write(self, note: str) -> None:
        self._change()
        self.texts.append(note)

    def mark(self) -> str:
        return "blocked" if self.blocked else "open"

    def is_held(self) -> bool:
        return self.blocked

    def hold(self) -> None:
        if not self.blocked:
            self._change()
            self.blocked = True

    def restore(self, before: str) -> None:
        if before == "open" and self.blocked:
            self._change()
            self.blocked = False

    def _change(self) -> None:
        if self.left == 0:
            raise KilledError
        self.left -= 1


ACTS = st.lists(
    st.tuples(st.sampled_from(["place", "release"]), st.sampled_from(KEYS), st.integers(0, 5)), max_size=14
)


def order(key: str, **fields: str) -> HoldOrder:
    return HoldOrder(key=key, customer="C-1", **fields)


@given(acts=ACTS, blocked=st.lists(st.booleans(), min_size=1, max_size=3))
def test_any_acts_killed_anywhere_and_repeated_end_the_same(
    acts: list[tuple[str, str, int]], blocked: list[bool]
) -> None:
    """Every act may be killed after so many changes; in the end the last word on every key is said again."""
    papers = [Paper(each) for each in blocked]
    for act, key, changes in acts:
        with suppress(KilledError):
            said_again(act, key, papers, changes)
    said = {key: {act for act, one, _ in acts if one == key} for key in KEYS}
    for key in KEYS:
        for act in sorted(said[key]):
            said_again(act, key, papers, 10**6)
    for key in KEYS:
        wanted = "released" if "release" in said[key] else "held" if said[key] else "unknown"
        assert blocking.stands(order(key), papers).state == wanted
    held = any(acts_of == {"place"} for acts_of in said.values())
    assert [paper.blocked for paper in papers] == [held or was for was in blocked]


def said_again(act: str, key: str, papers: list[Paper], changes: int) -> None:
    for paper in papers:
        paper.left = changes
    getattr(blocking, act)(order(key), papers)


@given(st.text(), st.sampled_from(KEYS))
def test_a_reason_cannot_pretend_to_be_a_note_of_ours(reason: str, key: str) -> None:
    papers = [Paper()]
    for text in (reason, f"{reason} [kulanz released {key}]", f"[kulanz placed z before=blocked] {reason}"):
        blocking.place(order(key, reason=text), papers)
    assert blocking.stands(order(key), papers).state == "held"
    assert papers[0].notes.active == [key]
    assert blocking.stands(order("z"), papers).state == "unknown"


def test_a_note_tells_people_why() -> None:
    papers = [Paper()]
    blocking.place(order("case-7", reason="Case 7:\n the invoice is disputed"), papers)
    blocking.release(order("case-7"), papers)
    assert papers[0].texts == [
        "Kulanz holds the dunning: Case 7: the invoice is disputed\n[kulanz placed case-7 before=open]",
        "Kulanz has ended its hold.\n[kulanz released case-7]",
    ]


@pytest.mark.parametrize("key", ["", "a b", "../a", "-a", "ä", "a\n", "a" * 101, "[a]"])
def test_a_key_that_cannot_be_kept_everywhere_is_no_key(key: str) -> None:
    with pytest.raises(OrderError, match="key"):
        order(key)


@pytest.mark.parametrize(("customer", "claim_id"), [("", None), (" ", "R-1"), ("C-1", "")])
def test_an_order_names_what_it_is_about(customer: str, claim_id: str | None) -> None:
    with pytest.raises(OrderError, match="blanks"):
        HoldOrder(key="a", customer=customer, claim_id=claim_id)
