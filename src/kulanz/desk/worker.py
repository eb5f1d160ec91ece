"""The due-work loop: every job finds what is due, claims it, does it, and sets when it is due again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final

from django.db import Error, close_old_connections

from kulanz.desk import logs
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import (
    appeal_reminders,
    carrying_out,
    data_requests,
    deliveries,
    gesture_orders,
    holding,
    measure_notices,
    month_publishing,
    my_data_letters,
    my_data_links,
    my_data_messages,
    outgoing,
    posting,
    private,
    scheduling,
)
from kulanz.desk.services.alerting import tell_due
from kulanz.desk.services.analysing import analyse_due
from kulanz.desk.services.billing_adapters import adapter_for, reseal_inboxes
from kulanz.desk.services.billing_reading import read_due
from kulanz.desk.services.comparing import compare_due
from kulanz.desk.services.customer_imports import take_due
from kulanz.desk.services.fetching import fetch_due, learn_due
from kulanz.desk.services.heartbeats import beat
from kulanz.desk.services.hold_proposing import propose_due
from kulanz.desk.services.issues import wake_due
from kulanz.desk.services.log_sequencing import sequence_due
from kulanz.desk.services.mailbox import fetch_mail
from kulanz.desk.services.matching import match_due
from kulanz.desk.services.mending import set_back
from kulanz.desk.services.mentions import verify_due
from kulanz.desk.services.promises import settle_due
from kulanz.desk.services.retention import remove_due
from kulanz.desk.services.sealing import reseal
from kulanz.desk.services.sentinel import tell_revisions, watch_due
from kulanz.desk.services.sessions import forget_expired
from kulanz.desk.services.shared import forget_over
from kulanz.desk.services.standing import count_due
from kulanz.desk.services.statements import push_due
from kulanz.desk.services.subscriptions import subscribe_due
from kulanz.desk.services.sweeping import finish_due
from kulanz.desk.services.tallies import TALLIES
from kulanz.desk.services.waking import PAUSE_S, Rest
from kulanz.desk.tracing import span

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of due work; ``run`` does some of it and returns how many rows it did."""

    name: str
    run: Callable[[datetime], int]


JOBS: Final[Sequence[Job]] = (
    Job("clock", lambda now: set_back(now=now)),
    Job("heartbeat", lambda now: beat(now=now)),
    Job("analyse", lambda now: analyse_due(now=now)),
    Job("promises", lambda now: settle_due(now=now)),
    Job("holds", lambda now: holding.order_due(adapters=adapter_for, now=now)),
    Job("reviews", lambda now: holding.ask_due(now=now)),
    Job("unconfirmed holds", lambda now: holding.alarm_due(now=now)),
    Job("gestures", lambda now: gesture_orders.order_due(adapters=adapter_for, now=now)),
    Job("silent gestures", lambda now: gesture_orders.remind_due(now=now)),
    Job("issues", lambda now: wake_due(now=now)),
    Job("alarms", lambda now: tell_due(now=now)),
    Job("planned replies", lambda now: scheduling.send_planned(now=now)),
    Job("replies", lambda now: outgoing.send_due(now=now)),
    Job("private replies", lambda now: private.send_due(now=now)),
    Job("public replies", lambda now: posting.send_due(now=now)),
    Job("measures", lambda now: carrying_out.end_due(now=now) + carrying_out.act_due(now=now)),
    Job("notices", lambda now: measure_notices.send_due(now=now)),
    Job("appeals", lambda now: appeal_reminders.remind_due(now=now)),
    Job("statements", lambda now: push_due(now=now)),
    Job("months", lambda now: month_publishing.publish_due(now=now)),
    Job("log", lambda now: sequence_due(now=now)),
    Job("messages", lambda now: deliveries.send_due(now=now)),
    Job("links to own data", lambda now: my_data_links.answer_due(now=now)),
    Job("requests on own data", lambda now: data_requests.remind_due(now=now)),
    Job("links to own data by message", lambda now: my_data_messages.answer_due(now=now)),
    Job("messages on own data", lambda now: my_data_messages.send_due(now=now)),
    Job("letters on own data", lambda now: my_data_letters.send_due(now=now)),
    Job("digests", lambda now: deliveries.make_digests(now=now)),
    Job("mailbox", lambda now: fetch_mail(now=now)),
    Job("private answers", lambda now: private.read_due(now=now)),
    Job("reseal", lambda now: reseal() + reseal_inboxes()),  # noqa: ARG005 - its rows have no time
    Job("fetch", lambda now: fetch_due(now=now)),
    Job("compare", lambda now: compare_due(now=now)),
    Job("silent edits", lambda now: tell_revisions(now=now)),
    Job("guests", lambda now: watch_due(now=now)),
    Job("learn", lambda now: learn_due(now=now)),
    Job("subscribe", lambda now: subscribe_due(now=now)),
    Job("mentions", lambda now: verify_due(now=now)),
    Job("billing", lambda now: read_due(now=now)),
    Job("tables", lambda now: take_due(now=now)),
    Job("customers", lambda now: match_due(now=now)),
    Job("hold proposals", lambda now: propose_due(now=now)),
    Job("standing", lambda now: count_due(now=now)),
    Job("erasing", lambda now: finish_due(now=now)),
    Job("retention", lambda now: remove_due(now=now)),
    Job("sessions", lambda now: forget_expired(now=now)),
    Job("tallies", lambda now: TALLIES.write_due(now=now)),
    Job("shared", lambda now: forget_over(now=now)),
)


def run_once(now: datetime, jobs: Sequence[Job] = JOBS) -> int:
    """Do what is due at a moment and return how many rows that was.

    A job that fails is logged and does not keep the others from theirs: its rows are due again when
    their lease ends.
    """
    return sum(_run(job, now) for job in jobs)


def run(stop: Event, clock: Callable[[], datetime], rest: Rest) -> None:
    """Work until ``stop`` is set, resting whenever nothing is due, and while the database does not answer."""
    while not stop.is_set():
        close_old_connections()
        if not rest.listen():
            stop.wait(PAUSE_S)
        elif not run_once(clock()):
            rest.until_due(stop, clock)
    rest.end()


def _run(job: Job, now: datetime) -> int:
    mark = logs.job.set(job.name)
    try:
        with span(f"job {job.name}", job=job.name) as tell:
            done = _counted(job, now)
            tell(rows=done)
            return done
    finally:
        logs.job.reset(mark)


def _counted(job: Job, now: datetime) -> int:
    began = time.perf_counter()
    try:
        done = job.run(now)
    except (Error, RuleError) as error:
        TALLIES.count("job_failures", job.name)
        logger.exception("job %s did not end: what it had begun is due again later", job.name)
        if isinstance(error, Error):
            close_old_connections()  # one that broke would fail every job to come
        return 0
    if done:
        TALLIES.count("job_rows", job.name, done)
        TALLIES.count("job_seconds", job.name, time.perf_counter() - began)
    return done
