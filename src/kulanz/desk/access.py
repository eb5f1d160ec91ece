"""The only door to one object: every function checks what the actor may see, and is tested once.

What an actor may not see does not exist for them: NotFoundError is raised for both.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

from kulanz.desk import models
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.billing import WEBHOOK
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right, Role
from kulanz.desk.rules.status_pages import ENDS_AFTER, digest_of

_Row = TypeVar("_Row", bound=Model)


class NotFoundError(RuleError):
    """There is no such thing, or not for this actor."""


def actor_of(member: models.Member, token: models.ApiToken | None = None) -> Actor:
    """Return the actor of a logged-in member, or of a member's token with its scopes."""
    roles = frozenset(Role(role) for role in member.held_roles.values_list("role", flat=True))
    return Actor(
        member_id=member.pk,
        name=str(member),
        roles=roles,
        token_id=token.pk if token else None,
        scopes=tuple(token.scopes) if token else None,
    )


def thread(actor: Actor, pk: int) -> models.Thread:
    return _one(models.Thread.objects.select_related("source", "attention"), actor, Right.SEE_RADAR, pk)


def post(actor: Actor, pk: int) -> models.Post:
    return _one(models.Post.objects.select_related("thread__source", "account"), actor, Right.SEE_RADAR, pk)


def issue(actor: Actor, pk: int) -> models.Issue:
    return _one(models.Issue.objects.select_related("owner", "team"), actor, Right.SEE_RADAR, pk)


def issue_role(actor: Actor, issue: models.Issue, account: int) -> models.IssueRole:
    """What an account is in an issue."""
    held = models.IssueRole.objects.filter(issue=issue, account=account)
    pk = held.values_list("pk", flat=True).first() or 0
    return _one(held.select_related("account"), actor, Right.SEE_PEOPLE, pk)


def case(actor: Actor, pk: int) -> models.Case:
    return _one(models.Case.objects.select_related("person", "contact", "issue"), actor, Right.SEE_CASES, pk)


def promise(actor: Actor, pk: int) -> models.Promise:
    found = models.Promise.objects.select_related("case__person", "calendar", "by")
    return _one(found, actor, Right.SEE_CASES, pk)


def reply(actor: Actor, pk: int) -> models.Reply:
    return _one(
        models.Reply.objects.select_related("case", "author", "thread__source"), actor, Right.SEE_CASES, pk
    )


def gesture(actor: Actor, pk: int) -> models.Gesture:
    found = models.Gesture.objects.select_related(
        "case__person", "case__issue", "team", "proposed_by", "decided_by", "carried_out_by", "claim",
        "system",
    )  # fmt: skip
    return _one(found, actor, Right.SEE_CASES, pk)


def hold(actor: Actor, pk: int) -> models.Hold:
    found = models.Hold.objects.select_related(
        "case__person", "case__issue", "case__contact", "customer", "claim", "system", "proposed_by",
        "placed_by", "released_by",
    )  # fmt: skip
    return _one(found, actor, Right.SEE_CASES, pk)


def defect(actor: Actor, pk: int) -> models.Defect:
    return _one(models.Defect.objects.select_related("owner"), actor, Right.SEE_CASES, pk)


def measure(actor: Actor, pk: int) -> models.Measure:
    """A measure, for all who see the conversations it is about."""
    found = models.Measure.objects.select_related(
        "thread__source", "post__account", "account__source", "rule__rule", "proposed_by", "decided_by",
        "entry", "over_entry", "revision",
    )  # fmt: skip
    return _one(found, actor, Right.SEE_RADAR, pk)


def measure_notice(actor: Actor, pk: int) -> models.MeasureNotice:
    found = models.MeasureNotice.objects.select_related("measure__thread__source", "measure__account")
    return _one(found, actor, Right.MODERATE, pk)


def appeal(actor: Actor, pk: int) -> models.Appeal:
    """An appeal, for those who decide on measures."""
    found = models.Appeal.objects.select_related(
        "measure__thread__source", "measure__rule__rule", "measure__post", "measure__revision", "decided_by"
    )
    return _one(found, actor, Right.JUDGE_MEASURES, pk)


def gesture_limit(actor: Actor, pk: int) -> models.GestureLimit:
    return _one(models.GestureLimit.objects.all(), actor, Right.SET_POLICIES, pk)


def team_budget(actor: Actor, pk: int) -> models.TeamBudget:
    return _one(models.TeamBudget.objects.select_related("team"), actor, Right.SET_POLICIES, pk)


def person(actor: Actor, pk: int) -> models.Person:
    return _one(models.Person.objects.select_related("merged_into"), actor, Right.SEE_PEOPLE, pk)


def account(actor: Actor, pk: int) -> models.Account:
    return _one(models.Account.objects.select_related("source", "person"), actor, Right.SEE_PEOPLE, pk)


def source(actor: Actor, pk: int) -> models.Source:
    """A source with its state; its keys are for services alone."""
    return _one(models.Source.objects.all(), actor, Right.SEE_RADAR, pk)


def hook_source(hook_key: str) -> models.Source | None:
    """The source that a secret address belongs to: whoever knows it may send to it, and see nothing."""
    return models.Source.objects.filter(hook_key=hook_key).first()


def hook_billing_system(hook_key: str) -> models.BillingSystem | None:
    """The billing system that a secret address belongs to, if it is one that sends."""
    return models.BillingSystem.objects.filter(hook_key=hook_key, adapter=WEBHOOK).first()


def status_page(key: str, now: datetime) -> models.StatusPage | None:
    """The status page that a link leads to; None for one that is wrong, revoked, or over with its case."""
    rows = models.StatusPage.objects.select_related("case__person", "case__contact", "case__issue__owner")
    over = Q(case__closed_at__lt=now - ENDS_AFTER)
    return rows.filter(digest=digest_of(key)).exclude(over).first()


def data_link(key: str, now: datetime) -> models.DataLink | None:
    """The link to somebody's own data; None for one that is wrong or over, or of somebody who was erased."""
    rows = models.DataLink.objects.select_related("person", "account__source", "account__person")
    living = rows.filter(person__erased_at=None, account__person__erased_at=None)
    return living.filter(digest=digest_of(key), ends_at__gt=now).first()


def data_request(actor: Actor, pk: int) -> models.DataRequest:
    """What somebody asks for about their data; its words are sealed, and opened by a service."""
    return _one(
        models.DataRequest.objects.select_related("person", "by", "account__source"),
        actor,
        Right.LEAD_CASES,
        pk,
    )


def billing_system(actor: Actor, pk: int) -> models.BillingSystem:
    """A billing system with its settings; its secrets are for services alone."""
    return _one(models.BillingSystem.objects.all(), actor, Right.SET_SOURCES, pk)


def hook_thread_url(source: models.Source, number: str) -> str | None:
    """The address of a thread that trackbacks may be sent about; None for any other text."""
    if not (number.isascii() and number.isdecimal() and len(number) < 19):  # noqa: PLR2004 - a key's digits
        return None
    found = models.Thread.objects.filter(source=source, pk=int(number)).values_list("url", flat=True).first()
    return found or None


def alert(actor: Actor, pk: int) -> models.Alert:
    return _one(models.Alert.objects.select_related("thread__source", "policy"), actor, Right.SEE_RADAR, pk)


def policy(actor: Actor, pk: int) -> models.AlertPolicy:
    return _one(models.AlertPolicy.objects.select_related("source", "team"), actor, Right.SET_POLICIES, pk)


def member(actor: Actor, pk: int) -> models.Member:
    return _one(models.Member.objects.all(), actor, Right.SET_MEMBERS, pk)


def merge(actor: Actor, pk: int) -> models.Merge:
    return _one(models.Merge.objects.select_related("kept", "gone"), actor, Right.SEE_PEOPLE, pk)


def resemblance(actor: Actor, pk: int) -> models.Resemblance:
    found = models.Resemblance.objects.select_related("person", "other", "account")
    return _one(found, actor, Right.SEE_PEOPLE, pk)


def customer(actor: Actor, pk: int) -> models.Customer:
    """A customer; what is known of one is sealed, and opened by a service."""
    return _one(models.Customer.objects.select_related("person"), actor, Right.SEE_VALUES, pk)


def customer_numbered(actor: Actor, number: str) -> models.Customer:
    """A customer by number, as CRM and billing call them."""
    pk = models.Customer.objects.filter(number=number).values_list("pk", flat=True).first()
    return customer(actor, pk or 0)


def claim(actor: Actor, pk: int) -> models.Claim:
    """A claim; what is known of one is sealed, and opened by a service."""
    return _one(models.Claim.objects.select_related("customer"), actor, Right.SEE_VALUES, pk)


def customer_match(actor: Actor, pk: int) -> models.CustomerMatch:
    found = models.CustomerMatch.objects.select_related("customer", "person", "account__source")
    return _one(found, actor, Right.SEE_VALUES, pk)


def customer_import(actor: Actor, pk: int) -> models.CustomerImport:
    return _one(models.CustomerImport.objects.select_related("by"), actor, Right.SET_CUSTOMERS, pk)


def task(actor: Actor, pk: int) -> models.Task:
    return _one(models.Task.objects.select_related("issue"), actor, Right.SEE_RADAR, pk)


def token(actor: Actor, pk: int) -> models.ApiToken:
    """A token to the API: one's own, or anybody's for an admin."""
    rows = models.ApiToken.objects.select_related("member")
    own = rows if actor.may(Right.SET_MEMBERS) else rows.filter(member_id=actor.member_id)
    return _one(own, actor, Right.SEE_RADAR, pk)


def calendar(actor: Actor, pk: int) -> models.Calendar:
    """A calendar, for those who see what is promised by it and for those who set it up."""
    right = _held(actor, Right.SET_POLICIES, Right.SEE_CASES)
    return _one(models.Calendar.objects.all(), actor, right, pk)


def playbook(actor: Actor, pk: int) -> models.Playbook:
    """A checklist, for those who use it and for those who set it up."""
    right = _held(actor, Right.SET_POLICIES, Right.WORK_ISSUES)
    return _one(models.Playbook.objects.all(), actor, right, pk)


def template(actor: Actor, pk: int) -> models.Template:
    """The beginning of a letter, for those who write letters and for those who set it up."""
    right = _held(actor, Right.SET_POLICIES, Right.WORK_CASES)
    return _one(models.Template.objects.all(), actor, right, pk)


def rule(actor: Actor, pk: int) -> models.Rule:
    """A rule with what may be published of it next, for those who write rules."""
    return _one(models.Rule.objects.prefetch_related("versions"), actor, Right.SET_POLICIES, pk)


def silent_edit(actor: Actor, pk: int) -> models.SilentEdit:
    """Something that was changed in silence; nobody is kept from seeing it."""
    rows = models.SilentEdit.objects.select_related("entry", "thread__source", "post", "revision")
    return _one(rows, actor, Right.SEE_RADAR, pk)


def team(actor: Actor, pk: int) -> models.Team:
    """A team, for those who give it issues and for those who set it up."""
    right = _held(actor, Right.SET_POLICIES, Right.WORK_ISSUES)
    return _one(models.Team.objects.select_related("lead"), actor, right, pk)


def identity(actor: Actor, pk: int) -> models.StaffIdentity:
    return _one(
        models.StaffIdentity.objects.select_related("member", "source"), actor, Right.SET_POLICIES, pk
    )


def webhook_target(actor: Actor, pk: int) -> models.WebhookTarget:
    """A target with its address; its secret is for services alone."""
    return _one(models.WebhookTarget.objects.all(), actor, Right.SET_SOURCES, pk)


def saved_view(actor: Actor, pk: int) -> models.SavedView:
    """One's own view, or one that is everybody's."""
    mine = Q(member_id=actor.member_id) | Q(member=None)
    return _one(models.SavedView.objects.filter(mine), actor, Right.SEE_RADAR, pk)


def colleague(actor: Actor, pk: int, right: Right) -> models.Member:
    """A member who can be given something that needs a right: owner of an issue, contact of a case.

    Raise RuleError where none of their roles has it.
    """
    found = _one(models.Member.objects.filter(is_active=True), actor, Right.SEE_RADAR, pk)
    if not actor_of(found).may(right):
        raise RuleError("%(name)s has no role for this: choose somebody else", name=str(found))
    return found


def colleagues(actor: Actor, pks: Collection[int]) -> list[models.Member]:
    """Members who can be named somewhere: in a team, or as those whom a policy tells.

    Raise NotFoundError for the first who is not here, or has left.
    """
    found = models.Member.objects.filter(is_active=True).in_bulk(pks) if actor.may(Right.SEE_RADAR) else {}
    if missing := sorted(set(pks) - set(found)):
        raise NotFoundError("no member %(pk)s here, or one who has left", pk=missing[0])
    return list(found.values())


def _held(actor: Actor, *rights: Right) -> Right:
    """The first of some rights that an actor has, or the first of all."""
    return next(filter(actor.may, rights), rights[0])


def _one(rows: QuerySet[_Row], actor: Actor, right: Right, pk: int) -> _Row:
    found = rows.filter(pk=pk).first() if actor.may(right) else None
    if found is None:
        noun: Final = rows.model._meta.verbose_name  # noqa: SLF001 - Django's own way to the name
        raise NotFoundError("no %(noun)s %(pk)s here, or none that you may see", noun=noun, pk=pk)
    return found
