"""A language model is asked: first the page of what would be sent, then that of what came back.

The form for an answer travels through both pages as it was typed. Only a button takes a suggestion over, into
the form and not further.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse

from kulanz.desk import access
from kulanz.desk.access import NotFoundError
from kulanz.desk.rules.blanks import joined
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.language_model import LONGEST_ANSWER, Task, plain
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import model_asking
from kulanz.desk.web.case_deeds import on_case
from kulanz.desk.web.deeds import REFUSED, Deed, Kept, number
from kulanz.desk.web.draft_deeds import Asked, of_case, of_reply, of_thread
from kulanz.desk.web.drafting import FORMS, Panel
from kulanz.desk.web.issue_deeds import on_issue
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.reply_deeds import on_reply, on_thread

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kulanz.desk.models import Case, Issue, Reply, Thread

SEND: Final = "send"
TAKE: Final = "take"
BACK: Final = "back"
"""What the buttons send; everything else shows what would be sent."""
_OWN: Final = frozenset(("csrfmiddlewaretoken", "step", "ticket", "suggestion", "text"))
"""Fields that the pages have themselves; the others are passed on."""


@on_case.deed(Right.WORK_CASES)
def suggest_case(deed: Deed[Case]) -> HttpResponse:
    return _suggested(deed, of_case(deed))


@on_thread.deed(Right.WORK_CASES)
def suggest_thread(deed: Deed[Thread]) -> HttpResponse:
    return _suggested(deed, of_thread(deed))


@on_reply.deed(Right.WORK_CASES)
def suggest_reply(deed: Deed[Reply]) -> HttpResponse:
    return _suggested(deed, of_reply(deed))


@on_thread.deed(Right.WORK_ISSUES)
def summarise_thread(deed: Deed[Thread]) -> HttpResponse:
    return _asked(deed, "summary", leave=reverse("thread", args=[deed.row.pk]))


@on_issue.deed(Right.WORK_ISSUES)
def summarise_issue(deed: Deed[Issue]) -> HttpResponse:
    return _asked(deed, "summary", leave=on_issue.address(deed.row))


@dataclass(frozen=True, slots=True)
class _Page:
    """What both pages have: where their form goes, what it passes on, and what it leads back to.

    ``field`` is the id of the text that a suggestion is for, ``leave`` the page that a summary is read from.
    """

    action: str
    passed: tuple[tuple[str, str], ...]
    text: str
    field: str = ""
    leave: str = ""


def _suggested(deed: Deed[Any], asked: Asked) -> HttpResponse:
    """Go a step on, or back to the form; a step that is refused leads back to it, words kept."""
    step = deed.text("step")
    try:
        if step in (TAKE, BACK):
            return _back(deed, asked, taken=step == TAKE)
        return _asked(deed, "answer", field=FORMS[asked.form].context(deed.row.pk)["field_id"])
    except (NotAllowedError, NotFoundError):
        raise
    except RuleError as error:
        messages.error(deed.request, refusal(error))
        answer = _back(deed, asked, taken=False)
        answer.status_code = REFUSED
        return answer


def _asked(deed: Deed[Any], task: Task, *, field: str = "", leave: str = "") -> HttpResponse:
    """Show what would be sent; or send what was shown, and show what came back."""
    post = deed.request.POST
    passed = tuple((name, value) for name, value in post.dict().items() if name not in _OWN)
    context: dict[str, Any] = {
        "page": _Page(deed.request.path, passed, post.get("text", ""), field, leave),
        "task": task,
    }
    if deed.text("step") == SEND:
        context["suggested"] = model_asking.send(
            about=deed.row, task=task, ticket=deed.text("ticket"), **deed.by
        )
        context["panel"] = Panel("", 0, checked=context["suggested"].checked, may_judge=False)
        return render(deed.request, "model_answer.html", context)
    chosen = number(deed.text("answers"))
    context["prepared"] = model_asking.prepare(
        about=deed.row, task=task, answered=access.post(deed.actor, chosen) if chosen else None, **deed.by
    )
    return render(deed.request, "model_request.html", context)


def _back(deed: Deed[Any], asked: Asked, *, taken: bool) -> HttpResponse:
    """Show the form again with what was typed; a suggestion that is taken stands below it, checked."""
    typed, panel = deed.request.POST.dict(), None
    if taken:
        suggestion = plain(deed.text("suggestion"))[:LONGEST_ANSWER]
        typed |= {"text": joined(typed.get("text", ""), suggestion), "suggested": "1"}
        checked = model_asking.check_words(actor=deed.actor, about=deed.row, text=typed["text"])
        panel = Panel(asked.form, deed.row.pk, checked=checked)
    return asked.page(Kept(asked.form, deed.row.pk, typed), panel)
