"""What customers write: matched to a case, kept as a message, and told to those whom it concerns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction
from django.utils.translation import gettext_noop

from kulanz.desk.models import Case, Message, Reply
from kulanz.desk.rules.addresses import reply_keys_in
from kulanz.desk.rules.plain import plainly
from kulanz.desk.services.cases import heard
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell_of_answer
from kulanz.desk.services.outgoing import ADDRESS_KEY, bounced
from kulanz.desk.services.sealing import derived_keys
from kulanz.desk.services.status_links import without_link
from kulanz.sources.mail import MailError
from kulanz.sources.mailletters import Letter, read_letter

Fate = Literal["kept", "known", "unmatched", "broken"]

OTHER_SENDER: Final = gettext_noop("This was not sent from the customer's address.")
NO_ADDRESS: Final = gettext_noop("The case has no address of the customer to compare the sender with.")
LONGEST_TEXT: Final = 100_000
LONGEST_HTML: Final = 200_000
_CUT: Final = "\n[…]"
_BELIEVED: Final = timedelta(days=30)


def receive(*, content: bytes, now: datetime) -> Fate:
    """Take one mail in, and return what became of it; the same mail again changes nothing.

    It belongs to the case that its signed address names, or else to that of a message it answers. A mail from
    an address that is not the customer's is kept and marked as doubtful. Absence notes and bounces are kept
    and open nothing again; a bounce marks its reply as failed.
    """
    try:
        letter = plainly(read_letter(content, f"From - {now:%a %b %d %H:%M:%S %Y}".encode()))
    except MailError:
        return "broken"
    with transaction.atomic():
        if Message.objects.filter(message_id=letter.mail.message_id, inbound=False).exists():
            return "known"
        case = _case_of(letter)
        return "unmatched" if case is None else _keep(letter, case, now)


def _case_of(letter: Letter) -> Case | None:
    """Return the case of a letter, locked; nobody else writes it until we have."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("contact", "issue")
    for key in reply_keys_in(letter.recipients, derived_keys(ADDRESS_KEY)):
        if (found := rows.filter(reply_key=key).first()) is not None:
            return found
    answered = [*letter.mail.head.references]
    if letter.report is not None and letter.report.original_id:
        answered.append(letter.report.original_id)
    known = Message.objects.filter(message_id__in=answered).order_by("-pk").values_list("case_id", flat=True)
    return rows.filter(pk=known[0]).first() if known[:1] else None


def _keep(letter: Letter, case: Case, now: datetime) -> Fate:
    message, is_new = _message(letter, case, now)
    if not is_new:
        return "known"
    told = {"message": message.pk, "automatic": message.automatic, "doubtful": bool(message.doubtful)}
    record(None, "receive", case, now=now, issue=case.issue, data=told)
    if letter.report is not None and letter.report.failed:
        _bounce(letter, case, now)
    elif not message.automatic:
        heard(case=case, now=now)
        tell_of_answer(message=message, now=now)
    return "kept"


def _message(letter: Letter, case: Case, now: datetime) -> tuple[Message, bool]:
    mail, head = letter.mail, letter.mail.head
    automatic = head.automatic or letter.report is not None
    sender = (head.author or "")[:254]
    return Message.objects.get_or_create(
        case=case,
        message_id=mail.message_id,
        defaults={
            "inbound": True,
            "sender": sender,
            "subject": head.subject[:500],
            "text": shortened(without_link(letter.mail.words.text, case)),
            "html": without_link(_html(letter), case),
            "in_reply_to": head.references[-1] if head.references else "",
            "doubtful": "" if letter.report is not None else _doubt(sender, case),
            "automatic": automatic,
            "attachments": list(letter.attachments),
            "at": believed(mail.sent_at, now),
        },
    )


def _doubt(sender: str, case: Case) -> str:
    if not case.email:
        return NO_ADDRESS
    return "" if sender.casefold() == case.email.casefold() else OTHER_SENDER


def believed(at: datetime, now: datetime) -> datetime:
    """Return when a message was written as far as that can be: a clock elsewhere may be wrong."""
    return at if now - _BELIEVED <= at <= now else now


def shortened(words: str) -> str:
    """Return a text as it is kept."""
    return words if len(words) <= LONGEST_TEXT else words[:LONGEST_TEXT] + _CUT


def _html(letter: Letter) -> str:
    """Return what may be shown instead of the text; half of it would not be what was written."""
    return letter.html if len(letter.html) <= LONGEST_HTML else ""


def _bounce(letter: Letter, case: Case, now: datetime) -> None:
    """Mark the reply that came back as failed: the one the report names, or else the last one sent."""
    report = letter.report
    sent = Reply.objects.select_related("case__contact", "author").filter(case=case, state="sent")
    if report is None:
        return
    if report.original_id:
        reply = sent.filter(message__message_id=report.original_id).first()
    else:
        reply = sent.filter(channel="email").order_by("-sent_at").first()
    if reply is not None:
        bounced(reply=reply, why=report.why, now=now)
