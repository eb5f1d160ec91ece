"""What can be done about the status page of a case: its link made, revoked, and given to the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.access import NotFoundError
from kulanz.desk.queries.closing import closing_note_of
from kulanz.desk.queries.status_pages import page_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.status_pages import lang_of
from kulanz.desk.services import closing_notes, handover, status_links, status_wishes
from kulanz.desk.services.outgoing import EMAIL
from kulanz.desk.web.case_deeds import on_case
from kulanz.desk.web.deeds import Deed, number

if TYPE_CHECKING:
    from kulanz.desk.models import Case, StatusPage


def _address(case: Case) -> str:
    return reverse("case", args=[case.pk]) + "#status-page"


def _page(case: Case) -> StatusPage:
    page = page_of(case)
    if page is None:
        raise NotFoundError("there is no status page here")
    return page


@on_case.deed(Right.WORK_CASES)
def make(deed: Deed[Case]) -> str:
    status_links.make(case=deed.row, language=lang_of(deed.text("language")), **deed.by)
    deed.told(_("The link is made. Give it to the customer alone."))
    return _address(deed.row)


@on_case.deed(Right.WORK_CASES)
def revoke(deed: Deed[Case]) -> str:
    status_links.revoke(page=_page(deed.row), **deed.decided)
    deed.told(_("The link is revoked: it leads nowhere any more."))
    return _address(deed.row)


@on_case.deed(Right.WORK_CASES)
def deal_with_wish(deed: Deed[Case]) -> str:
    status_wishes.deal_with(page=_page(deed.row), **deed.decided)
    deed.told(_("Saved: the wish for another person was dealt with."))
    return _address(deed.row)


@on_case.deed(Right.WORK_CASES)
def hand_over(deed: Deed[Case]) -> str:
    """Begin the message of a handover; it is a draft like any other."""
    channel, _dash, account = deed.text("channel").partition("-")
    reply = handover.draft(
        case=deed.row,
        language=lang_of(deed.text("language")),
        channel=channel or EMAIL,
        account=number(account),
        **deed.by,
    )
    deed.told(_("The message is drafted. Read it, change it, and send it below."))
    return reverse("case", args=[deed.row.pk]) + f"#reply-{reply.pk}"


@on_case.deed(Right.WORK_CASES)
def write_closing_note(deed: Deed[Case]) -> str:
    closing_notes.write(case=deed.row, text=deed.text("text"), **deed.decided)
    page = page_of(deed.row)
    if page is not None and page.digest is not None:
        deed.told(_("The customer is asked on the status page."))
    else:
        deed.told(_("Saved. The customer has no link to the status page: make one, or nobody is asked."))
    return reverse("case", args=[deed.row.pk]) + "#closing"


@on_case.deed(Right.WORK_CASES)
def draft_closing_note(deed: Deed[Case]) -> str:
    """Begin the public answer with the words that the customer agreed to."""
    note = closing_note_of(deed.row)
    if note is None:
        raise NotFoundError("there is no closing note here")
    thread = access.thread(deed.actor, deed.number("thread"))
    reply = closing_notes.draft(note=note, thread=thread, **deed.by)
    return reverse("thread", args=[thread.pk]) + f"#reply-{reply.pk}"
