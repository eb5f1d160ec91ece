"""Which change a difference between two reads is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seen import GRACE, HOUR, MINUTE, START, kept, sighting

from kulanz.sources.changes import (
    KeptPost,
    KeptThread,
    digest,
    post_revisions,
    seen_post,
    seen_thread,
    thread_revisions,
)
from kulanz.sources.revisions import Revision
from kulanz.sources.sightings import Sighting, ThreadAct, ThreadSighting

LATER = START + 24 * HOUR


def changes(before: KeptPost, now: Sighting) -> list[Revision]:
    return list(post_revisions(before, now, seen_at=LATER, grace=GRACE))


def kinds(before: KeptPost, now: Sighting) -> list[str]:
    return [each.kind for each in changes(before, now)]


@dataclass(frozen=True)
class Edit:
    before: dict[str, Any]
    now: dict[str, Any]
    kind: str


EDITS = {
    "the platform names the author": Edit({}, {"edited_at": LATER, "edited_by": "ann"}, "edited_by_author"),
    "the platform names somebody else": Edit({}, {"edited_at": LATER, "edited_by": "mod"}, "edited_by_other"),
    "the platform names nobody": Edit({}, {"edited_at": LATER}, "edited"),
    "the version rose": Edit({"version": 1}, {"version": 2}, "edited"),
    "the version rose, by the author": Edit(
        {"version": 1}, {"version": 2, "edited_by": "ann"}, "edited_by_author"
    ),
    "a version was taken back": Edit({"version": 3}, {"version": 2}, "edited"),
    "nothing is shown": Edit({}, {}, "edited_silently"),
    "the version stayed": Edit({"version": 1}, {"version": 1}, "edited_silently"),
    "the last edit shown is an earlier one": Edit(
        {"version": 2, "edited_at": START + MINUTE, "edited_by": "ann"},
        {"version": 2, "edited_at": START + MINUTE, "edited_by": "ann"},
        "edited_silently",
    ),
    "unshown, and the old text was last seen in its first minutes": Edit(
        {"seen_at": START + 4 * MINUTE, "version": 1}, {"version": 1}, "edited"
    ),
    "unshown, and the old text was last seen after its first minutes": Edit(
        {"seen_at": START + 6 * MINUTE, "version": 1}, {"version": 1}, "edited_silently"
    ),
    "unshown, soon after an edit that was shown": Edit(
        {"seen_at": START + 3 * HOUR + MINUTE, "edited_at": START + 3 * HOUR},
        {"edited_at": START + 3 * HOUR},
        "edited",
    ),
    "the platform's clock is ahead of ours, so that our first look counts": Edit(
        {"created_at": LATER + 10 * HOUR}, {"created_at": LATER + 10 * HOUR}, "edited"
    ),
    "a time beyond all others": Edit({"edited_at": None}, {"edited_at": START.replace(year=9999)}, "edited"),
    "nobody knows who wrote it": Edit({"author_id": None}, {"author_id": None, "edited_by": "x"}, "edited"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_whose_edit(edit: Edit) -> None:
    assert kinds(kept("old words", **edit.before), sighting("new words", **edit.now)) == [edit.kind]


def test_a_clock_that_is_ahead_hides_a_silent_edit_no_longer_than_the_grace() -> None:
    ahead = {"created_at": LATER + 10 * HOUR}
    first = kept("old words", **ahead)
    again = seen_post(first, sighting("old words", **ahead), first.seen_at + 2 * GRACE)
    assert kinds(again, sighting("new words", **ahead)) == ["edited_silently"]


def test_an_edit_tells_what_changed() -> None:
    (edit,) = changes(
        kept("we promise a refund"), sighting("we promise nothing", edited_at=LATER, edited_by="mod")
    )
    assert [(each.sign, each.text) for each in edit.diff] == [
        ("=", "we promise"),
        ("-", "a refund"),
        ("+", "nothing"),
    ]
    assert (edit.before, edit.after) == (digest("we promise a refund"), digest("we promise nothing"))
    assert (edit.by, edit.changed_at, edit.found_at, edit.seen_before) == ("mod", LATER, LATER, START + HOUR)


def test_an_edit_of_nothing_but_code_is_one() -> None:
    assert kinds(kept(code=("rm x",)), sighting(code=("rm y",))) == ["edited_silently"]


def test_a_risen_version_with_the_same_text_is_no_change() -> None:
    assert changes(kept(version=1), sighting(version=2, edited_at=LATER)) == []


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({}, {"removed": True}, ["removed"]),
        ({}, {"hidden": True}, ["hidden"]),
        ({"removed": True}, {}, ["restored"]),
        ({"hidden": True}, {}, ["restored"]),
        ({"removed": True}, {"hidden": True}, ["hidden"]),
        ({"hidden": True}, {"removed": True}, ["removed"]),
        ({"hidden": True}, {"hidden": True}, []),
        ({"removed": True}, {"removed": True}, []),
        ({}, {}, []),
    ],
)
def test_hiding_and_removing(before: dict[str, Any], now: dict[str, Any], told: list[str]) -> None:
    assert kinds(kept(**before), sighting(**now)) == told


@pytest.mark.parametrize("withheld", [{"removed": True}, {"hidden": True}])
def test_what_stands_in_place_of_a_withheld_text_is_no_edit(withheld: dict[str, Any]) -> None:
    gone = seen_post(kept("own words"), sighting("[this post is not shown]", **withheld), LATER)
    assert gone.post.text == "own words"
    assert kinds(gone, sighting("own words")) == ["restored"]
    assert kinds(gone, sighting("other words")) == ["restored", "edited_silently"]


def test_a_text_that_was_never_seen_is_not_compared() -> None:
    first = kept("[hidden by the community]", hidden=True)
    shown = sighting("what was written")
    assert kinds(first, shown) == ["restored"]
    assert seen_post(first, shown, LATER).post.text == "what was written"


def test_a_move_tells_from_where_to_where() -> None:
    (move,) = changes(kept(thread_id="a"), sighting(thread_id="b"))
    assert (move.kind, move.thread_id) == ("moved", "b")
    assert [(each.sign, each.text) for each in move.diff] == [("-", "a"), ("+", "b")]


def test_what_a_read_does_not_tell_stays() -> None:
    known = kept(likes=3, role="staff", url="https://x/1", reply_to="0", version=4)
    seen = seen_post(known, sighting(author_id=None), LATER)
    assert (seen.post.author_id, seen.post.likes, seen.post.role, seen.version) == ("ann", 3, "staff", 4)


states = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from(["a b", "a c", ""]),
        "version": st.none() | st.integers(0, 3),
        "edited_at": st.none() | st.sampled_from([START, LATER]),
        "edited_by": st.none() | st.sampled_from(["ann", "mod"]),
        "removed": st.booleans(),
        "hidden": st.none() | st.booleans(),
        "thread_id": st.sampled_from(["t", "u"]),
        "created_at": st.none() | st.datetimes(timezones=st.just(START.tzinfo)),
    },
)


@given(st.lists(states, min_size=1, max_size=6), st.timedeltas(timedelta(0), timedelta(days=999)))
def test_seeing_the_same_again_is_never_a_change(history: list[dict[str, Any]], grace: timedelta) -> None:
    known = None
    for state in history:
        known = seen_post(known, sighting(**state), LATER)
    assert known is not None
    assert not list(post_revisions(known, sighting(**history[-1]), seen_at=LATER, grace=grace))


@given(states, states)
def test_every_pair_of_states_is_told_at_most_once_each(one: dict[str, Any], other: dict[str, Any]) -> None:
    told = kinds(kept(**one), sighting(**other))
    assert len(told) == len(set(told))
    assert sum(kind.startswith("edited") for kind in told) <= 1


def thread(**more: Any) -> ThreadSighting:
    return ThreadSighting(thread_id="t", **more)


def thread_kinds(before: KeptThread | None, now: ThreadSighting) -> list[str]:
    return [each.kind for each in thread_revisions(before, now, new_acts=now.acts, seen_at=LATER)]


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({"closed": False}, {"closed": True}, ["locked"]),
        ({"closed": True}, {"closed": False}, ["unlocked"]),
        ({}, {"closed": True}, []),
        ({"closed": True}, {}, []),
        ({"hidden": False}, {"hidden": True}, ["hidden"]),
        ({"hidden": True}, {"hidden": False}, ["restored"]),
        ({}, {"gone": True}, ["removed"]),
        ({"gone": True}, {}, ["restored"]),
        ({"place": "help"}, {"place": "attic"}, ["moved"]),
        ({}, {"place": "attic"}, []),
    ],
)
def test_threads(before: dict[str, Any], now: dict[str, Any], told: list[str]) -> None:
    assert thread_kinds(seen_thread(None, thread(**before), START), thread(**now)) == told


def test_an_act_that_the_platform_records_is_told_once_with_its_time() -> None:
    act = ThreadAct(kind="locked", at=START + HOUR, by="mod")
    before = seen_thread(None, thread(closed=False), START)
    now = thread(closed=True, acts=(act,))
    (revision,) = thread_revisions(before, now, new_acts=now.acts, seen_at=LATER)
    assert (revision.kind, revision.changed_at, revision.by) == ("locked", act.at, "mod")
    assert seen_thread(before, now, LATER).closed_at == act.at


def test_acts_before_the_first_read_are_told_in_order() -> None:
    acts = (ThreadAct(kind="unlocked", at=LATER), ThreadAct(kind="locked", at=START))
    assert thread_kinds(None, thread(closed=False, acts=acts)) == ["locked", "unlocked"]
