"""What holds of every desk that has come to rest, whatever became of its processes, its disk and its clock.

A desk rests when all work that was due has been done. Nothing is changed here. What is told names rows by
kind and number, never people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, Q, QuerySet

from kulanz.desk.models import (
    Alert,
    Event,
    Hold,
    LogEntry,
    LogHead,
    Measure,
    Promise,
    Reply,
    Thread,
)
from kulanz.desk.queries.alerts import last_readings, policies_for, put_aside, terms_of
from kulanz.desk.queries.health import due_models
from kulanz.desk.queries.record import log_keys
from kulanz.desk.rules.alarms import RISE, SILENT_FOR, Reading, raises
from kulanz.desk.rules.machine import Machine
from kulanz.desk.rules.machines import HOLD, MEASURE, PROMISE, REPLY, STANDING
from kulanz.desk.services.analysing import SCORER
from kulanz.desk.services.log_sequencing import store
from kulanz.desk.services.mending import forgotten
from kulanz.tlog.checkpoints import Checkpoint
from kulanz.tlog.errors import TlogError
from kulanz.tlog.merkle import Frontier, leaf_hash
from kulanz.tlog.notes import VerifierKey, parse_note
from kulanz.tlog.verifying import verify_log

_CHAINED: Final[tuple[tuple[type[Any], Machine], ...]] = (
    (Promise, PROMISE), (Reply, REPLY), (Hold, HOLD), (Measure, MEASURE),
)  # fmt: skip
"""Nouns of which every step writes its event."""


class Broken(NamedTuple):
    """An invariant that does not hold, and of what."""

    invariant: str
    what: str


def broken(*, now: datetime) -> Iterator[Broken]:
    """Yield what does not hold of a desk that has come to rest."""
    yield from _rows(now)
    yield from _analysed()
    yield from _alarms(now)
    yield from _chains()
    yield from _entries()
    yield from _log()


def _rows(now: datetime) -> Iterator[Broken]:
    """No row is claimed for ever, or has work and no time for it."""
    for model in due_models():
        claimed = model.objects.filter(due_at__gt=now, attempts__gt=0, last_error="")
        for pk in claimed.values_list("pk", flat=True):
            yield Broken("no row stays claimed", f"{model._meta.model_name} {pk}")  # noqa: SLF001 - Django's way
    if count := forgotten():
        yield Broken("all work has its time", f"{count} rows")


def _analysed() -> Iterator[Broken]:
    """Every conversation has been analysed by this version, with all of its posts."""
    for pk in Thread.objects.filter(stale_since__isnull=False).values_list("pk", flat=True):
        yield Broken("all is analysed", f"thread {pk} waits")
    counted = Thread.objects.filter(posts__removed=False).annotate(shown=Count("posts"))
    for pk in counted.exclude(scorer=SCORER).values_list("pk", flat=True):
        yield Broken("all is analysed", f"thread {pk} has no analysis of this version")
    for pk in counted.exclude(post_count=F("shown")).values_list("pk", flat=True):
        yield Broken("all posts are counted", f"thread {pk}")
    read = Q(posts__removed=False, posts__account__person__restricted_at=None)
    reported = Thread.objects.exclude(series={}).annotate(read=Count("posts", filter=read))
    for thread in reported.only("series").iterator():
        if len(thread.series["score"]) != thread.read:
            yield Broken("a report knows all posts", f"thread {thread.pk}")


def _alarms(now: datetime) -> Iterator[Broken]:
    """What must raise an alarm has raised one, once, and somebody was told of it."""
    lately = Thread.objects.filter(last_post_at__gte=now - SILENT_FOR, scored=True).exclude(stage="calm")
    for thread in lately.select_related("source"):
        reading = Reading(now, thread.score, thread.stage, thread.post_count)
        chosen = policies_for(thread.source)
        last, aside = last_readings(thread, chosen), put_aside(thread)
        for policy in chosen:
            if policy.pk not in last and raises(terms_of(policy), reading, None, aside):
                yield Broken("no alarm is lost", f"thread {thread.pk} by policy {policy.pk}")
    yield from _doubled_alarms()
    for pk in _untold().values_list("pk", flat=True):
        yield Broken("somebody is told of every alarm", f"alert {pk}")


def _doubled_alarms() -> Iterator[Broken]:
    rows = Alert.objects.exclude(policy=None).select_related("policy")
    for before, after in pairwise(rows.order_by("thread_id", "policy_id", "raised_at", "pk")):
        policy = after.policy
        if policy is None or (before.thread_id, before.policy_id) != (after.thread_id, after.policy_id):
            continue
        rested = after.raised_at - before.raised_at >= timedelta(hours=policy.cool_down_h)
        if not rested and after.score < before.score + RISE:
            yield Broken("no alarm is doubled", f"alerts {before.pk} and {after.pk}")


def _untold() -> QuerySet[Alert]:
    """Alarms that went out and told nobody, although their policy reaches somebody by now."""
    told = Alert.objects.exclude(policy=None).filter(due_at=None, verdict="", deliveries=None)
    return told if Alert.objects.filter(deliveries__isnull=False).exists() else told.none()


def _chains() -> Iterator[Broken]:
    """The events of a row lead step by step, each one possible, to the state it is in."""
    for model, machine in _CHAINED:
        steps: dict[int, list[str]] = {pk: [] for pk in model.objects.values_list("pk", flat=True)}
        events = Event.objects.filter(noun=machine.noun, noun_id__isnull=False).order_by("pk")
        for pk, action in events.values_list("noun_id", "action").iterator():
            if pk in steps:
                steps[pk].append(action)
        for pk, state in model.objects.values_list("pk", "state"):
            if state not in _ends(machine, steps[pk]):
                told = f"{machine.noun} {pk} is {state} after {', '.join(steps[pk]) or 'nothing'}"
                yield Broken("events tell all that happened, once", told)


def _ends(machine: Machine, actions: list[str]) -> set[str]:
    """Return the states that actions can lead to, none where one of them is not possible."""
    known = {each.action for each in machine.transitions}
    states = {machine.initial, *machine.found}
    for action in actions:
        if action in known:
            rows = [each for each in machine.transitions if each.action == action]
            states = {row.target or state for row in rows for state in states if state in row.sources}
    return states


def _entries() -> Iterator[Broken]:
    """What the public log must tell stands among its entries, once."""
    for action in ("break", "keep"):
        told = Counter(_cases_of(LogEntry.objects.filter(kind="promise", act=action)))
        done = Counter(_cases_of(Event.objects.filter(noun="promise", action=action)))
        for case in told.keys() | done.keys():
            if case is not None and told[case] != done[case]:
                what = f"{done[case]} promises of case {case}, {told[case]} entries ({action})"
                yield Broken("what happened is entered once", what)
    for pk in Measure.objects.filter(state__in=STANDING, entry=None).values_list("pk", flat=True):
        yield Broken("what happened is entered once", f"measure {pk} has no entry")


def _cases_of(rows: QuerySet[Any]) -> list[int | None]:
    return list(rows.values_list("case_id", flat=True))


def _log() -> Iterator[Broken]:
    """Every entry has its own place in the public log, which shows all of it and is what was signed."""
    head = LogHead.objects.exclude(checkpoint=b"").first()
    waiting = LogEntry.objects.filter(index=None).count()
    if waiting:
        yield Broken("every entry is published", f"{waiting} entries wait")
    if head is None:
        return
    said, tree = Checkpoint.parse(parse_note(bytes(head.checkpoint)).text), Frontier()
    rows = LogEntry.objects.exclude(index=None).order_by("index").values_list("index", "body")
    for index, body in rows.iterator():
        if index != tree.size:
            yield Broken("every entry has its own place", f"expected {tree.size}, got {index}")
        tree.append(leaf_hash(bytes(body)))
    if (tree.size, tree.root) != (said.size, said.root):
        yield Broken("the log is what the desk entered", f"{tree.size} entries, {said.size} signed")
    yield from _published(head.origin, said)


def _published(origin: str, said: Checkpoint) -> Iterator[Broken]:
    try:
        verdict = verify_log(store().read, [VerifierKey.parse(vkey) for vkey in log_keys()], origin)
    except TlogError as error:
        yield Broken("what is published verifies", str(error))
        return
    for wrong in verdict.wrong:
        yield Broken("what is published verifies", wrong.reason)
    if (verdict.checkpoint.size, verdict.checkpoint.root) != (said.size, said.root):
        yield Broken("every entry is published", f"{verdict.checkpoint.size} of {said.size} are shown")
