"""The check of a draft below its text, while somebody writes or with a button; and wrong findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import render

from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import draft_checks, replies
from kulanz.desk.services.draft_checks import Checked, Verdict
from kulanz.desk.web import cases, threads
from kulanz.desk.web.case_deeds import on_case
from kulanz.desk.web.deeds import Deed, Kept
from kulanz.desk.web.drafting import FORMS, Panel
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.reply_deeds import on_reply, on_thread

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kulanz.desk.models import Case, Reply, Thread
    from kulanz.desk.queries.drafts import Place

_PARTS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What is checked: the form that holds the words, how they are checked, and the page they stand on."""

    form: str
    check: Callable[[], Checked | None]
    page: Callable[[Kept, Panel | None], HttpResponse]


@on_case.deed(Right.WORK_CASES)
def check_case(deed: Deed[Case]) -> HttpResponse:
    """Check a new answer to a case's customer."""
    return _told(deed, of_case(deed))


@on_case.deed(Right.WORK_CASES)
def judge_case(deed: Deed[Case]) -> HttpResponse:
    """Call a finding wrong, or take that back, and check once more."""
    return _judged(deed, of_case(deed), deed.row)


@on_thread.deed(Right.WORK_CASES)
def check_thread(deed: Deed[Thread]) -> HttpResponse:
    """Check a new answer in public."""
    return _told(deed, of_thread(deed))


@on_thread.deed(Right.WORK_CASES)
def judge_thread(deed: Deed[Thread]) -> HttpResponse:
    return _judged(deed, of_thread(deed), deed.row)


@on_reply.deed(Right.SEE_CASES)
def check_reply(deed: Deed[Reply]) -> HttpResponse:
    """Check an answer on its way, for whoever wrote it and whoever is to approve it."""
    return _told(deed, of_reply(deed))


@on_reply.deed(Right.WORK_CASES)
def judge_reply(deed: Deed[Reply]) -> HttpResponse:
    return _judged(deed, of_reply(deed), draft_checks.place_of(deed.row))


def of_case(deed: Deed[Case]) -> Asked:
    def check() -> Checked | None:
        author = str(deed.row.contact or deed.actor.name)
        text = deed.text("text")
        spoken = deed.text("channel") == draft_checks.PHONE
        return draft_checks.check(
            actor=deed.actor, place=deed.row, text=text, public=False, author=author, spoken=spoken
        )

    return Asked("case_reply", check, lambda kept, panel: cases.rendered(deed.request, deed.row, kept, panel))


def of_thread(deed: Deed[Thread]) -> Asked:
    def check() -> Checked | None:
        return draft_checks.check(actor=deed.actor, place=deed.row, text=deed.text("text"), public=True)

    return Asked(
        "thread_reply", check, lambda kept, panel: threads.rendered(deed.request, deed.row, kept, panel)
    )


def of_reply(deed: Deed[Reply]) -> Asked:
    row = deed.row

    def check() -> Checked | None:
        text = deed.text("text") if "text" in deed.request.POST else None
        found = draft_checks.check_reply(actor=deed.actor, reply=row, text=text)
        replies.note_checked(reply=row, checked=found, **deed.by)
        return found

    def page(kept: Kept, panel: Panel | None) -> HttpResponse:
        if row.case:
            return cases.rendered(deed.request, row.case, kept, panel)
        return threads.rendered(deed.request, row.thread, kept, panel)

    return Asked("reply_edit", check, page)


def _judged(deed: Deed[Any], asked: Asked, place: Place) -> HttpResponse:
    right = deed.text("right")
    verdict = _verdict(right or deed.text("wrong"))
    act = draft_checks.unmark if right else draft_checks.mark_wrong
    act(place=place, verdict=verdict, **deed.by)
    return _told(deed, asked)


def _verdict(text: str) -> Verdict:
    parts = text.split(".")
    if len(parts) != _PARTS:
        raise RuleError("finding: expected code, kind, language and mark of one that the check told of")
    return Verdict(code=parts[0], kind=parts[1], language=parts[2], mark=parts[3])


def _told(deed: Deed[Any], asked: Asked) -> HttpResponse:
    """Answer a script with the panel alone, else with the whole page; what was typed is kept."""
    panel = Panel(asked.form, deed.row.pk, may_judge=deed.actor.may(Right.WORK_CASES))
    try:
        panel = replace(panel, checked=asked.check())
    except NotAllowedError:
        raise
    except RuleError as error:
        panel = replace(panel, refused=refusal(error))
    if "HX-Request" in deed.request.headers:
        return render(
            deed.request, "parts/draft_check.html", {"panel": panel, **FORMS[panel.form].context(panel.pk)}
        )
    if panel.refused:
        messages.error(deed.request, panel.refused)
    return asked.page(Kept(panel.form, panel.pk, deed.request.POST.dict()), panel)
