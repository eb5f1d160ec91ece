"""Measures on content, notices to authors, and appeals."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, Seen, Why, listed
from kulanz.desk.api.schemas.measures import (
    AppealAnswerIn,
    AppealOut,
    AppealPageOut,
    GuardOut,
    MeasureAsk,
    MeasureIn,
    MeasureOut,
    MeasurePlace,
    NoticeOut,
    NoticeTextOut,
    ReasonsIn,
    StatementOut,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.moderating import MeasureFilter, situation_of
from kulanz.desk.rules.moderating import OFFERS, guarded, seconds_for
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import appeals, measure_notices, moderating

router = Router(tags=["measures"])


@router.get("/measures", response=Listed[MeasureOut], **needs(Right.SEE_RADAR))
def list_measures(request: ApiRequest, place: Query[MeasurePlace]) -> Any:
    wanted = MeasureFilter(state=place.state, kind=place.kind, thread=place.thread)
    return listed(catalog.measures(at(place), wanted))


@router.get("/measures/{int:pk}", response=MeasureOut, **needs(Right.SEE_RADAR))
def show_measure(request: ApiRequest, pk: int) -> Any:
    return _one(request, pk)


@router.get("/threads/{int:pk}/measure", response=GuardOut, **needs(Right.MODERATE))
def ask_guard(request: ApiRequest, pk: int, asked: Query[MeasureAsk]) -> Any:
    """Who would have to agree to a measure, and what the close guard asks for first."""
    thread = access.thread(request.auth, pk)
    situation = situation_of(thread, _post(request, asked.post))
    grounds = guarded(asked.kind, situation, on_post=asked.post is not None)
    return {
        "asks": seconds_for(asked.kind, situation, on_post=asked.post is not None),
        "grounds": grounds,
        "offers": OFFERS if grounds else (),
    }


@router.post("/threads/{int:pk}/measures", response={201: MeasureOut}, **needs(Right.MODERATE))
def propose_measure(request: ApiRequest, pk: int, body: MeasureIn) -> Any:
    """Propose a measure; it is ordered at once where nobody else has to agree."""
    made = moderating.propose(**_given(request, pk, body))
    return _one(request, made.pk)


@router.post("/threads/{int:pk}/measures/preview", response=NoticeTextOut, **needs(Right.MODERATE))
def preview_notice(request: ApiRequest, pk: int, body: MeasureIn) -> Any:
    """Return what the author would be told; nothing is kept."""
    return measure_notices.notice_of(moderating.preview(**_given(request, pk, body)))


@router.post("/measures/{int:pk}/approve", response=MeasureOut, **needs(Right.JUDGE_MEASURES))
def approve_measure(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Agree as the second person, who has no part in the dispute."""
    moderating.approve(measure=access.measure(request.auth, pk), **decided(request, body.seen))
    return _one(request, pk)


@router.post("/measures/{int:pk}/refuse", response=MeasureOut, **needs(Right.JUDGE_MEASURES))
def refuse_measure(request: ApiRequest, pk: int, body: Why) -> Any:
    """Say no as the second person."""
    row = access.measure(request.auth, pk)
    moderating.refuse(measure=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/measures/{int:pk}/withdraw", response=MeasureOut, **needs(Right.MODERATE))
def withdraw_measure(request: ApiRequest, pk: int, body: Why) -> Any:
    """Take back a measure that was not carried out."""
    row = access.measure(request.auth, pk)
    moderating.withdraw(measure=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/measures/{int:pk}/by-hand", response=MeasureOut, **needs(Right.MODERATE))
def confirm_measure(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Say that it was carried out, or undone, at the source by hand."""
    moderating.confirm_by_hand(measure=access.measure(request.auth, pk), **decided(request, body.seen))
    return _one(request, pk)


@router.post("/measures/{int:pk}/retry", response=MeasureOut, **needs(Right.MODERATE))
def retry_measure(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Have the source asked again."""
    moderating.retry(measure=access.measure(request.auth, pk), **decided(request, body.seen))
    return _one(request, pk)


@router.post("/measures/{int:pk}/reverse", response=MeasureOut, **needs(Right.JUDGE_MEASURES))
def reverse_measure(request: ApiRequest, pk: int, body: Why) -> Any:
    """Have a measure undone that was wrong."""
    row = access.measure(request.auth, pk)
    moderating.reverse(measure=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/measures/{int:pk}/explain", response=MeasureOut, **needs(Right.MODERATE))
def explain_measure(request: ApiRequest, pk: int, body: ReasonsIn) -> Any:
    """Give rule and reasons for what was seen at the source."""
    row = access.measure(request.auth, pk)
    moderating.explain(measure=row, rule=body.rule, order=body.order(row.kind), **decided(request, body.seen))
    return _one(request, pk)


@router.post("/measures/{int:pk}/dismiss", response=MeasureOut, **needs(Right.JUDGE_MEASURES))
def dismiss_measure(request: ApiRequest, pk: int, body: Why) -> Any:
    """Say that what was seen at the source is no measure."""
    row = access.measure(request.auth, pk)
    moderating.dismiss(measure=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.post("/measures/{int:pk}/overturn", response=MeasureOut, **needs(Right.JUDGE_MEASURES))
def overturn_measure(request: ApiRequest, pk: int, body: Why) -> Any:
    """Have undone what was seen at the source and the rules do not cover."""
    row = access.measure(request.auth, pk)
    moderating.overturn(measure=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, pk)


@router.get("/statements", response=Listed[StatementOut], **needs(Right.SEE_RADAR))
def list_statements(request: ApiRequest, place: Query[Place]) -> Any:
    """Statements of reasons (Art. 17 of the DSA), the newest first."""
    return listed(catalog.statements(at(place)))


@router.get("/notices", response=Listed[NoticeOut], **needs(Right.MODERATE))
def list_notices(request: ApiRequest, place: Query[Place]) -> Any:
    """Notices that somebody has to give to the author by hand."""
    return listed(catalog.untold_notices(at(place)))


@router.get("/measures/{int:pk}/notices", response=Listed[NoticeOut], **needs(Right.SEE_RADAR))
def list_notices_of(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """What the author is told of a measure and of its reversal."""
    return listed(catalog.notices_of(access.measure(request.auth, pk), at(place)))


@router.post("/notices/{int:pk}/told", response=NoticeOut, **needs(Right.MODERATE))
def confirm_notice(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Say that the author was told by hand."""
    row = access.measure_notice(request.auth, pk)
    told = measure_notices.told_by_hand(notice=row, **decided(request, body.seen))
    return shown(request, told)


@router.get("/appeals", response=Listed[AppealOut], **needs(Right.JUDGE_MEASURES))
def list_appeals(request: ApiRequest, place: Query[Place]) -> Any:
    """Open appeals."""
    return listed(catalog.open_appeals(at(place)))


@router.get("/appeals/{int:pk}", response=AppealPageOut, **needs(Right.JUDGE_MEASURES))
def show_appeal(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.appeal(request.auth, pk))


@router.post("/appeals/{int:pk}/answer", response=AppealPageOut, **needs(Right.JUDGE_MEASURES))
def answer_appeal(request: ApiRequest, pk: int, body: AppealAnswerIn) -> Any:
    """Answer, or ask something; the appeal stays open."""
    appeals.answer(appeal=access.appeal(request.auth, pk), text=body.text, **decided(request, body.seen))
    return show_appeal(request, pk)


@router.post("/appeals/{int:pk}/grant", response=AppealPageOut, **needs(Right.JUDGE_MEASURES))
def grant_appeal(request: ApiRequest, pk: int, body: Why) -> Any:
    """Say that the measure was wrong, and have it undone."""
    appeals.grant(appeal=access.appeal(request.auth, pk), reason=body.reason, **decided(request, body.seen))
    return show_appeal(request, pk)


@router.post("/appeals/{int:pk}/reject", response=AppealPageOut, **needs(Right.JUDGE_MEASURES))
def reject_appeal(request: ApiRequest, pk: int, body: Why) -> Any:
    """Say that the measure stays."""
    appeals.reject(appeal=access.appeal(request.auth, pk), reason=body.reason, **decided(request, body.seen))
    return show_appeal(request, pk)


def _one(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.measure(request.auth, pk))


def _post(request: ApiRequest, pk: int | None) -> Any:
    return None if pk is None else access.post(request.auth, pk)


def _given(request: ApiRequest, pk: int, body: MeasureIn) -> dict[str, Any]:
    return {
        "actor": request.auth,
        "thread": access.thread(request.auth, pk),
        "post": _post(request, body.post),
        "rule": body.rule,
        "order": body.order(body.kind, body.text, body.place),
        "now": timezone.now(),
    }
