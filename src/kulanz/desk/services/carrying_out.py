"""Measures that the worker carries out, undoes and ends at the source, each once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kulanz.desk.conf import conf
from kulanz.desk.models import Measure
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.machines import MEASURE
from kulanz.desk.rules.measure_letters import onward_post
from kulanz.desk.rules.plain import plain
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.fetching import want
from kulanz.desk.services.measure_effects import UNDOING, act_of, came_undone, due_for, note, took_effect
from kulanz.desk.services.outgoing import MOST_TRIES
from kulanz.desk.services.outside import Outside, outside
from kulanz.desk.services.writing import Writer, can_answer
from kulanz.sources.errors import PermanentError, SourceError, TemporaryError
from kulanz.sources.moderating import Moderating, ModerationAct
from kulanz.sources.public_answers import PublicAnswer, PublicAnswers

_ACTING: Final = ("ordered", *UNDOING)


def act_due(*, now: datetime, world: Outside | None = None) -> int:
    """Do at its source what one measure asks for that is due; return how many were tried.

    An act names the state that it leads to: one that a worker did before it died is found done.
    """
    rows = Measure.objects.filter(state__in=_ACTING)
    claimed = claim(rows.select_related("thread__source", "post", "account", "rule__rule"), now, at_most=1)
    for measure in claimed:
        _act(measure, world or outside())
    return len(claimed)


def end_due(*, now: datetime) -> int:
    """Begin to end measures whose time has passed; return how many."""
    rows = Measure.objects.filter(state="done", until__lte=now).select_related("thread__source")
    found = list(rows.order_by("until", "pk")[:10])
    return sum(_ended(measure, now) for measure in found)


def _act(measure: Measure, world: Outside) -> None:
    try:
        with Writer[Moderating](measure.thread.source, world, Moderating) as writer:
            _say_onward(writer, measure)
            before = writer.moderate(act_for(measure))
    except TemporaryError as error:
        if measure.attempts >= MOST_TRIES:
            _not_done(measure, str(error), world.clock())
        else:
            wait = None if error.retry_after is None else timedelta(seconds=error.retry_after)
            failed(measure, str(error), world.clock(), wait=wait)
    except (SourceError, RuleError) as error:
        _not_done(measure, str(error), world.clock())
    else:
        _note_done(measure, plain(before), world.clock())


def _say_onward(writer: Moderating, measure: Measure) -> None:
    """Post where people may go on before they cannot, once; where the desk does not post, people do."""
    source = measure.thread.source
    if measure.kind != "lock" or measure.state in UNDOING or not can_answer(source):
        return
    if isinstance(writer, PublicAnswers):
        mark = f"kulanz-measure-{measure.reference.lower()}"
        others = measure.thread.replies.exclude(post_key="").values_list("post_key", flat=True)
        writer.answer(
            PublicAnswer(
                mark=mark,
                thread=measure.thread.key,
                text=onward_post(measure.why, measure.onward, conf().language),
                since=measure.decided_at or measure.proposed_at,
                known=frozenset(others),
            )
        )


def act_for(measure: Measure) -> ModerationAct:
    """Return what the source is asked for; raise PermanentError for a measure that is nothing to do there."""
    kind, undoing = act_of(measure, measure.state), measure.state in UNDOING
    if kind is None:
        raise PermanentError("this measure is carried out by telling the author")
    moved_away = undoing and measure.kind == "move" and measure.post is not None
    return ModerationAct(
        kind=kind,
        thread=measure.place if moved_away else measure.thread.key,
        post=measure.post.key if measure.post and measure.kind != "suspend" else "",
        account=measure.account.key if measure.account else "",
        text=measure.text_before if undoing else measure.text,
        place=measure.place_before if undoing else measure.place,
        until=None if undoing else measure.until,
        why=measure.why,
    )


def _note_done(measure: Measure, before: str, now: datetime) -> None:
    """Note what was done; people see to it where the log does not take its words any more."""
    try:
        _done(measure, before, now)
    except ConflictError:
        return  # somebody has changed it meanwhile: it is due again when the lease ends
    except RuleError as error:
        _not_done(measure, str(error), now)


def _done(measure: Measure, before: str, now: datetime) -> None:
    with transaction.atomic():
        if before and measure.state not in UNDOING:
            Measure.objects.filter(pk=measure.pk).update(text_before=before)
        follow = came_undone if measure.state in UNDOING else took_effect
        follow(measure=measure, seen=measure.version, actor=None, now=now)
        want(source=measure.thread.source, now=now)


def _not_done(measure: Measure, why: str, now: datetime) -> None:
    """Leave it to people: an order has failed, what was to be undone is undone by hand."""
    with transaction.atomic():
        ordered = measure.state not in UNDOING
        state = MEASURE.by_itself(measure.state, "not_done") if ordered else measure.state
        changed = change(measure, measure.version, state=state, due_at=None, last_error=why[:2000])
        note(None, "not_done", changed, now)


def _ended(measure: Measure, now: datetime) -> int:
    state = MEASURE.by_itself(measure.state, "over")
    try:
        with transaction.atomic():
            due = due_for(measure, state, now)
            ending = change(measure, measure.version, state=state, due_at=due, attempts=0)
            note(None, "over", ending, now)
    except ConflictError:
        return 0
    return 1
