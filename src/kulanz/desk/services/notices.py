"""Messages to members: written here as due rows, sent by the worker, each in the member's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kulanz.core.spoken import lang_for
from kulanz.desk.conf import conf
from kulanz.desk.models import (
    Alert,
    Case,
    Defect,
    Delivery,
    Gesture,
    Issue,
    Member,
    Message,
    Note,
    Promise,
    Reply,
)
from kulanz.desk.rules.digests import next_digest
from kulanz.desk.rules.roles import RIGHTS, Right
from kulanz.pages.formats import day

# what to do about a reply that did not reach the customer, by its channel
REMEDIES: Final = {
    "email": gettext_noop("Check the customer’s e-mail address in the case, or choose another way."),
    "private": gettext_noop("Check whether the account is still the customer’s, or choose another way."),
    "public": gettext_noop(
        "The source could not be reached, or did not say whether it took the answer. Try again: what stands"
        " there already is found and not posted twice."
    ),
}
_KEY: Final = gettext_noop(
    "The source does not take the key any more. Give another one at the source and try again, or post the"
    " answer yourself."
)
_GONE: Final = gettext_noop(
    "The source does not show the conversation to the account that posts. Look there, and post the answer"
    " yourself where it still belongs."
)
_REFUSED: Final = gettext_noop(
    "The source refuses the answer: the conversation may be closed, or the words too short or too long."
    " Change and save them, then try again; or post the answer yourself."
)
UNSURE: Final = "unsure"
"""What kept a mail to a list from being known as sent: nobody knows whether it went out."""

UNPOSTED: Final = {
    UNSURE: gettext_noop(
        "Nobody knows whether the list took it: the connection broke off. Look whether it arrived; once it is"
        " read back it is marked as sent. Try again only if it is not there."
    ),
    "key": _KEY, "login": _KEY, "gone": _GONE, "missing": _GONE, "forbidden": _REFUSED,
}  # fmt: skip
"""What to do about an answer in public that was not posted, by ``kulanz.sources.errors.ErrorKind``."""
_OFF: Final = "off"
_DIGEST: Final = "digest"
# what those who watch an issue are told of, by the action of its event
NEWS: Final = {
    "assign": gettext_noop("%(who)s gave the issue to somebody."),
    "close": gettext_noop("%(who)s closed the issue."),
    "give_back": gettext_noop("%(who)s undid that: the issue is with its owner again."),
    "graver": gettext_noop("The issue has become graver."),
    "merge": gettext_noop("%(who)s made the issue part of another one."),
    "merged": gettext_noop("%(who)s merged another issue into this one."),
    "note": gettext_noop("%(who)s wrote an internal note."),
    "release": gettext_noop("%(who)s gave the issue back to everybody."),
    "reopen": gettext_noop("%(who)s opened the issue again."),
    "return_due": gettext_noop("The issue’s time has come: it is with its owner again."),
    "snooze": gettext_noop("%(who)s put the issue aside."),
    "snooze_again": gettext_noop("%(who)s undid that: the issue is put aside again."),
    "split": gettext_noop("%(who)s split conversations off into a new issue."),
    "take": gettext_noop("%(who)s took the issue."),
    "undo": gettext_noop("%(who)s undid that: the issue is open."),
    "unmerge": gettext_noop("%(who)s undid the merge."),
    "unmerged": gettext_noop("%(who)s took a merged issue out again."),
    "wake": gettext_noop("%(who)s took the issue up again."),
    "wake_due": gettext_noop("The issue’s time has come: it is open again."),
}

RETURNED: Final[Mapping[str, str]] = {
    "heard": gettext_noop("The customer has written since it was planned."),
    "answered": gettext_noop("Somebody of the company has answered since it was planned."),
    "hardened": gettext_noop("The fronts have hardened since it was planned."),
    "settled": gettext_noop("The case was settled since it was planned."),
    "gone": gettext_noop("Whoever planned it is no member any more."),
    "refused": gettext_noop("It could not go out as it is."),
    "restored": gettext_noop("An older backup of the desk was restored: it may have gone out already."),
}
"""Why a planned reply came back."""


def tell_of_promise(*, promise: Promise, level: int, members: Iterable[Member], now: datetime) -> None:
    """Tell members that a promise nears its end (level 1) or broke; nobody waits for a digest with it."""
    for member in members:
        with translation.override(member.lang):
            subject = _("Promise soon due: %(title)s") if level == 1 else _("Promise broken: %(title)s")
            body = _("%(name)s promised: %(promise)s\nUntil: %(due)s\n%(url)s") % {
                "name": promise.by,
                "promise": promise.what,
                "due": _when(promise.deadline, member),
                "url": _url(promise.case),
            }
        key = f"promise-{promise.pk}-{level}-{member.pk}"
        tell(
            member=member,
            key=key,
            subject=subject % {"title": promise.case.title},
            body=body,
            now=now,
            urgent=True,
        )


def tell_of_answer(*, message: Message, now: datetime) -> None:
    """Tell a case's contact, and who watches its issue, that the customer has answered.

    The answer itself stays in the desk; only members who may see cases are told.
    """
    case = message.case
    for member in _concerned(case):
        with translation.override(member.lang):
            subject = _("Answer in the case: %(title)s") % {"title": case.title}
            body = _("There is a new message from %(sender)s.\n%(url)s") % {
                "sender": message.sender,
                "url": _url(case),
            }
        key = f"answer-{message.pk}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=body, now=now, urgent=member.pk == case.contact_id)


def tell_of_failure(*, reply: Reply, why: str, now: datetime) -> None:
    """Tell who wrote a reply, and the contact of its case, that it did not arrive."""
    case, about = reply.case, reply.case or reply.thread
    for member in {reply.author, (case and case.contact) or reply.author}:
        with translation.override(member.lang):
            subject = _("Reply not delivered: %(title)s") % {"title": about}
            told = _("The customer did not get the reply.") if case else _("The answer was not posted.")
            words = _("In technical words, in English: %(why)s") % {"why": why}
            body = "\n".join((told, _(remedy_for(reply)), _url(about), "", words))
        key = f"undelivered-{reply.pk}-{reply.version}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=body, now=now, urgent=True)


def tell_of_return(*, reply: Reply, codes: Iterable[str], now: datetime) -> None:
    """Tell who wrote and who planned a reply, and those concerned, why it was not sent as planned."""
    about = reply.case or reply.thread
    concerned = _concerned(reply.case) if reply.case else ()
    for member in {reply.author, reply.scheduled_by or reply.author, *concerned}:
        with translation.override(member.lang):
            subject = _("Reply not sent as planned: %(title)s") % {"title": about}
            again = _("It is a draft again: look at it, and send it if it still fits.")
            body = "\n".join(
                (*(_(RETURNED[code]) for code in codes), again, f"{_url(about)}#reply-{reply.pk}")
            )
        key = f"returned-{reply.pk}-{reply.version}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=body, now=now, urgent=True)


def remedy_for(reply: Reply) -> str:
    """Return what to do about a reply that did not come through, in English."""
    return UNPOSTED.get(reply.error_kind, REMEDIES.get(reply.channel, ""))


def tell_of_request(*, reply: Reply, approvers: Iterable[Member], now: datetime) -> None:
    """Tell members that a reply waits for their approval."""
    for member in approvers:
        with translation.override(member.lang):
            subject = _("A reply waits for approval: %(title)s") % {"title": reply.case or reply.thread}
            body = _("%(name)s asks you to look at a reply.\n%(url)s") % {
                "name": reply.author,
                "url": f"{_url(reply.case or reply.thread)}#reply-{reply.pk}",
            }
        key = f"approval-{reply.pk}-{reply.version}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=body, now=now, urgent=True)


def tell_of_gesture(*, gesture: Gesture, approvers: Iterable[Member], now: datetime) -> None:
    """Tell members that a gesture waits for their approval."""
    for member in approvers:
        with translation.override(member.lang):
            subject = _("A gesture waits for approval: %(title)s") % {"title": gesture.case}
            body = _("%(name)s proposes a gesture.\n%(url)s") % {
                "name": gesture.proposed_by,
                "url": _url(gesture.case),
            }
        tell(member=member, key=f"gesture-{gesture.pk}-{member.pk}", subject=subject, body=body, now=now)


def tell_of_decision(*, gesture: Gesture, now: datetime) -> None:
    """Tell whoever proposed a gesture what somebody else decided on it."""
    member = gesture.proposed_by
    with translation.override(member.lang):
        declined = gesture.state == "declined"
        subject = _("Gesture declined: %(title)s") if declined else _("Gesture approved: %(title)s")
        body = _("%(name)s decided on the gesture that you proposed.\n%(url)s") % {
            "name": gesture.decided_by,
            "url": _url(gesture.case),
        }
    key = f"gesture-{gesture.pk}-{gesture.version}-{member.pk}"
    tell(member=member, key=key, subject=subject % {"title": gesture.case}, body=body, now=now, urgent=True)


def tell_of_defect(*, defect: Defect, members: Iterable[Member], now: datetime) -> None:
    """Tell members of a defect: that it needs an owner, or that it is theirs."""
    for member in members:
        with translation.override(member.lang):
            owned = defect.owner_id == member.pk
            subject = (
                _("A defect was given to you: %(name)s") if owned else _("A defect needs an owner: %(name)s")
            )
            body = _("Several cases come from it.\n%(url)s") % {"url": _url(defect)}
        key = f"defect-{defect.pk}-{defect.version}-{member.pk}"
        tell(member=member, key=key, subject=subject % {"name": defect}, body=body, now=now)


def tell_of_mention(*, note: Note, members: Iterable[Member], now: datetime) -> None:
    """Tell members that a note names them; not who wrote it, nor who may not see what it is about."""
    about = note.case or note.issue
    if about is None:
        return
    readers = _readers(Right.SEE_CASES if note.case else Right.SEE_RADAR)
    for member in set(members) & set(readers):
        with translation.override(member.lang):
            subject = _("%(name)s mentions you: %(title)s") % {"name": note.author, "title": about}
            body = _("%(name)s named you in a note.\n%(url)s") % {"name": note.author, "url": _url(about)}
        if member.pk != note.author_id:
            tell(member=member, key=f"mention-{note.pk}-{member.pk}", subject=subject, body=body, now=now)


def tell_of_news(
    *, issue: Issue, action: str, by: Member | None, told: Iterable[Member] = (), now: datetime
) -> None:
    """Tell who watches an issue what happened in it (``NEWS``), but not who did it or is told otherwise."""
    if action not in NEWS:
        return
    watching = Member.objects.filter(is_active=True, watches__issue=issue, held_roles__isnull=False)
    for member in watching.exclude(pk__in=[each.pk for each in (by, *told) if each]).distinct():
        with translation.override(member.lang):
            subject = _("News of the issue: %(title)s") % {"title": issue}
            body = _(NEWS[action]) % {"who": by} + f"\n{_url(issue)}"
        key = f"news-{issue.pk}-{action}-{now:%Y%m%d%H%M%S%f}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=body, now=now)


def tell_of_assignment(*, row: Issue | Case, member: Member, by: int, now: datetime) -> None:
    """Tell a member that an issue or a case was given to them; whoever took it themselves knows."""
    if member.pk == by:
        return
    with translation.override(member.lang):
        subject = _("Given to you: %(title)s") % {"title": row}
        body = _("You are now in charge of this.\n%(url)s") % {"url": _url(row)}
    key = f"assigned-{_noun(row)}-{row.pk}-{row.version}-{member.pk}"
    tell(member=member, key=key, subject=subject, body=body, now=now, urgent=True)


def tell(  # noqa: PLR0913 - a message is whom, what, when, and how urgent
    *,
    member: Member,
    key: str,
    subject: str,
    body: str,
    now: datetime,
    urgent: bool = False,
    alert: Alert | None = None,
) -> None:
    """Have a message sent to a member by the ways they chose; the same ``key`` is sent once.

    Members with a digest get it then, unless it is ``urgent``.
    """
    if not member.is_active:
        return
    digest = member.email_alerts == _DIGEST and not urgent
    shared: dict[str, Any] = {
        "member": member,
        "alert": alert,
        "subject": " ".join(subject.split())[:300],
        "body": body,
        "created_at": now,
    }
    rows = []
    if member.email and member.email_alerts != _OFF:
        kind = "digest" if digest else "email"
        at = next_digest(now, member.time_zone) if digest else now
        rows.append(Delivery(kind=kind, key=f"{key}-email"[:200], address=member.email, due_at=at, **shared))
    if member.sealed_notify_url:
        rows.append(Delivery(kind="apprise", key=f"{key}-apprise"[:200], due_at=now, **shared))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _concerned(case: Case) -> Iterable[Member]:
    """Return the contact, and those who watch the issue and may see cases; with neither, the leads."""
    readers = _readers(Right.SEE_CASES)
    watching = readers.filter(watches__issue=case.issue) if case.issue else readers.none()
    return {*watching, *readers.filter(pk__in=[case.contact_id])} or _readers(Right.LEAD_CASES)


def _readers(right: Right) -> QuerySet[Member]:
    """Return the members who have a right."""
    roles = [role.value for role in RIGHTS[right]]
    return Member.objects.filter(is_active=True, held_roles__role__in=roles).distinct()


def _when(moment: datetime, member: Member) -> str:
    """Day and minute as a member writes them, by their clock."""
    local = moment.astimezone(ZoneInfo(member.time_zone))
    lang = lang_for(member.lang)
    return f"{day(local, lang)}, {local:%H:%M} ({member.time_zone})"


def _url(row: object) -> str:
    return f"{conf().url}/{_noun(row)}s/{getattr(row, 'pk', '')}"


def _noun(row: object) -> str:
    return type(row).__name__.lower()
