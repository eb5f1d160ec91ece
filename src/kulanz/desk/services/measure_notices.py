"""Authors are told of measures: by private message at the source, else by mail if it can be, else by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kulanz.core.spoken import LANGS, Lang
from kulanz.desk.conf import conf
from kulanz.desk.models import Account, Measure, MeasureNotice, RuleVersion
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.measure_letters import Told, notice, undone, without_secrets
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.status_pages import Text, moment
from kulanz.desk.services.appeal_links import PATH, authors_link
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.events import record
from kulanz.desk.services.log_proofs import receipt_link
from kulanz.desk.services.mail import Outbox, OutgoingMail, SendError, can_send, own_address
from kulanz.desk.services.outgoing import MOST_TRIES
from kulanz.desk.services.outside import Outside, outside
from kulanz.desk.services.writing import Writer, can_write
from kulanz.sources.errors import SourceError, TemporaryError
from kulanz.sources.private_messages import PrivateLetter, PrivateMessages

UNNAMED: Final = "…"
"""Stands in a preview for the reference, which a measure gets as it is proposed."""


def notify_done(*, measure: Measure, now: datetime) -> None:
    """Write what the author of a post is told of a measure; call it in the transaction of its state."""
    _keep(measure, "done", notice_of(measure), now)


def notify_undone(*, measure: Measure, now: datetime) -> None:
    """Write what the author is told of a reversal, if they were told of the measure."""
    if measure.notices.filter(about="done").exists():
        words = undone(measure.reference, measure.scope, measure.decision, lang_of_author(measure))
        _keep(measure, "reversed", words, now)


def notice_of(measure: Measure) -> Text:
    """Return what the author is told of a measure, in the language of the post."""
    lang, rule = lang_of_author(measure), measure.rule
    title = (rule.title_de if lang == "de" else rule.title_en) if rule else ""
    told = Told(
        kind=measure.kind,
        scope=measure.scope,
        reference=measure.reference,
        where=(measure.post.url if measure.post else "") or measure.thread.url or measure.thread.title,
        rule=f"{title}{_address(rule)}" if rule else "",
        why=measure.why,
        until=moment(measure.until, conf().time_zone, lang) if measure.until else "",
        onward=measure.onward,
        appeal=authors_link(measure) if measure.reference != UNNAMED else f"{conf().url}{PATH}{UNNAMED}",
        receipt=receipt_link(measure.entry) if measure.entry and conf().public_pages else "",
    )
    return notice(told, lang)


def _address(rule: RuleVersion) -> str:
    """Where everybody reads a rule, if the company lets them."""
    return f", {conf().url}/rules/{rule.rule.key}/{rule.number}" if conf().public_pages else ""


def lang_of_author(measure: Measure) -> Lang:
    """The language of the post where it is one of ours, else the desk's."""
    written = measure.post.lang[:2] if measure.post else ""
    return next((lang for lang in LANGS if lang == written), conf().language)


def words_for(actor: Actor, notice: MeasureNotice) -> str:
    """Return what an author is told as a member reads it: the author's links for who passes them on alone."""
    by_hand = not notice.way and notice.due_at is None
    return notice.text if by_hand and actor.may(Right.MODERATE) else without_secrets(notice.text)


def told_by_hand(*, actor: Actor, notice: MeasureNotice, seen: int, now: datetime) -> MeasureNotice:
    """Say that somebody has told the author."""
    actor.need(Right.MODERATE)
    if notice.way:
        raise RuleError("notice: the author has been told already")
    with transaction.atomic():
        told = change(notice, seen, way="hand", told_at=now, told_by_id=actor.member_id, due_at=None)
        record(actor, "tell", told, now=now, thread=told.measure.thread)
    return told


def send_due(*, now: datetime, world: Outside | None = None) -> int:
    """Send one notice that is due, as a private message or by mail; return how many were tried.

    Its mark is the same for every try: one that arrived is found, and not sent again.
    """
    rows = MeasureNotice.objects.filter(way="").select_related(
        "measure__account__source", "measure__account__person", "measure__thread"
    )
    claimed = claim(rows, now, at_most=1)
    for each in claimed:
        _send(each, world or outside())
    return len(claimed)


def _send(told: MeasureNotice, world: Outside) -> None:
    account = told.measure.account
    if account is None:
        _left_to_people(told, "")
    elif can_write(account.source):
        _send_privately(told, account, world)
    else:
        _mail(told, "", world.clock())


def _send_privately(told: MeasureNotice, account: Account, world: Outside) -> None:
    mark = f"kulanz-measure-{told.measure.reference.lower()}-{told.about}"
    letter = PrivateLetter(mark=mark, to=account.key, title=told.subject, text=told.text)
    try:
        with Writer[PrivateMessages](account.source, world, PrivateMessages) as writer:
            writer.send(letter)
    except TemporaryError as error:
        if told.attempts >= MOST_TRIES:
            _left_to_people(told, str(error))
        else:
            wait = None if error.retry_after is None else timedelta(seconds=error.retry_after)
            failed(told, str(error), world.clock(), wait=wait)
    except (SourceError, RuleError) as error:
        _mail(told, str(error), world.clock())
    else:
        _note_told(told, "private", world.clock())


def _mail(told: MeasureNotice, why: str, now: datetime) -> None:
    """Send a notice by mail; ``why`` is what kept it from going out at the source."""
    to = _address_of(told.measure.account)
    if not to:
        _left_to_people(told, why)
        return
    sender = own_address().rpartition("@")[2]
    mail = OutgoingMail(
        to=to, subject=told.subject, text=told.text, message_id=f"measure-notice.{told.pk}@{sender}"
    )
    try:
        with Outbox() as outbox:
            outbox.send(mail, now)
    except SendError as error:
        if error.permanent or told.attempts >= MOST_TRIES:
            _left_to_people(told, "the mail server did not take it")
        else:
            failed(told, "the mail server did not take it", now)
    else:
        _note_told(told, "mail", now)


def _note_told(told: MeasureNotice, way: str, now: datetime) -> None:
    with transaction.atomic():
        sent = change(told, told.version, way=way, told_at=now, due_at=None, last_error="")
        record(None, "tell", sent, now=now, thread=sent.measure.thread)


def _address_of(account: Account | None) -> str:
    """Return where the author can be written to; empty where nobody knows, or no mail is sent."""
    person = account.person if account is not None else None
    return person.email if person is not None and can_send() else ""


def _left_to_people(told: MeasureNotice, why: str) -> None:
    MeasureNotice.objects.filter(pk=told.pk, way="").update(due_at=None, last_error=why[:2000])


def _keep(measure: Measure, about: str, words: Text, now: datetime) -> None:
    account = measure.account
    by_desk = account is not None and (can_write(account.source) or bool(_address_of(account)))
    MeasureNotice.objects.create(
        measure=measure,
        about=about,
        subject=words.subject,
        text=words.text,
        way="" if account else "none",
        due_at=now if by_desk else None,
    )
