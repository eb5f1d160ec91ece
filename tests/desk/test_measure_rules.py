"""Measures by rule: what each kind needs, who must agree, and what the close guard asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk_people import NOW
from measure_people import ONWARD, order

from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import MEASURE, STANDING
from kulanz.desk.rules.measure_letters import Told, notice, undone
from kulanz.desk.rules.moderating import (
    CODES,
    KINDS,
    UNSEEING,
    Situation,
    checked,
    guarded,
    is_critical,
    may_decide,
    scope_of,
    seconds_for,
)
from kulanz.tlog.entries import ACTS, REASONS, SCOPES

CALM = Situation()
LATER = NOW + timedelta(days=3)


def test_the_log_knows_every_kind_reason_and_scope() -> None:
    assert set(KINDS) <= ACTS["measure"]
    assert set(CODES) <= REASONS
    assert {scope_of(kind, on_post=on) for kind in KINDS for on in (True, False)} <= SCOPES


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_and_what_silences_criticism_need_a_second_person(kind: str) -> None:
    assert seconds_for(kind, CALM, on_post=False) == (("lock",) if kind == "lock" else ())
    asked = seconds_for(kind, Situation(critical=True, unread=True), on_post=False)
    assert ("critical" in asked) == ("unread" in asked) == (kind in UNSEEING)
    assert {"remove", "edit", "move"} <= UNSEEING


def test_criticism_is_read_from_what_a_post_shows() -> None:
    assert all(is_critical({label: 0.5}) for label in ("complaint", "anger", "distrust"))
    assert not is_critical({"complaint": 0.49, "thanks": 1.0})


def test_the_close_guard_asks_for_something_else_first_and_never_blocks_without_a_way() -> None:
    heated = Situation(open_issue=True, open_case=True, hardened=True)
    for kind in ("lock", "hide", "remove"):
        assert guarded(kind, heated, on_post=False) == ("issue", "case", "hardened")
        assert "lock" in seconds_for(kind, heated, on_post=False)
    assert guarded("lock", CALM, on_post=False) == guarded("hide", heated, on_post=True) == ()
    with pytest.raises(RuleError, match="where people may go on"):
        checked(order("hide", despite="Tried."), heated, on_post=False, now=NOW)
    lock = order("lock", onward=ONWARD)
    with pytest.raises(RuleError, match=r"named person answer, switch slow mode on, or give it a place"):
        checked(lock, heated, on_post=False, now=NOW)
    told = order("lock", onward=ONWARD, despite="Two moderators tried slow mode for a week.")
    assert checked(told, heated, on_post=False, now=NOW) == told
    assert checked(lock, CALM, on_post=False, now=NOW) == lock


@pytest.mark.parametrize(
    ("kind", "on_post", "more", "message"),
    [
        ("ban", True, {}, "expected one of"),
        ("edit", False, {"text": "x"}, "choose one"),
        ("lock", True, {"onward": ONWARD}, "as a whole"),
        ("lock", False, {}, "where people may go on"),
        ("lock", False, {"onward": "see javascript://x"}, "expected an address"),
        ("edit", True, {"text": " "}, "expected the words"),
        ("move", True, {}, "where to"),
        ("slow", False, {}, "until when"),
        ("remove", True, {"until": LATER}, "has no end"),
        ("hide", True, {"until": NOW}, "time to come"),
        ("hide", True, {"until": NOW + timedelta(days=4000)}, "within five years"),
        ("hide", True, {"code": "dislike"}, "reason: expected one of"),
        ("hide", True, {"why": "  "}, "say why"),
        ("hide", True, {"why": "x" * 501}, "at most 500"),
    ],
)
def test_an_order_that_lacks_something_is_refused(
    kind: str, on_post: bool, more: dict[str, object], message: str
) -> None:
    with pytest.raises(RuleError, match=message):
        checked(order(kind, **more), CALM, on_post=on_post, now=NOW)


def test_whoever_has_part_in_the_dispute_does_not_decide() -> None:
    may_decide(3, {1, 2})
    with pytest.raises(RuleError, match="four eyes"):
        may_decide(2, {1, 2})


def test_nothing_is_carried_out_before_it_was_ordered() -> None:
    into = {row.target for row in MEASURE.transitions if row.target in STANDING and "proposed" in row.sources}
    assert into == {"reversing"}, "only what was seen at the source is undone before anybody approved it"
    assert {"proposed"} == {s for row in MEASURE.transitions if row.action == "approve" for s in row.sources}


def test_the_notice_says_rule_reasons_and_how_to_appeal_in_both_languages() -> None:
    told = Told(
        kind="hide", scope="post", reference="AB12", where="https://f.example/p/1", rule="Respect, https://k.example/rules/respect/1",
        why="It insults.", until="Friday", onward="", appeal="https://k.example/appeal/AB12",
    )  # fmt: skip
    for lang, words in (("de", "verborgen"), ("en", "We hid your post")):
        text = notice(told, lang).text
        assert words in text
        for part in (told.where, told.rule, told.why, told.until, told.appeal, "AB12"):
            assert part in text
        assert "https://k.example/kept" in notice(replace(told, receipt="https://k.example/kept"), lang).text
        whole = notice(replace(told, scope="thread"), lang)
        assert not {"Beitrag", "post"} & set(f"{whole.subject} {whole.text}".split())
        assert whole.subject != notice(told, lang).subject != undone("AB12", "post", "", lang).subject
    assert "AB12" in undone("AB12", "thread", "", "en").text
