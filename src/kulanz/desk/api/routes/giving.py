"""Defects behind cases, limits of what roles may approve, and budgets of teams."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.cases import CaseOut
from kulanz.desk.api.schemas.common import Listed, Place, Why, listed
from kulanz.desk.api.schemas.gestures import (
    BudgetChange,
    BudgetIn,
    BudgetOut,
    DefectChange,
    DefectOut,
    DefectOwnerIn,
    DefectPlace,
    FixIn,
    LimitChange,
    LimitIn,
    LimitOut,
    MonthsOut,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.defects import helped, months_of
from kulanz.desk.rules.limits import Limit
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import defects
from kulanz.desk.services.limits import remove_budget, remove_limit, save_budget, save_limit

router = Router(tags=["goodwill"])


@router.get("/defects", response=Listed[DefectOut], **needs(Right.SEE_CASES))
def list_defects(request: ApiRequest, place: Query[DefectPlace]) -> Any:
    """What several cases come from; a case is linked by its assessment."""
    return listed(catalog.defects(at(place), state=place.state))


@router.get("/defects/{int:pk}", response=DefectOut, **needs(Right.SEE_CASES))
def show_defect(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.defect(request.auth, pk))


@router.get("/defects/{int:pk}/cases", response=Listed[CaseOut], **needs(Right.SEE_CASES))
def list_cases_of_defect(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.cases_from(access.defect(request.auth, pk), at(place)))


@router.get("/defects/{int:pk}/months", response=MonthsOut, **needs(Right.SEE_CASES))
def show_defect_months(request: ApiRequest, pk: int) -> Any:
    """Cases by month, and before and after it was mended."""
    defect, now = access.defect(request.auth, pk), timezone.now()
    found = months_of(defect, now)
    return {"months": found.months, "cases": found.cases, "around": helped(defect, now)}


@router.patch("/defects/{int:pk}", response=DefectOut, **needs(Right.WORK_CASES))
def change_defect(request: ApiRequest, pk: int, body: DefectChange) -> Any:
    row = access.defect(request.auth, pk)
    name, what = body.name or row.name, row.what if body.what is None else body.what
    return defects.edit(defect=row, name=name, what=what, **decided(request, body.seen))


@router.post("/defects/{int:pk}/assign", response=DefectOut, **needs(Right.LEAD_CASES))
def assign_defect(request: ApiRequest, pk: int, body: DefectOwnerIn) -> Any:
    """Say who has it mended."""
    row = access.defect(request.auth, pk)
    owner = access.colleague(request.auth, body.owner, Right.WORK_CASES)
    return defects.assign(defect=row, owner=owner, **decided(request, body.seen))


@router.post("/defects/{int:pk}/fix", response=DefectOut, **needs(Right.WORK_CASES))
def fix_defect(request: ApiRequest, pk: int, body: FixIn) -> Any:
    """Say what was changed, as the owner or a lead."""
    row = access.defect(request.auth, pk)
    since = body.since or timezone.now()
    return defects.fix(defect=row, what=body.reason, since=since, **decided(request, body.seen))


@router.post("/defects/{int:pk}/reopen", response=DefectOut, **needs(Right.WORK_CASES))
def reopen_defect(request: ApiRequest, pk: int, body: Why) -> Any:
    row = access.defect(request.auth, pk)
    return defects.reopen(defect=row, reason=body.reason, **decided(request, body.seen))


@router.get("/gesture-limits", response=Listed[LimitOut], **needs(Right.SET_POLICIES))
def list_limits(request: ApiRequest, place: Query[Place]) -> Any:
    """What roles may approve; without a limit nothing that costs anything."""
    return listed(catalog.gesture_limits(at(place)))


@router.post("/gesture-limits", response={201: LimitOut}, **needs(Right.SET_POLICIES))
def make_limit(request: ApiRequest, body: LimitIn) -> Any:
    return save_limit(row=None, seen=0, role=body.role, limit=_limit(body), **by(request))


@router.get("/gesture-limits/{int:pk}", response=LimitOut, **needs(Right.SET_POLICIES))
def show_limit(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.gesture_limit(request.auth, pk))


@router.put("/gesture-limits/{int:pk}", response=LimitOut, **needs(Right.SET_POLICIES))
def change_limit(request: ApiRequest, pk: int, body: LimitChange) -> Any:
    row = access.gesture_limit(request.auth, pk)
    return save_limit(row=row, role=body.role, limit=_limit(body), **decided(request, body.seen))


@router.delete("/gesture-limits/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_limit(request: ApiRequest, pk: int) -> None:
    remove_limit(row=access.gesture_limit(request.auth, pk), **by(request))


@router.get("/team-budgets", response=Listed[BudgetOut], **needs(Right.SET_POLICIES))
def list_budgets(request: ApiRequest, place: Query[Place]) -> Any:
    """What teams may spend in a calendar month."""
    return listed(catalog.team_budgets(at(place)))


@router.post("/team-budgets", response={201: BudgetOut}, **needs(Right.SET_POLICIES))
def make_budget(request: ApiRequest, body: BudgetIn) -> Any:
    team = access.team(request.auth, body.team)
    month = body.month.money()
    return save_budget(row=None, seen=0, team=team, month=month, **by(request))


@router.get("/team-budgets/{int:pk}", response=BudgetOut, **needs(Right.SET_POLICIES))
def show_budget(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.team_budget(request.auth, pk))


@router.put("/team-budgets/{int:pk}", response=BudgetOut, **needs(Right.SET_POLICIES))
def change_budget(request: ApiRequest, pk: int, body: BudgetChange) -> Any:
    row = access.team_budget(request.auth, pk)
    team, month = access.team(request.auth, body.team), body.month.money()
    return save_budget(row=row, team=team, month=month, **decided(request, body.seen))


@router.delete("/team-budgets/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_budget(request: ApiRequest, pk: int) -> None:
    remove_budget(row=access.team_budget(request.auth, pk), **by(request))


def _limit(body: LimitIn) -> Limit:
    return Limit(body.alone.money(), body.each.money(), body.month.money())
