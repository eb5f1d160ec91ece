"""What leads set up: playbooks, templates, teams, who speaks for the company, and how long data is kept."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.rows import with_rows
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.schemas.settings import (
    ApprovalRulesIn,
    ApprovalRulesOut,
    IdentityChange,
    IdentityIn,
    IdentityOut,
    PlaybookChange,
    PlaybookIn,
    PlaybookOut,
    RetentionIn,
    RetentionOut,
    RetentionPreviewOut,
    ShippedOut,
    TeamChange,
    TeamIn,
    TeamOut,
    TemplateChange,
    TemplateIn,
    TemplateOut,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.approving import approval_rules, approval_rules_version
from kulanz.desk.queries.settings import retention
from kulanz.desk.rules.approvals import ApprovalRules
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.approvals import set_approval_rules
from kulanz.desk.services.identities import remove_identity, save_identity
from kulanz.desk.services.letters import ship
from kulanz.desk.services.playbooks import remove_playbook, remove_template, save_playbook, save_template
from kulanz.desk.services.retaining import set_retention
from kulanz.desk.services.retention import would_go
from kulanz.desk.services.teams import remove_team, save_team

router = Router(tags=["settings"])


@router.get("/playbooks", response=Listed[PlaybookOut], **needs(Right.WORK_ISSUES, Right.SET_POLICIES))
def list_playbooks(request: ApiRequest, place: Query[Place]) -> Any:
    """Checklists that issues begin with."""
    return listed(catalog.playbooks(at(place)))


@router.get("/playbooks/{int:pk}", response=PlaybookOut, **needs(Right.WORK_ISSUES, Right.SET_POLICIES))
def show_playbook(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.playbook(request.auth, pk))


@router.post("/playbooks", response={201: PlaybookOut}, **needs(Right.SET_POLICIES))
def make_playbook(request: ApiRequest, body: PlaybookIn) -> Any:
    return save_playbook(playbook=None, seen=0, **body.dict(), **by(request))


@router.patch("/playbooks/{int:pk}", response=PlaybookOut, **needs(Right.SET_POLICIES))
def change_playbook(request: ApiRequest, pk: int, body: PlaybookChange) -> Any:
    """Change a playbook; issues that began with it keep their tasks."""
    playbook = access.playbook(request.auth, pk)
    values = PlaybookOut.from_orm(playbook).dict(exclude={"id", "version"}) | body.given()
    return save_playbook(playbook=playbook, **values, **decided(request, body.seen))


@router.delete("/playbooks/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_playbook(request: ApiRequest, pk: int) -> None:
    """Remove a playbook; issues that began with it keep their tasks."""
    remove_playbook(playbook=access.playbook(request.auth, pk), **by(request))


@router.get("/templates", response=Listed[TemplateOut], **needs(Right.WORK_CASES, Right.SET_POLICIES))
def list_templates(request: ApiRequest, place: Query[Place]) -> Any:
    """Beginnings of letters."""
    return listed(catalog.templates(at(place)))


@router.post("/templates/ship", response=ShippedOut, **needs(Right.SET_POLICIES))
def ship_templates(request: ApiRequest) -> Any:
    """Make the templates again that come with Kulanz and are not there; what has their name stays."""
    return {"made": ship(**by(request))}


@router.get("/templates/{int:pk}", response=TemplateOut, **needs(Right.WORK_CASES, Right.SET_POLICIES))
def show_template(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.template(request.auth, pk))


@router.post("/templates", response={201: TemplateOut}, **needs(Right.SET_POLICIES))
def make_template(request: ApiRequest, body: TemplateIn) -> Any:
    return save_template(template=None, seen=0, **body.dict(), **by(request))


@router.patch("/templates/{int:pk}", response=TemplateOut, **needs(Right.SET_POLICIES))
def change_template(request: ApiRequest, pk: int, body: TemplateChange) -> Any:
    template = access.template(request.auth, pk)
    values = TemplateOut.from_orm(template).dict(exclude={"id", "version"}) | body.given()
    return save_template(template=template, **values, **decided(request, body.seen))


@router.delete("/templates/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_template(request: ApiRequest, pk: int) -> None:
    remove_template(template=access.template(request.auth, pk), **by(request))


@router.get("/approval-rules", response=ApprovalRulesOut, **needs(Right.SET_POLICIES))
def show_approval_rules(request: ApiRequest) -> Any:
    """Which answers need a second person; ``version`` 0: the usual rules are in force."""
    request.shown_version = approval_rules_version()
    return _approval_rules()


@router.put("/approval-rules", response=ApprovalRulesOut, **needs(Right.SET_POLICIES))
def change_approval_rules(request: ApiRequest, body: ApprovalRulesIn) -> Any:
    """Set all rules; what is left out is as usual. What was approved before stays approved."""
    above = body.above.money() if body.above else None
    wanted = ApprovalRules(**body.dict(exclude={"seen", "above"}), above=above)
    set_approval_rules(rules=wanted, **decided(request, body.seen))
    return _approval_rules()


@router.get("/teams", response=Listed[TeamOut], **needs(Right.WORK_ISSUES, Right.SET_POLICIES))
def list_teams(request: ApiRequest, place: Query[Place]) -> Any:
    """Who works together, and who leads."""
    return listed(catalog.teams(at(place)))


@router.get("/teams/{int:pk}", response=TeamOut, **needs(Right.WORK_ISSUES, Right.SET_POLICIES))
def show_team(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.team(request.auth, pk))


@router.post("/teams", response={201: TeamOut}, **needs(Right.SET_POLICIES))
def make_team(request: ApiRequest, body: TeamIn) -> Any:
    values = with_rows(request.auth, body.dict())
    return save_team(team=None, seen=0, **values, **by(request))


@router.patch("/teams/{int:pk}", response=TeamOut, **needs(Right.SET_POLICIES))
def change_team(request: ApiRequest, pk: int, body: TeamChange) -> Any:
    team = access.team(request.auth, pk)
    kept = {"name": team.name, "lead": team.lead, "members": list(team.members.all())}
    values = kept | with_rows(request.auth, body.given())
    return save_team(team=team, **values, **decided(request, body.seen))


@router.delete("/teams/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_team(request: ApiRequest, pk: int) -> None:
    """Remove a team; its issues and policies stay, without a team."""
    remove_team(team=access.team(request.auth, pk), **by(request))


@router.get("/identities", response=Listed[IdentityOut], **needs(Right.SET_POLICIES))
def list_identities(request: ApiRequest, place: Query[Place]) -> Any:
    """Who speaks for the company: names, domains and accounts."""
    return listed(catalog.identities(at(place)))


@router.get("/identities/{int:pk}", response=IdentityOut, **needs(Right.SET_POLICIES))
def show_identity(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.identity(request.auth, pk))


@router.post("/identities", response={201: IdentityOut}, **needs(Right.SET_POLICIES))
def make_identity(request: ApiRequest, body: IdentityIn) -> Any:
    """Say that somebody speaks for the company; all conversations are analysed again."""
    values = with_rows(request.auth, body.dict())
    return save_identity(identity=None, seen=0, **values, **by(request))


@router.patch("/identities/{int:pk}", response=IdentityOut, **needs(Right.SET_POLICIES))
def change_identity(request: ApiRequest, pk: int, body: IdentityChange) -> Any:
    """Correct an entry; all conversations are analysed again."""
    identity = access.identity(request.auth, pk)
    kept = {name: getattr(identity, name) for name in ("kind", "value", "source", "member")}
    values = kept | with_rows(request.auth, body.given())
    return save_identity(identity=identity, **values, **decided(request, body.seen))


@router.delete("/identities/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_identity(request: ApiRequest, pk: int) -> None:
    """Remove an entry; all conversations are analysed again."""
    remove_identity(identity=access.identity(request.auth, pk), **by(request))


@router.get("/retention", response=list[RetentionOut], **needs(Right.SET_POLICIES))
def list_retention(request: ApiRequest) -> Any:
    """How long every class of data is kept."""
    return retention()


@router.get("/retention/{data_class}", response=RetentionOut, **needs(Right.SET_POLICIES))
def show_retention(request: ApiRequest, data_class: str) -> Any:
    rows = {row.data_class: row for row in retention()}
    if data_class not in rows:
        known = ", ".join(rows)
        raise access.NotFoundError(
            "no class of data %(name)r: expected one of %(known)s", name=data_class[:40], known=known
        )
    return shown(request, rows[data_class])


@router.get("/retention/{data_class}/preview", response=RetentionPreviewOut, **needs(Right.SET_POLICIES))
def preview_retention(
    request: ApiRequest, data_class: str, days: Annotated[int, Query(ge=1, le=36_500)]
) -> Any:
    """How many rows of a class would be removed if it were kept for so many days; nothing is changed."""
    return {"would_go": would_go(data_class=data_class, days=days, **by(request))}


@router.put("/retention/{data_class}", response=RetentionOut, **needs(Right.SET_POLICIES))
def change_retention(request: ApiRequest, data_class: str, body: RetentionIn) -> Any:
    """Keep a class of data for so many days, or for good (null); what is older is removed within a day."""
    return set_retention(data_class=data_class, days=body.days, **decided(request, body.seen))


def _approval_rules() -> dict[str, Any]:
    rules = approval_rules()
    values = {name: getattr(rules, name) for name in ApprovalRules.__struct_fields__}
    return {**values, "version": approval_rules_version()}
