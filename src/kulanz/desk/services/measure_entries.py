"""Measures in the public log: one entry as they take effect, one as they are undone or end."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kulanz.desk.models import Measure
from kulanz.desk.services.public_log import About, enter
from kulanz.desk.services.statements import keep_statement
from kulanz.tlog.canonical import canonical
from kulanz.tlog.entries import Origin, RuleRef

_NOT_GIVEN: Final = "other"
"""The reason in the log where nobody gave one: what was seen at the source, and then undone."""


def log_measure(*, measure: Measure, now: datetime) -> int:
    """Enter a measure that stands, with its statement; return its entry. Call it as its state changes."""
    statement = keep_statement(measure=measure, now=now)
    entry = enter(
        kind="measure",
        act=measure.kind,
        at=measure.done_at or now,
        now=now,
        source=measure.thread.source,
        about=_about(measure),
        subjects=_subjects(measure),
        rule=_rule(measure),
        reasons=(measure.code or _NOT_GIVEN,),
        note=measure.why,
        scope=measure.scope,
        origin=_origin(measure),
        until=measure.until,
        digests={"statement": canonical(statement)} if statement else {},
    )
    Measure.objects.filter(pk=measure.pk).update(entry=entry)
    measure.entry = entry
    return entry.pk


def log_reversal(*, measure: Measure, now: datetime) -> int:
    """Enter that a measure was undone or has ended; one that never was in the log is entered before."""
    if measure.entry is None:
        log_measure(measure=measure, now=now)
    ended = measure.state == "ended"
    entry = enter(
        kind="reversal",
        act="end" if ended else "reverse",
        at=now,
        now=now,
        source=measure.thread.source,
        about=_about(measure),
        rule=_rule(measure),
        reasons=("time_over" if ended else _why_reversed(measure),),
        scope=measure.scope,
        refers=measure.entry,
    )
    Measure.objects.filter(pk=measure.pk).update(over_entry=entry)
    measure.over_entry = entry
    return entry.pk


def contents_of(measure: Measure) -> dict[str, dict[str, str]]:
    """Return what an entry commits to, by name: whoever has the same and its key can check the entry."""
    found = {"thread": {"thread": measure.thread.key, "url": measure.thread.url}}
    if measure.post is not None:
        found["post"] = {"post": measure.post.key, "url": measure.post.url}
        found["before"] = {"text": measure.text_before or measure.post.text}
    if measure.scope == "account" and measure.account is not None:
        found["account"] = {"account": measure.account.key}
    if measure.kind == "edit":
        found["after"] = {"text": measure.text}
    return found


def _subjects(measure: Measure) -> dict[str, bytes]:
    return {name: canonical(content) for name, content in contents_of(measure).items()}


def _about(measure: Measure) -> About:
    return About(thread=measure.thread, post=measure.post, account=measure.account)


def _rule(measure: Measure) -> RuleRef | None:
    return RuleRef(key=measure.rule.rule.key, version=measure.rule.number) if measure.rule else None


def _origin(measure: Measure) -> Origin:
    return "source" if measure.at_source else "desk"


def _why_reversed(measure: Measure) -> str:
    return "appeal_upheld" if measure.appeals.filter(state="granted").exists() else "mistake"
