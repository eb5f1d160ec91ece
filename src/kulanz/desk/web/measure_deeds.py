"""What can be done about measures with a form."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.moderating import Order
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import measure_notices, moderating
from kulanz.desk.web.deeds import Deed, Kept, Place
from kulanz.desk.web.moderating import as_statements, form, listed, new, post_of, rendered, show

if TYPE_CHECKING:
    from kulanz.desk.models import Measure, MeasureNotice, Thread

on_thread: Place[Thread] = Place(access.thread, lambda row: reverse("measure_new", args=[row.pk]), form)
on_measure: Place[Measure] = Place(access.measure, lambda row: reverse("measure", args=[row.pk]), rendered)
on_notice: Place[MeasureNotice] = Place(
    access.measure_notice,
    lambda row: reverse("measure", args=[row.measure_id]),
    lambda request, row, kept: rendered(request, access.measure(request.actor, row.measure_id), kept),
)


@on_thread.deed(Right.MODERATE)
def propose(deed: Deed[Thread]) -> str | HttpResponse:
    """Propose a measure, or show the notice as its author would get it; the form's button says which."""
    post = post_of(deed.request, deed.row, deed.text("post"))
    given = {
        "actor": deed.actor,
        "thread": deed.row,
        "post": post,
        "rule": deed.number("rule"),
        "now": deed.now,
    }
    wanted = _order(deed, deed.text("kind"))
    if deed.text("do") == "preview":
        drafted = moderating.preview(**given, order=wanted)
        kept = Kept("measure_propose", deed.row.pk, deed.request.POST.dict())
        return form(deed.request, deed.row, kept, drafted)
    made = moderating.propose(**given, order=wanted)
    deed.told(_said(made))
    return on_measure.address(made)


@on_measure.deed(Right.JUDGE_MEASURES)
def approve(deed: Deed[Measure]) -> None:
    deed.told(_said(moderating.approve(measure=deed.row, **deed.decided)))


@on_measure.deed(Right.JUDGE_MEASURES)
def refuse(deed: Deed[Measure]) -> None:
    moderating.refuse(measure=deed.row, reason=deed.text("reason"), **deed.decided)


@on_measure.deed(Right.MODERATE)
def withdraw(deed: Deed[Measure]) -> None:
    moderating.withdraw(measure=deed.row, reason=deed.text("reason"), **deed.decided)


@on_measure.deed(Right.MODERATE)
def by_hand(deed: Deed[Measure]) -> None:
    moderating.confirm_by_hand(measure=deed.row, **deed.decided)
    deed.told(_("Noted, and entered in the public log."))


@on_measure.deed(Right.MODERATE)
def retry(deed: Deed[Measure]) -> None:
    moderating.retry(measure=deed.row, **deed.decided)


@on_measure.deed(Right.JUDGE_MEASURES)
def reverse_it(deed: Deed[Measure]) -> None:
    moderating.reverse(measure=deed.row, reason=deed.text("reason"), **deed.decided)


@on_measure.deed(Right.MODERATE)
def explain(deed: Deed[Measure]) -> None:
    explained = moderating.explain(
        measure=deed.row, rule=deed.number("rule"), order=_order(deed, deed.row.kind), **deed.decided
    )
    deed.told(_said(explained))


@on_measure.deed(Right.JUDGE_MEASURES)
def dismiss(deed: Deed[Measure]) -> None:
    moderating.dismiss(measure=deed.row, reason=deed.text("reason"), **deed.decided)


@on_measure.deed(Right.JUDGE_MEASURES)
def overturn(deed: Deed[Measure]) -> None:
    moderating.overturn(measure=deed.row, reason=deed.text("reason"), **deed.decided)


@on_notice.deed(Right.MODERATE)
def told(deed: Deed[MeasureNotice]) -> None:
    measure_notices.told_by_hand(notice=deed.row, **deed.decided)


def _order(deed: Deed[Thread] | Deed[Measure], kind: str) -> Order:
    return Order(
        kind=kind,
        code=deed.text("code"),
        why=deed.text("why"),
        until=_moment(deed.text("until")),
        text=deed.text("text"),
        place=deed.text("place"),
        onward=deed.text("onward"),
        despite=deed.text("despite"),
    )


def _moment(text: str) -> datetime | None:
    """Return a moment of the member's time zone; None where the field is empty."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise RuleError(
            "until: expected a day and a time such as 2026-12-24T18:00, got %(got)r", got=text[:40]
        )
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _said(measure: Measure) -> str:
    if measure.state == "proposed":
        return _("Proposed. A second person has to agree.")
    if measure.state == "done":
        return _("Done, and entered in the public log.")
    return (
        _("Ordered: the desk carries it out.")
        if measure.due_at
        else _("Ordered: carry it out at the source.")
    )


urlpatterns = [
    path("measures", listed, name="measures"),
    path("measures/statements.json", as_statements, name="statements"),
    path("measures/<int:pk>", show, name="measure"),
    path("threads/<int:pk>/measure", new, name="measure_new"),
    path("threads/<int:pk>/measures", propose, name="measure_propose"),
    path("measures/<int:pk>/approve", approve, name="measure_approve"),
    path("measures/<int:pk>/refuse", refuse, name="measure_refuse"),
    path("measures/<int:pk>/withdraw", withdraw, name="measure_withdraw"),
    path("measures/<int:pk>/by-hand", by_hand, name="measure_by_hand"),
    path("measures/<int:pk>/retry", retry, name="measure_retry"),
    path("measures/<int:pk>/reverse", reverse_it, name="measure_reverse"),
    path("measures/<int:pk>/explain", explain, name="measure_explain"),
    path("measures/<int:pk>/dismiss", dismiss, name="measure_dismiss"),
    path("measures/<int:pk>/overturn", overturn, name="measure_overturn"),
    path("notices/<int:pk>/told", told, name="notice_told"),
]
