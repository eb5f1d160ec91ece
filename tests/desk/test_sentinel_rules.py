"""What guests see otherwise is called a silent edit only where it was seen before, twice, and asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kulanz.desk.rules.sentinel import THREAD, Look, Sight, SilentKind, Weighed, weigh

NOON = datetime(2026, 6, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW = Sight(read_at=None, agreed={}, suspected={})


def look(
    hour: int, *, known: str = "words", asked: int | None = None, whole: bool = True, **differing: SilentKind
) -> Look:
    asked_at = NOON + HOUR * (hour - 1 if asked is None else asked)
    found = {THREAD if key == "thread" else key: kind for key, kind in differing.items()}
    return Look(
        at=NOON + HOUR * hour,
        whole=whole,
        known={"p": known},
        asked_at={"p": asked_at, THREAD: asked_at},
        differing=found,
    )


def weighed(*looks: Look) -> list[Weighed]:
    sight, found = NEW, []
    for each in looks:
        found.append(weigh(sight, each))
        sight = found[-1].sight
    return found


@pytest.mark.parametrize("kind", ["other_text", "missing"])
def test_a_post_that_guests_saw_and_see_otherwise_twice_is_certain(kind: SilentKind) -> None:
    first, suspected, certain, later = weighed(look(0), look(2, p=kind), look(4, p=kind), look(6, p=kind))
    assert first.sight.agreed == {"p": "words", THREAD: "readable"}
    assert (dict(suspected.certain), set(suspected.sight.suspected)) == ({}, {"p"})
    assert certain.certain["p"].since == NOON
    assert (later.certain, later.sight.suspected) == ({}, {})  # told once


@pytest.mark.parametrize(
    "looks",
    [
        (
            look(0, p="other_text"),
            look(2, p="other_text"),
            look(4, p="other_text"),
        ),  # never seen as it is known
        (look(0), look(2, p="missing"), look(4, p="missing", asked=1)),  # nobody asked the interface again
        (look(0), look(2, p="missing"), look(4, p="missing", known="new")),  # it tells of an edit itself
        (look(0), look(2, p="missing"), look(4), look(6, p="missing")),  # back in between
        (look(0), look(2, p="missing"), look(4, p="other_text")),  # not twice the same
        (look(0, whole=False), look(2, p="missing"), look(4, p="missing")),  # not all pages were read
    ],
    ids=["at-once", "not-asked", "edited", "back", "changing", "in-part"],
)
def test_what_has_another_explanation_is_no_silent_edit(looks: tuple[Look, ...]) -> None:
    assert not any(each.certain for each in weighed(*looks))


def test_a_suspicion_ends_with_the_words_it_was_about() -> None:
    *_, edited = weighed(look(0), look(2, p="missing"), look(4, p="missing", known="new"))
    assert edited.sight.suspected == {}


def test_a_thread_that_guests_get_no_page_of_any_more_is_certain_and_says_nothing_of_its_posts() -> None:
    *_, suspected, certain = weighed(look(0), look(2, thread="withheld"), look(4, thread="withheld"))
    assert suspected.sight.agreed["p"] == "words"
    assert set(certain.certain) == {THREAD}
    assert not any(each.certain for each in weighed(look(0, thread="withheld"), look(2, thread="withheld")))
