"""Pages of the teams, and of who speaks for the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from kulanz.desk import access
from kulanz.desk.queries.settings import identities, teams
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.identities import remove_identity, save_identity
from kulanz.desk.services.teams import remove_team, save_team
from kulanz.desk.web.setup.forms import IdentityForm, TeamForm
from kulanz.desk.web.setup.nouns import Noun, Save

if TYPE_CHECKING:
    from kulanz.desk.models import StaffIdentity, Team


def _team(team: Team) -> dict[str, Any]:
    return {"name": team.name, "lead": team.lead, "members": team.members.all()}


def _save_team(asked: Save[Team]) -> Team:
    return save_team(team=asked.row, **asked.values, **asked.decided)


def _identity(identity: StaffIdentity) -> dict[str, Any]:
    same = ("kind", "value", "source", "member")
    return {name: getattr(identity, name) for name in same}


def _save_identity(asked: Save[StaffIdentity]) -> StaffIdentity:
    return save_identity(identity=asked.row, **asked.values, **asked.decided)


TEAMS: Final[Noun[Team]] = Noun(
    name="teams",
    title=_("Teams"),
    intro=_("Policies and issues can belong to a team."),
    new_title=_("New team"),
    right=Right.SET_POLICIES,
    form=TeamForm,
    rows=lambda offset: teams(offset=offset),
    find=access.team,
    initial=_team,
    save=_save_team,
    remove=lambda row, by: remove_team(team=row, **by),
    list_template="setup/teams.html",
)

IDENTITIES: Final[Noun[StaffIdentity]] = Noun(
    name="identities",
    title=_("Who speaks for the company"),
    intro=_("Posts of these count as answers by the company. A change has all conversations analysed again."),
    new_title=_("New entry"),
    right=Right.SET_POLICIES,
    form=IdentityForm,
    rows=lambda offset: identities(offset=offset),
    find=access.identity,
    initial=_identity,
    save=_save_identity,
    remove=lambda row, by: remove_identity(identity=row, **by),
    list_template="setup/identities.html",
)
