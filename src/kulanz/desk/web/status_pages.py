"""What the page of a case shows of the status page that its customer has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kulanz.core.spoken import LANGS
from kulanz.desk.conf import conf
from kulanz.desk.queries.closing import (
    closing_note_of,
    satisfaction_of,
    threads_of,
    wants_no_questions,
    was_posted,
)
from kulanz.desk.queries.status_pages import language_for, page_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.status_pages import MARK
from kulanz.desk.services import status_links
from kulanz.desk.web.pages import DeskRequest

if TYPE_CHECKING:
    from kulanz.desk.models import Case


def status_page(request: DeskRequest, case: Case) -> dict[str, Any]:
    """What the page of a case shows of its status page; the link for those who may give it away."""
    page, works = page_of(case), request.actor.may(Right.WORK_CASES)
    live = page is not None and page.digest is not None
    lang = page.language if live and page else language_for(case, conf().language)
    return {
        "status_page": page,
        "status_link": status_links.link_of(actor=request.actor, page=page) if live and works else "",
        "status_languages": LANGS,
        "status_language": lang,
        "status_mark": MARK,
        **_settled(case, works=works),
    }


def _settled(case: Case, *, works: bool) -> dict[str, Any]:
    """What the customer said once it was settled, and what may be said in public."""
    note, settled = closing_note_of(case), case.state in ("resolved", "closed")
    return {
        "satisfaction": satisfaction_of(case),
        "wants_no_questions": settled and wants_no_questions(case),
        "closing_note": note,
        "closing_note_posted": note is not None and was_posted(note),
        "closing_threads": threads_of(case) if note is not None and works else (),
        "may_close_publicly": works and settled,
    }
