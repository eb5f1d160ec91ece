"""An issue step by step: what could have been known after every post, and what was done then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from kulanz.core.drafts.report import DraftFinding, DraftReport
from kulanz.core.drafts.wording import NAMES
from kulanz.core.report import Reason
from kulanz.desk import access
from kulanz.desk.queries.company import speakers
from kulanz.desk.queries.paging import PAGE
from kulanz.desk.queries.threads import PostRow
from kulanz.desk.rules.replaying import Step
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.replaying import Replay, Then, replay_of, then_at
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.deeds import offset
from kulanz.desk.web.pages import DeskRequest, page
from kulanz.desk.web.replay_plots import replay_plot
from kulanz.desk.web.thread_posts import REFERENCES_AT_MOST, PostShown, ReasonShown
from kulanz.pages import formats, safe
from kulanz.pages.postviews import Reference, post_view
from kulanz.pages.words import Words


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A finding of the draft check with its name, and the passage that it is about."""

    name: str
    passage: str
    finding: DraftFinding


@page(Right.SEE_RADAR)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """One step of an issue, between the one before and the next; the first one without a number."""
    issue = access.issue(request.actor, pk)
    replay = replay_of(issue)
    context: dict[str, Any] = {"issue": issue, "replay": replay, "last": len(replay.steps)}
    if replay.steps:
        number = min(max(offset(request, "step"), 1), len(replay.steps))
        context |= _step(request, replay, number)
    return render(request, "issue_replay.html", context)


def _step(request: DeskRequest, replay: Replay, number: int) -> dict[str, Any]:
    then = then_at(actor=request.actor, replay=replay, number=number, lang=lang())
    links, words = _Links(replay, Words(lang())), Words(lang())
    begin = (number - 1) // PAGE * PAGE
    post = _post(then, links, words, may_see_removed=request.actor.may(Right.SEE_PEOPLE))
    return {
        "then": then,
        "step": then.step,
        "number": number,
        "previous": number - 1 or None,
        "following": number + 1 if number < len(replay.steps) else None,
        "plot": replay_plot(replay.steps, then.step, words),
        "reasons": [links.reason(then.step, each) for each in then.report.reasons],
        "post": post,
        "may_see_people": request.actor.may(Right.SEE_PEOPLE),
        "checked": _checked(then.check, then.finding.post.text) if post.readable else None,
        "path": reverse("issue_replay", args=[replay.issue.pk]),
        "listed": [(step, replay.threads[step.thread]) for step in replay.steps[begin : begin + PAGE]],
        "block_before": begin - PAGE + 1 if begin else None,
        "block_after": begin + PAGE + 1 if begin + PAGE < len(replay.steps) else None,
    }


class _Links:
    """How the page points at posts: by the step that shows them."""

    def __init__(self, replay: Replay, words: Words) -> None:
        self._replay, self._words = replay, words

    def known(self, thread: int, key: str) -> Reference | None:
        number = self._replay.numbers.get((thread, key))
        if number is None:
            return None
        written = formats.number(number, self._words.lang)
        return Reference(self._words("post_reference", n=written), f"?step={number}#step")

    def answer(self, then: Then) -> Reference | None:
        """Name the post that a post answers; its id where that was not there yet."""
        reply_to = then.finding.post.reply_to
        if not reply_to:
            return None
        found = self.known(then.step.thread, reply_to)
        text = found.text if found else safe.line(reply_to, 60)
        return Reference(self._words("replies_to", post=text), found.anchor if found else "")

    def reason(self, step: Step, reason: Reason) -> ReasonShown:
        named = (self.known(step.thread, key) for key in reason.posts[:REFERENCES_AT_MOST])
        posts = tuple(each for each in named if each is not None)
        return ReasonShown(text=reason.text, posts=posts, more=max(0, len(reason.posts) - REFERENCES_AT_MOST))


def _post(then: Then, links: _Links, words: Words, *, may_see_removed: bool) -> PostShown:
    speaking = speakers(then.thread.source_id)
    row = PostRow(
        post=then.row,
        finding=then.finding,
        revisions=(),
        speaker=speaking.get(then.step.author.lower(), ""),
    )
    anchor, number = f"p{then.row.pk}", then.step.number
    view = post_view(then.finding, words, anchor=anchor, number=number, reply=links.answer(then))
    readable = may_see_removed or not then.row.removed
    return PostShown(row=row, view=view, readable=readable, changes=())


def _checked(check: DraftReport | None, text: str) -> dict[str, Any] | None:
    if check is None:
        return None
    kinds = ("found", "missing", "present")
    return {"report": check, **{kind: list(_lines(check, kind, text)) for kind in kinds}}


def _lines(check: DraftReport, kind: str, text: str) -> Iterator[CheckLine]:
    for each in check.findings:
        if each.kind == kind:
            passage = text[each.start : each.end] if each.start is not None else ""
            yield CheckLine(NAMES[lang()][each.code], safe.block(passage), each)


urlpatterns: Final[list[Any]] = [path("issues/<int:pk>/replay", show, name="issue_replay")]
