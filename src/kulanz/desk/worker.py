"""The due-work loop: every job finds what is due, claims it, does it, and sets when it is due again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event
from typing import Final, Protocol

from django.db import Error, close_old_connections

from kulanz.desk import logs
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
from kulanz.desk.services.mending import ClockWatch, set_back
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


class DueWork(Protocol):
    """Does some of what is due, and returns how many rows that was."""

    def __call__(self, *, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of due work."""

    name: str
    run: DueWork


JOBS: Final[Sequence[Job]] = (
    Job("clock", set_back),
    Job("heartbeat", beat),
    Job("analyse", analyse_due),
    Job("promises", settle_due),
    Job("holds", partial(holding.order_due, adapters=adapter_for)),
    Job("reviews", holding.ask_due),
    Job("unconfirmed holds", holding.alarm_due),
    Job("gestures", partial(gesture_orders.order_due, adapters=adapter_for)),
    Job("silent gestures", gesture_orders.remind_due),
    Job("issues", wake_due),
    Job("alarms", tell_due),
    Job("planned replies", scheduling.send_planned),
    Job("replies", outgoing.send_due),
    Job("private replies", private.send_due),
    Job("public replies", posting.send_due),
    Job("measures", lambda *, now: carrying_out.end_due(now=now) + carrying_out.act_due(now=now)),
    Job("notices", measure_notices.send_due),
    Job("appeals", appeal_reminders.remind_due),
    Job("statements", push_due),
    Job("months", month_publishing.publish_due),
    Job("log", sequence_due),
    Job("messages", deliveries.send_due),
    Job("links to own data", my_data_links.answer_due),
    Job("requests on own data", data_requests.remind_due),
    Job("links to own data by message", my_data_messages.answer_due),
    Job("messages on own data", my_data_messages.send_due),
    Job("letters on own data", my_data_letters.send_due),
    Job("digests", deliveries.make_digests),
    Job("mailbox", fetch_mail),
    Job("private answers", private.read_due),
    Job("reseal", lambda *, now: reseal() + reseal_inboxes()),  # noqa: ARG005 - its rows have no time
    Job("fetch", fetch_due),
    Job("compare", compare_due),
    Job("silent edits", tell_revisions),
    Job("guests", watch_due),
    Job("learn", learn_due),
    Job("subscribe", subscribe_due),
    Job("mentions", verify_due),
    Job("billing", read_due),
    Job("tables", take_due),
    Job("customers", match_due),
    Job("hold proposals", propose_due),
    Job("standing", count_due),
    Job("erasing", finish_due),
    Job("retention", remove_due),
    Job("sessions", forget_expired),
    Job("tallies", TALLIES.write_due),
    Job("shared", forget_over),
)


def run_once(now: datetime, jobs: Sequence[Job] = JOBS) -> int:
    """Do what is due at a moment and return how many rows that was.

    A job that fails is logged and does not keep the others from theirs: its rows are due again when
    their lease ends.
    """
    return sum(_run(job, now) for job in jobs)


def run(stop: Event, clock: Callable[[], datetime], rest: Rest) -> None:
    """Work until ``stop`` is set, resting whenever nothing is due, and while the database does not answer."""
    jobs = (Job("clock of this worker", ClockWatch().look), *JOBS)
    while not stop.is_set():
        close_old_connections()
        if not rest.listen():
            stop.wait(PAUSE_S)
        elif not run_once(clock(), jobs):
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
        done = job.run(now=now)
    except Exception as error:  # whatever is wrong with one job, the others have their turn
        TALLIES.count("job_failures", job.name)
        logger.exception("job %s did not end: what it had begun is due again later", job.name)
        if isinstance(error, Error):
            close_old_connections()  # one that broke would fail every job to come
        return 0
    if done:
        TALLIES.count("job_rows", job.name, done)
        TALLIES.count("job_seconds", job.name, time.perf_counter() - began)
    return done
