"""The pages of measures: what waits for somebody, the list, one measure, and where one is proposed."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kulanz.desk import access
from kulanz.desk.queries import moderating as queries
from kulanz.desk.queries.moderating import MeasureFilter
from kulanz.desk.queries.paging import paged
from kulanz.desk.queries.rulebook import in_force
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import MEASURE, STANDING
from kulanz.desk.rules.moderating import KINDS, MAY_END, OFFERS, ON_POSTS, ON_THREADS, guarded, seconds_for
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.measure_notices import notice_of, words_for
from kulanz.desk.web import wording
from kulanz.desk.web.deeds import NOTHING_KEPT, Kept, chosen, number, offset, possible
from kulanz.desk.web.pages import DeskRequest, page
from kulanz.pages.safe import web_address

_ENDS_BY_HAND: Final = ("ordered", "failed", "reversing", "ending")


@page(Right.SEE_RADAR)
def listed(request: DeskRequest) -> HttpResponse:
    """What waits for somebody, and all measures, the latest first."""
    wanted = MeasureFilter(
        state=chosen(request, "state", MEASURE.states.__contains__),
        kind=chosen(request, "kind", KINDS.__contains__),
    )
    actor = request.actor
    context = {
        "page": queries.measures(wanted, offset=offset(request, "from")),
        "wanted": wanted,
        "states": wording.choices("measure_state"),
        "kinds": wording.choices("measure_kind"),
        "waits": [(name, rows, f"{name}_from") for name, rows in _waits(request).items() if rows.total],
        "untold": _untold(request) if actor.may(Right.MODERATE) else None,
        "may_judge": actor.may(Right.JUDGE_MEASURES),
        "appeals": queries.open_appeals().count() if actor.may(Right.JUDGE_MEASURES) else 0,
    }
    return render(request, "measures.html", context)


def _waits(request: DeskRequest) -> dict[str, Any]:
    """Measures that wait for somebody to do something, by what that is."""
    rows = {"second": queries.undecided(), "seen": queries.seen_unexplained(), "hand": queries.by_hand()}
    return {
        name: paged(
            found.order_by("proposed_at", "pk"), list, offset=offset(request, f"{name}_from"), size=20
        )
        for name, found in rows.items()
    }


def _untold(request: DeskRequest) -> Any:
    return paged(queries.untold().order_by("pk"), list, offset=offset(request, "untold_from"), size=20)


@page(Right.SEE_RADAR)
def as_statements(request: DeskRequest) -> HttpResponse:  # noqa: ARG001 - they name nobody
    """All statements of reasons as a file, in the form in which the transparency database takes them."""
    found = [each.body for each in queries.statements().order_by("pk")]
    answer = JsonResponse({"statements": found}, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="statements.json"'
    return answer


@page(Right.SEE_RADAR)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything about one measure."""
    return rendered(request, access.measure(request.actor, pk))


def rendered(request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT) -> HttpResponse:
    """Make a measure's page, with the words of a form that was refused."""
    now, actor = timezone.now(), request.actor
    told = row.notices.select_related("told_by")
    context = {
        "measure": row,
        "row_pk": row.pk,
        "kept": kept,
        "path": reverse("measure", args=[row.pk]),
        "actions": _actions(request, row),
        "by_hand": row.state in _ENDS_BY_HAND and row.due_at is None,
        "notices": [(each, words_for(actor, each)) for each in told.order_by("pk")],
        "appeals": list(row.appeals.order_by("pk")) if actor.may(Right.JUDGE_MEASURES) else [],
        "may_tell": actor.may(Right.MODERATE),
        "rules": _rules(now),
        "codes": wording.choices("measure_code"),
        "may_end": row.kind in MAY_END,
        "post_link": web_address(row.post.url) if row.post else None,
        "thread_link": web_address(row.thread.url),
        "is_public": row.state in STANDING,
        "statement": getattr(row, "statement", None),
        "grounds": guarded(row.kind, queries.situation_of(row.thread, row.post), on_post=row.post is not None)
        if row.state == "seen"
        else (),
    }
    return render(request, "measure.html", context)


def _actions(request: DeskRequest, row: Any) -> set[str]:
    """What the member may do now; who has part in the dispute is not offered to decide."""
    actions = possible(request.actor, MEASURE, row.state) - {"order"}
    if row.at_source:
        actions -= {"refuse", "withdraw"}
    elif row.state == "proposed":
        actions.discard("overturn")
    if row.state in ("proposed", "seen") and request.actor.member_id in queries.barred_from(row):
        actions -= {"approve", "refuse", "dismiss"}
        actions -= {"overturn"} if row.state == "proposed" else set()
    if row.due_at is not None:
        actions.discard("confirm_by_hand")
    return actions


@page(Right.MODERATE)
def new(request: DeskRequest, pk: int) -> HttpResponse:
    """Where a measure on a conversation, or on a post in it, is proposed."""
    return form(request, access.thread(request.actor, pk))


def form(request: DeskRequest, thread: Any, kept: Kept = NOTHING_KEPT, drafted: Any = None) -> HttpResponse:
    """Make the form, with what was typed and, where it was asked for, the notice as it would be sent."""
    given = request.POST if request.method == "POST" else request.GET
    post = post_of(request, thread, given.get("post", ""))
    kinds = [kind for kind in KINDS if kind not in (ON_THREADS if post else ON_POSTS)]
    kind = given.get("kind", "")
    situation = queries.situation_of(thread, post)
    context = {
        "thread": thread,
        "post": post,
        "row_pk": thread.pk,
        "kept": kept,
        "path": reverse("measure_new", args=[thread.pk]),
        "kinds": kinds,
        "kind": kind if kind in kinds else "",
        "asks": seconds_for(kind, situation, on_post=post is not None),
        "grounds": guarded(kind, situation, on_post=post is not None),
        "offers": OFFERS,
        "rules": _rules(timezone.now()),
        "codes": wording.choices("measure_code"),
        "may_end": kind in MAY_END,
        "notice": notice_of(drafted) if drafted is not None else None,
    }
    return render(request, "measure_new.html", context)


def post_of(request: DeskRequest, thread: Any, text: str) -> Any:
    """Return the post of a conversation that a form names; None where it names none."""
    pk = number(text)
    if pk is None:
        return None
    post = access.post(request.actor, pk)
    if post.thread_id != thread.pk:
        raise RuleError("measure: expected a post of this conversation")
    return post


def _rules(now: Any) -> list[tuple[int, str, str]]:
    """The versions of rules in force: key, German and English title."""
    return [(each.pk, each.title_de, each.title_en) for each in in_force(now)]
