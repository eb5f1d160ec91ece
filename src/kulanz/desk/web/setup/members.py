"""Pages of the members: who may log in, with which roles; a link to get in is shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kulanz.desk import access
from kulanz.desk.queries.settings import members, roles_of
from kulanz.desk.rules.roles import Right, Role
from kulanz.desk.services.members import create_member, deactivate, edit_member, entry_link, reactivate
from kulanz.desk.web.deeds import decided
from kulanz.desk.web.pages import DeskRequest, act, by
from kulanz.desk.web.setup.nouns import Noun, Save, SetupForm
from kulanz.desk.web.setup.secrets import shown_once

if TYPE_CHECKING:
    from kulanz.desk.models import Member

ROLE_WORDS: Final = (
    (Role.ADMIN.value, gettext_lazy("Admin: sources, members, webhooks")),
    (Role.LEAD.value, gettext_lazy("Lead: everything about issues and cases, policies")),
    (Role.AGENT.value, gettext_lazy("Agent: works on issues and cases")),
    (Role.APPROVER.value, gettext_lazy("Approver: approves replies")),
    (Role.MODERATOR.value, gettext_lazy("Moderator: issues and people, no cases")),
    (Role.READER.value, gettext_lazy("Reader: sees radar and issues")),
    (Role.AUDITOR.value, gettext_lazy("Auditor: sees everything, changes nothing")),
)


class MemberForm(SetupForm):
    """Somebody who logs in; the login name stays once it is made."""

    username = forms.CharField(label=gettext_lazy("Login name"), max_length=150)
    display_name = forms.CharField(
        label=gettext_lazy("Real name"), max_length=120, help_text=gettext_lazy("Customers see it.")
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=ROLE_WORDS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["username"].disabled = "username" in self.initial


def _initial(member: Member) -> dict[str, Any]:
    named = {"username": member.username, "display_name": member.display_name, "email": member.email}
    return named | {"roles": roles_of(member)}


def _save(asked: Save[Member]) -> tuple[Member, bool]:
    given = dict(asked.values)
    roles = [Role(role) for role in given.pop("roles")]
    if asked.row is None:
        return create_member(roles=roles, **given, **asked.by), True
    given.pop("username")
    member = edit_member(member=asked.row, roles=roles, **given, **asked.decided)
    return member, False


def _shown(request: DeskRequest, saved: tuple[Member, bool]) -> HttpResponse | None:
    member, is_new = saved
    return _link_page(request, member) if is_new else None


@act(Right.SET_MEMBERS)
def link(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a link by which a member sets a password."""
    return _link_page(request, access.member(request.actor, pk))


@act(Right.SET_MEMBERS)
def leave(request: DeskRequest, pk: int) -> HttpResponse:
    member, reason = access.member(request.actor, pk), request.POST.get("reason", "")
    deactivate(member=member, reason=reason, **decided(request))
    messages.success(request, _("Kept out from now on: sessions and tokens have ended."))
    return HttpResponseRedirect(reverse("members"))


@act(Right.SET_MEMBERS)
def come_back(request: DeskRequest, pk: int) -> HttpResponse:
    reactivate(member=access.member(request.actor, pk), **decided(request))
    messages.success(request, _("May log in again."))
    return HttpResponseRedirect(reverse("members"))


def _link_page(request: DeskRequest, member: Member) -> HttpResponse:
    address = entry_link(member=member, **by(request))
    help_text = _("Give it to this person alone: it sets their password, works once, and for three days.")
    return shown_once(request, title=str(member), secret=address, help_text=help_text, back="members")


MEMBERS: Final[Noun[Member]] = Noun(
    name="members",
    title=gettext_lazy("Members"),
    intro=gettext_lazy("Each role permits as little as its work needs; somebody may have several."),
    new_title=gettext_lazy("New member"),
    right=Right.SET_MEMBERS,
    form=MemberForm,
    rows=lambda offset: members(offset=offset),
    find=access.member,
    initial=_initial,
    save=_save,
    after=_shown,
    list_template="setup/members.html",
    form_template="setup/member.html",
)
