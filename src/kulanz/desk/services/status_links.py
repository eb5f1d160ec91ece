"""Links to status pages: made, renewed, revoked, and put into messages as these go out.

Of a link's 256 random bits a hash is kept, and the link itself sealed: a copy of the database opens no page.
Drafts and messages hold ``MARK`` instead of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from kulanz.core.spoken import Lang
from kulanz.desk.conf import conf
from kulanz.desk.models import Case, StatusPage
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.status_pages import KEY_BYTES, MARK, digest_of
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.sealing import seal, unseal

PATH: Final = "/status/"
_NOTED_EVERY: Final = timedelta(minutes=5)


def make(*, actor: Actor, case: Case, language: Lang, now: datetime) -> StatusPage:
    """Make a link for a case's customer, or a new one: the one before leads nowhere from then on."""
    actor.need(Right.WORK_CASES)
    key = token_urlsafe(KEY_BYTES)
    fresh: dict[str, Any] = {
        "digest": digest_of(key),
        "sealed": seal(key.encode()),
        "language": language,
        "made_at": now,
        "revoked_at": None,
        "first_opened_at": None,
        "last_opened_at": None,
    }
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        page, is_new = StatusPage.objects.get_or_create(case=case, defaults=fresh)
        if not is_new:
            change(page, page.version, **fresh)
        record(actor, "make" if is_new else "renew", page, now=now, case=case)
    return page


def revoke(*, actor: Actor, page: StatusPage, seen: int, now: datetime) -> StatusPage:
    """Have a link lead nowhere; what was written by it stays."""
    actor.need(Right.WORK_CASES)
    with transaction.atomic():
        ended = change(page, seen, digest=None, sealed=b"", revoked_at=now)
        record(actor, "revoke", ended, now=now, case=ended.case)
    return ended


def link_of(*, actor: Actor, page: StatusPage | None) -> str:
    """Return the link for somebody who may give it to the customer; empty where there is none."""
    actor.need(Right.WORK_CASES)
    return _link(page)


def opened(*, page: StatusPage, now: datetime) -> None:
    """Note that somebody with the link opened the page: when first, and when last."""
    rows = StatusPage.objects.filter(pk=page.pk)
    with transaction.atomic():
        if rows.filter(first_opened_at=None).update(first_opened_at=now):
            record(None, "open", page, now=now, case=page.case)
        stale = Q(last_opened_at=None) | Q(last_opened_at__lt=now - _NOTED_EVERY)
        rows.filter(stale).update(last_opened_at=now)


def check_sending(*, text: str, case: Case | None, by_desk: bool) -> None:
    """Raise RuleError for a text that needs a link where there is none, or shows one to others."""
    if _start() in text and not by_desk:
        raise RuleError("the link to a status page is for the customer alone: take it out")
    if _start() in without_link(text, case):
        raise RuleError(
            "this link to a status page is not the one that this customer has: write %(mark)s instead",
            mark=MARK,
        )
    if MARK not in text:
        return
    if not by_desk:
        raise RuleError(
            "the link to the status page goes out by e-mail or private message only: take %(mark)s out",
            mark=MARK,
        )
    if not _link(_page_of(case)):
        raise RuleError("the status page has no link: make one, or take %(mark)s out", mark=MARK)


def with_link(text: str, case: Case) -> str:
    """Return a message's text as it goes out; raise RuleError where it needs a link and there is none."""
    check_sending(text=text, case=case, by_desk=True)
    return text.replace(MARK, _link(_page_of(case))) if MARK in text else text


def without_link(text: str, case: Case | None) -> str:
    """Return a text as it is kept: with ``MARK`` for the link, which was typed or is quoted there.

    Programs that guard mail write a link anew, with its slashes as ``%2F``: there the mark stands for its
    secret.
    """
    link = _link(_page_of(case)) if PATH.strip("/") in text else ""
    return text.replace(link, MARK).replace(link.rpartition("/")[2], MARK) if link else text


def _start() -> str:
    return f"{conf().url}{PATH}"


def _page_of(case: Case | None) -> StatusPage | None:
    return None if case is None else StatusPage.objects.filter(case=case).first()


def _link(page: StatusPage | None) -> str:
    key = unseal(page.sealed).decode() if page else ""
    return f"{_start()}{key}" if key else ""
