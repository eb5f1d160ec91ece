"""What keeps a desk from working well: what it means and what to do about it; Django must be ready.

``damage.py`` holds what the doctor can mend itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.core.checks import run_checks
from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kulanz.desk.checks import found_unsafe
from kulanz.desk.conf import Conf
from kulanz.desk.operating import damage
from kulanz.desk.operating.findings import Finding, Level
from kulanz.desk.operating.starting import FIRST, NewerDatabaseError, NoDatabaseError, waiting_migrations
from kulanz.desk.queries.billing import behind
from kulanz.desk.queries.health import (
    failing,
    given_up,
    mailbox,
    newest_moment,
    stopped_sources,
    unread_since,
    waiting_since,
)
from kulanz.desk.queries.heartbeats import last_beat, workers_alive
from kulanz.desk.queries.log_state import log_state
from kulanz.desk.services.mail import Outbox, SendError
from kulanz.models import ModelError, load

LITTLE_DISK: Final = 1024**3
NO_DISK: Final = 100 * 1024**2
LONG_WAIT: Final = timedelta(minutes=10)
_TOLD_APART: Final = frozenset({"inbox", "billingsystem", "loghead"})
_GIVEN_UP_LATELY: Final = timedelta(days=7)
_CLOCK_SLACK: Final = timedelta(minutes=2)


Look = Callable[[Conf, datetime], Iterator[Finding]]


def examine(given: Conf, now: datetime, *, deep: bool = False) -> Iterator[Finding]:
    """Look at everything a desk needs. Without a database, what lies in it is not looked at.

    ``deep`` compares the search index with the rows, which keeps a large SQLite database busy for minutes.
    """
    for look in (_settings, damage.files, _disk, _models, _mail):
        yield from look(given, now)
    database = list(_database())
    yield from database
    if all(finding.level == "good" for finding in database):
        for look in (_workers, _sources, _billing, _mailbox, _log, _failing, _given_up, _clock):
            yield from look(given, now)
        yield from damage.rows(now, deep=deep)


def _settings(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - every look is asked alike
    unsafe = found_unsafe(given)
    known = {message.id for message in unsafe}
    messages = [*unsafe, *(each for each in run_checks() if each.id not in known)]
    for message in messages:
        level: Level = "error" if message.is_serious() else "warning"
        yield Finding(
            level,
            "settings",
            _("settings: %(what)s") % {"what": message.msg},
            _("A desk with unsafe settings does not start.") if level == "error" else "",
            str(message.hint or _("look up %(id)s") % {"id": message.id}),
        )
    if not messages:
        told = _("settings are safe") if given.mode == "production" else _("settings of a demo")
        yield Finding("good", "settings", told)


def _disk(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    if not given.data.is_dir():
        return
    free = shutil.disk_usage(given.data).free
    told = _("disk: %(free)s GiB free at %(place)s") % {
        "free": number_format(free / 1024**3, 1),
        "place": given.data,
    }
    if free >= LITTLE_DISK:
        yield Finding("good", "disk", told)
        return
    yield Finding(
        "error" if free < NO_DISK else "warning",
        "disk",
        told,
        _("On a full disk nothing is kept: what is read is read again later, and people's work is refused."),
        _("make room, or shorten how long data is kept (Settings, Retention)"),
    )


def _models(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    try:
        load()
    except (ModelError, OSError) as error:
        meaning = _("Without its models no conversation is judged, and the radar stays empty.")
        told = _("models: %(error)s") % {"error": error}
        yield Finding("error", "models", told, meaning, _("install kulanz again"))
    else:
        yield Finding("good", "models", _("models can be read"))


def _mail(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    if not given.mail_url:
        return
    try:
        with Outbox() as outbox:
            outbox.reach()
    except SendError as error:
        meaning = _("Alarms, answers and links for new passwords wait until it does; none is lost.")
        told = _("mail: %(error)s") % {"error": error}
        yield Finding("error", "mail", told, meaning, _("look at KULANZ_MAIL_URL"))
    else:
        yield Finding("good", "mail", _("mail: the server answers"))


def _database() -> Iterator[Finding]:
    try:
        waiting = waiting_migrations()
    except NoDatabaseError as error:
        meaning = _("Everything the desk knows lies there: without it no page answers and nothing is done.")
        told = _("database: %(reason)s") % {"reason": error.reason}
        asked = _("look at DATABASE_URL, and whether the server runs")
        remedy = asked if error.is_made else _("run `kulanz init`")
        yield Finding("error", "database", told, meaning, remedy)
        return
    except NewerDatabaseError as error:
        told = _("database: it knows %(change)s, this Kulanz does not") % {"change": error.change}
        meaning = _(
            "It is of a newer version: this one does not start on it, lest it spoils what it cannot read."
        )
        yield Finding(
            "error", "database", told, meaning, _("install a newer Kulanz, or restore an older backup")
        )
        return
    if FIRST in waiting:
        meaning = _("Everything the desk knows lies there: without it no page answers and nothing is done.")
        yield Finding("error", "database", _("database: it is empty"), meaning, _("run `kulanz init`"))
    elif waiting:
        yield damage.missing_changes(len(waiting))
    else:
        told = _("database: %(name)s is up to date") % {"name": connection.display_name}
        yield Finding("good", "database", told)


def _workers(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    alive, last, since = workers_alive(now), last_beat(), waiting_since()
    remedy = _("start `kulanz serve` or `kulanz work`")
    if since is not None and since < now - LONG_WAIT:
        told = _("workers: %(alive)s at work, conversations wait since %(since)s") % {
            "alive": alive,
            "since": _shown(since),
        }
        meaning = _("What was posted since then is on no radar, and nobody is told of it.")
        more = remedy if not alive else _("start more of them: `kulanz work`")
        yield Finding("error", "workers", told, meaning, more)
    elif not alive:
        told = (
            _("workers: none is at work, the last was heard of at %(last)s") % {"last": _shown(last)}
            if last
            else _("workers: none is at work")
        )
        meaning = _("Nothing is read, analysed or sent until one is.")
        yield Finding("warning", "workers", told, meaning, remedy)
    else:
        yield Finding("good", "workers", _("workers: %(alive)s at work") % {"alive": alive})


def _sources(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    for name, why in stopped_sources():
        told = _("sources: %(name)s stopped: %(why)s") % {"name": name, "why": why}
        meaning = _("Only a person can help; what is posted there meanwhile is not seen.")
        yield Finding("warning", "sources", told, meaning, _("mend it, then retry on its page"))


def _billing(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    for system in behind(now):
        why = system.last_error or _("no worker has come by")
        told = _("billing: %(name)s, %(when)s: %(why)s") % {
            "name": system.name,
            "when": _last_read(system.last_success_at),
            "why": why,
        }
        meaning = _("Holds are not confirmed meanwhile, and new claims and letters are not known.")
        remedy = _("mend it, then read it on its page (Settings, Billing systems)")
        yield Finding("warning", "billing", told, meaning, remedy)


def _mailbox(given: Conf, now: datetime) -> Iterator[Finding]:
    if not given.inbox_url:
        return
    box = mailbox()
    last = _last_read(box.last_success_at if box else None)
    if unread_since(box, now):
        why = box.last_error if box and box.last_error else _("no worker has come by")
        told = _("mailbox: %(last)s: %(why)s") % {"last": last, "why": why}
        meaning = _("Answers of customers do not arrive; they stay in the mailbox until they do.")
        remedy = _("look at KULANZ_INBOX_URL and whether a worker is at work")
        yield Finding("error", "mailbox", told, meaning, remedy)
    else:
        yield Finding("good", "mailbox", _("mailbox: %(last)s") % {"last": last})
    if box and box.unmatched:
        told = _("mailbox: %(count)s messages belong to no case") % {"count": box.unmatched}
        meaning = _("Somebody has written to the desk whom it does not know, and waits for an answer.")
        remedy = _("look for them in the mailbox itself: the desk leaves them there")
        yield Finding("warning", "mailbox", told, meaning, remedy)


def _log(given: Conf, now: datetime) -> Iterator[Finding]:
    state = log_state()
    told = _("public log: %(size)s entries, %(waiting)s wait to be in it") % {
        "size": state.size,
        "waiting": state.waiting,
    }
    if not state.origin:
        if state.waiting:
            begun = _("%(told)s: it has not begun") % {"told": told}
            meaning = _("What was moderated is shown to nobody outside.")
            yield Finding("warning", "log", begun, meaning, _("run `kulanz log init`"))
        return
    waits_long = state.waiting_since is not None and state.waiting_since < now - LONG_WAIT
    if not (state.last_error or waits_long):
        yield Finding("good", "log", told)
        return
    yield Finding(
        "error",
        "log",
        f"{told}: {state.last_error or _('no worker has come by')}",
        _("What was moderated is not shown, and receipts cannot be verified yet."),
        _(
            "look at %(place)s and whether a worker is at work; where an older database was restored, "
            "run `kulanz log adopt`"
        )
        % {"place": given.log_bucket or given.log_folder},
    )


def _given_up(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    if found := given_up(now - _GIVEN_UP_LATELY):
        values = {"count": found.count, "whom": found.whom, "why": found.why}
        told = _("work: %(count)s messages were given up within a week, the last to %(whom)s: %(why)s")
        meaning = _("They did not arrive and are not tried again.")
        remedy = _("mend what the error names, and tell what matters by another way")
        yield Finding("warning", "work", told % values, meaning, remedy)


def _failing(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001
    for each in failing():
        if each.kind not in _TOLD_APART:
            values = {"count": each.count, "kind": each.kind, "why": each.why}
            told = _("work: %(count)s of %(kind)s failed and will be tried again: %(why)s") % values
            meaning = _("It is tried again with growing waits, and nothing is lost meanwhile.")
            yield Finding("warning", "work", told, meaning, _("mend what the error names"))


def _clock(given: Conf, now: datetime) -> Iterator[Finding]:
    newest = newest_moment()
    if newest is not None and newest > now + _CLOCK_SLACK:
        told = _("time: the newest event is of %(newest)s, which is yet to come") % {"newest": _shown(newest)}
        meaning = _("The clock was ahead or is behind: promises, quiet hours and deadlines depend on it.")
        yield Finding("error", "clock", told, meaning, _("set the clock of this machine (NTP)"))
    else:
        told = _("time: %(now)s, pages show %(zone)s") % {"now": _shown(now), "zone": given.time_zone}
        yield Finding("good", "clock", told)


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _last_read(at: datetime | None) -> str:
    return _("last read at %(at)s") % {"at": _shown(at)} if at else _("never read")
