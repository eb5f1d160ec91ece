"""Sources that are due are read; how that went is their health, not an exception."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal

from django.db import transaction
from django.db.models import F

from kulanz.desk.models import Source
from kulanz.desk.queries.known import KnownPosts
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import SOURCE
from kulanz.desk.services.analysing import learn_baseline
from kulanz.desk.services.claiming import claim, done, failed
from kulanz.desk.services.events import record
from kulanz.desk.services.outside import Outside, keys_of, outside
from kulanz.desk.services.reading import Turn
from kulanz.desk.services.tallies import TALLIES
from kulanz.desk.services.writing import learn_account
from kulanz.desk.tracing import span
from kulanz.sources.connectors import CONNECTORS
from kulanz.sources.errors import BudgetSpentError, Problems, SourceError, TemporaryError
from kulanz.sources.store.health import back_off

FetchResult = Literal["read", "spent", "failed", "stopped"]
"""How a turn ended: all was read that could be, the day is used up, an error for now, one for good."""

REQUESTS_A_TURN: Final = 60
LEARNT_EVERY: Final = timedelta(days=1)
_TOLD: Final = 10
_LONGEST_TOLD: Final = 300


def fetch_due(*, now: datetime, world: Outside | None = None) -> int:
    """Read one source that is due, for one turn; return how many that was.

    One at a time, so that the worker's other jobs have their turn in between.
    """
    rows = Source.objects.filter(state=SOURCE.initial, connector__in=CONNECTORS)
    claimed = claim(rows, now, at_most=1)
    for source in claimed:
        fetch(source=source, world=world or outside())
    return len(claimed)


def fetch(*, source: Source, world: Outside) -> None:
    """Read a claimed source for one turn within its day's requests, and set when it is due again."""
    with span(f"fetch {source.connector}", source=source.pk, connector=source.connector) as tell:
        result = _fetched(source, world)
        tell(result=result)
    TALLIES.count("fetches", f"{source.connector}:{result}")


def _fetched(source: Source, world: Outside) -> FetchResult:
    began = world.clock()
    left = _left_today(source, began)
    if left <= 0:
        done(source, next_at=_tomorrow(began))
        return "spent"
    try:
        more = _read(source, world, began, min(left, REQUESTS_A_TURN))
    except BudgetSpentError:
        _rested(source, _tomorrow(began) if left <= REQUESTS_A_TURN else world.clock(), served=False)
        return "spent"
    except TemporaryError as error:
        _failed(source, error, world)
        return "failed"
    except (SourceError, RuleError) as error:
        _stopped(source, str(error), getattr(error, "kind", "other"), world.clock())
        return "stopped"
    learn_account(source=source, world=world)
    now = world.clock()
    _rested(source, now if more else now + timedelta(seconds=source.interval_s), served=not more)
    return "read"


def learn_due(*, now: datetime) -> int:
    """Learn once a day what is usual at a source; return how many had their turn (one at most)."""
    due = Source.objects.exclude(learned_at__isnull=False, learned_at__gt=now - LEARNT_EVERY)
    source = due.order_by("pk").first()
    if source is None:
        return 0
    ours = Source.objects.filter(pk=source.pk, learned_at=source.learned_at)
    if ours.update(learned_at=now):
        learn_baseline(source=source)
    return 1


def want(*, source: Source, now: datetime) -> None:
    """Have a source read as soon as possible: now, or when the read that runs has ended.

    One that fails (``attempts``) keeps its pause. Call it with, or after, the commit of what is to be seen.
    """
    Source.objects.filter(pk=source.pk).update(wanted_at=now)
    waiting = Source.objects.filter(pk=source.pk, state=SOURCE.initial, connector__in=CONNECTORS, attempts=0)
    waiting.update(due_at=now)


def _read(source: Source, world: Outside, began: datetime, budget: int) -> bool:
    problems = Problems(keep=_TOLD)
    with world.client(budget) as http:
        connector = world.connector(
            source.connector,
            source.address,
            keys_of(source),
            http=http,
            known=KnownPosts(source),
            problems=problems,
        )
        turn = Turn(source=source, connector=connector, http=http, outside=world, began=began)
        more = turn.run()
    if turn.error is not None:
        raise turn.error
    _note_skipped(source, problems)
    return more


def _left_today(source: Source, now: datetime) -> int:
    """Return how many requests are left today (UTC); a new day begins at none used."""
    today = now.astimezone(UTC).date()
    if source.requests_day != today:
        Source.objects.filter(pk=source.pk).update(requests_day=today, requests_today=0)
        source.requests_day, source.requests_today = today, 0
    return source.budget_per_day - source.requests_today


def _tomorrow(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def _rested(source: Source, next_at: datetime, *, served: bool) -> None:
    """Set when a source is read next; at once where a delivery asked for it while it was read."""
    done(source, next_at=next_at)
    if served and source.wanted_at is not None:
        Source.objects.filter(pk=source.pk, wanted_at=source.wanted_at).update(wanted_at=None)
    # asked after `done`: a delivery that came before it did not wake the source, one after it does
    wanted = Source.objects.filter(pk=source.pk, wanted_at__isnull=False, due_at__gt=F("wanted_at"))
    wanted.exclude(requests_today__gte=F("budget_per_day")).update(due_at=F("wanted_at"))


def _failed(source: Source, error: TemporaryError, world: Outside) -> None:
    errors = source.errors_in_row + 1
    Source.objects.filter(pk=source.pk).update(errors_in_row=errors, error_kind=error.kind)
    asked = error.retry_after
    wait = back_off(errors, world.random.random()) if asked is None else timedelta(seconds=asked)
    failed(source, str(error), world.clock(), wait=wait)


def _stopped(source: Source, why: str, kind: str, now: datetime) -> None:
    """Leave a source alone until a person mends it; one that was paused meanwhile stays paused."""
    state = SOURCE.by_itself(SOURCE.initial, "stop")
    with transaction.atomic():
        running = Source.objects.filter(pk=source.pk, state=SOURCE.initial)
        told = {"last_error": why[:2000], "error_kind": kind}
        stopped = running.update(state=state, due_at=None, attempts=0, **told)
        if stopped:
            record(None, "stop", source, now=now, reason=why[:500])


def _note_skipped(source: Source, problems: Problems) -> None:
    told = [str(problem)[:_LONGEST_TOLD] for problem in problems.kept]
    if told != source.skipped:
        Source.objects.filter(pk=source.pk).update(skipped=told)
