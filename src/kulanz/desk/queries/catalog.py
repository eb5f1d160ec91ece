"""Every list that programs read, in an order that holds still: the newest first, posts by their time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

from allauth.usersessions.models import UserSession
from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from kulanz.desk.models import (
    Account,
    Alert,
    AlertPolicy,
    ApiToken,
    Appeal,
    BillingSystem,
    Calendar,
    Case,
    Customer,
    CustomerImport,
    CustomerMatch,
    DataRequest,
    Defect,
    DunningLetter,
    Event,
    Gesture,
    GestureLimit,
    Hold,
    Issue,
    IssueRole,
    Measure,
    MeasureNotice,
    Member,
    Merge,
    Message,
    Note,
    Person,
    Playbook,
    Post,
    Promise,
    Reply,
    Resemblance,
    Revision,
    Rule,
    RuleVersion,
    SavedView,
    SilentEdit,
    Source,
    StaffIdentity,
    Statement,
    Task,
    Team,
    TeamBudget,
    Template,
    Thread,
    WebhookTarget,
)
from kulanz.desk.queries.audit import AuditFilter, readable
from kulanz.desk.queries.audit import filtered as filtered_events
from kulanz.desk.queries.cases import CaseFilter, broken, replied
from kulanz.desk.queries.customers import proposed
from kulanz.desk.queries.gestures import GestureFilter, filtered
from kulanz.desk.queries.holds import HoldFilter
from kulanz.desk.queries.holds import filtered as held
from kulanz.desk.queries.issues import listed as listed_issues
from kulanz.desk.queries.issues import with_affected
from kulanz.desk.queries.moderating import MeasureFilter, untold
from kulanz.desk.queries.moderating import filtered as filtered_measures
from kulanz.desk.queries.moderating import open_appeals as unsettled_appeals
from kulanz.desk.queries.moderating import statements as all_statements
from kulanz.desk.queries.people import suggested
from kulanz.desk.queries.sentinel import every_silent_edit
from kulanz.desk.queries.steady import SIZE, Stretch, stretch
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right

_Model = TypeVar("_Model", bound=Model)
_LONG_AGO: Final = datetime(
    1, 1, 2, tzinfo=UTC
)  # posts without a time come first, in the order they were read


@dataclass(frozen=True, slots=True)
class At:
    """Where in a list: after which place, and how many rows."""

    after: str = ""
    size: int = SIZE


def threads(at: At, *, stage: str = "", source: int | None = None, words: str = "") -> Stretch[Thread]:
    rows = _given(Thread.objects.select_related("source"), stage=stage, source_id=source)
    return _newest(_with_words(rows, words, "title"), at)


def posts(thread: Thread, at: At) -> Stretch[Post]:
    """Return posts of a thread by their time."""
    timed = thread.posts.select_related("account").annotate(at=Coalesce("created_at", Value(_LONG_AGO)))
    return _stretch(timed, at, ("at", "id"), name=f"posts {thread.pk}")


def revisions(thread: Thread, at: At) -> Stretch[Revision]:
    return _newest(thread.revisions.select_related("post"), at)


def revisions_at(source: Source, at: At) -> Stretch[Revision]:
    return _newest(Revision.objects.filter(thread__source=source).select_related("post"), at)


def issues(
    at: At, *, words: str = "", owner: int | None = None, unowned: bool = False, **wanted: str
) -> Stretch[Issue]:
    """Return issues; ``wanted`` names state, severity and stage."""
    rows = _given(listed_issues().select_related("owner", "team"), owner_id=owner, **wanted)
    rows = _with_words(rows.filter(owner=None) if unowned else rows, words, "title")
    return stretch(rows, ("-id",), with_affected, name=Issue.__name__, after=at.after, size=at.size)


def threads_in(issue: Issue, at: At) -> Stretch[Thread]:
    return _newest(Thread.objects.filter(links__issue=issue).select_related("source"), at)


def roles_in(issue: Issue, at: At) -> Stretch[IssueRole]:
    return _newest(issue.roles.select_related("account"), at)


def roles_of(person: Person, at: At) -> Stretch[IssueRole]:
    return _newest(IssueRole.objects.filter(account__person=person).select_related("issue", "account"), at)


def tasks_in(issue: Issue, at: At) -> Stretch[Task]:
    rows = issue.tasks.select_related("done_by")
    return _stretch(rows, at, ("position", "id"), name=f"tasks {issue.pk}")


def notes_on(about: Issue | Case, at: At) -> Stretch[Note]:
    return _newest(about.notes.select_related("author"), at)


def watchers(issue: Issue, at: At) -> Stretch[Member]:
    rows = Member.objects.filter(watches__issue=issue)
    return _stretch(rows, at, ("-id",), name=f"watchers {issue.pk}")


def cases(at: At, wanted: CaseFilter) -> Stretch[Case]:
    """Return cases, those in every state without one."""
    rows = Case.objects.select_related("person", "contact")
    names = {"contact_id": wanted.contact, "person_id": wanted.person, "issue_id": wanted.issue}
    rows = _given(rows, state=wanted.state, **names)
    rows = rows.filter(pk__in=broken().values("case_id")) if wanted.late else rows
    return _newest(_with_words(rows, wanted.words, "title", "person__name"), at)


def messages(case: Case, at: At) -> Stretch[Message]:
    return _newest(case.messages.select_related("author"), at)


def promises(case: Case, at: At) -> Stretch[Promise]:
    return _newest(case.promises.select_related("by"), at)


def replies(about: Case | Thread, at: At) -> Stretch[Reply]:
    return _newest(about.replies.select_related("author", "approver"), at)


def replies_about(issue: Issue, at: At) -> Stretch[Reply]:
    """Return the replies in an issue's cases and to its threads."""
    return _newest(replied(issue).select_related("author", "approver"), at)


def gestures(at: At, wanted: GestureFilter) -> Stretch[Gesture]:
    """Return gestures; without a state those that are not settled."""
    return _newest(filtered(wanted), at)


def holds(at: At, wanted: HoldFilter, now: datetime) -> Stretch[Hold]:
    """Return holds; without a state those that are not over."""
    return _newest(held(wanted, now), at)


def letters(case: Case, at: At) -> Stretch[DunningLetter]:
    """Return letters of dunning that went out to a case's customer."""
    rows = DunningLetter.objects.filter(customer__person=case.person_id)
    return _newest(rows.select_related("claim", "system"), at)


def measures(at: At, wanted: MeasureFilter) -> Stretch[Measure]:
    return _newest(filtered_measures(wanted), at)


def notices_of(measure: Measure, at: At) -> Stretch[MeasureNotice]:
    """Return what an author is told of a measure and of its reversal."""
    return _newest(measure.notices.select_related("told_by", "measure__account"), at)


def untold_notices(at: At) -> Stretch[MeasureNotice]:
    """Return notices that somebody has to give to the author."""
    return _newest(untold(), at)


def statements(at: At) -> Stretch[Statement]:
    return _newest(all_statements(), at)


def open_appeals(at: At) -> Stretch[Appeal]:
    return _newest(unsettled_appeals(), at)


def defects(at: At, *, state: str = "") -> Stretch[Defect]:
    return _newest(_given(Defect.objects.select_related("owner"), state=state), at)


def cases_from(defect: Defect, at: At) -> Stretch[Case]:
    """Return the cases that come from a defect."""
    return _newest(Case.objects.filter(assessment__defect=defect).select_related("person", "contact"), at)


def gesture_limits(at: At) -> Stretch[GestureLimit]:
    return _newest(GestureLimit.objects.all(), at)


def team_budgets(at: At) -> Stretch[TeamBudget]:
    return _newest(TeamBudget.objects.select_related("team"), at)


def people(at: At, *, role: str = "", words: str = "") -> Stretch[Person]:
    """Return profiles; those that were merged into others or erased are left out."""
    rows = _given(Person.objects.filter(merged_into=None, erased_at=None), role=role)
    return _newest(_with_words(rows, words, "name", "email", "customer_number"), at)


def accounts(
    at: At, *, person: Person | None = None, source: int | None = None, bare: bool = False, words: str = ""
) -> Stretch[Account]:
    """Return accounts: of a person, of a source, or those without a profile."""
    rows = _given(Account.objects.select_related("source"), person=person, source_id=source)
    return _newest(_with_words(rows.filter(person=None) if bare else rows, words, "key"), at)


def merges(at: At, *, person: Person | None = None) -> Stretch[Merge]:
    rows = Merge.objects.all() if person is None else Merge.objects.filter(Q(kept=person) | Q(gone=person))
    return _newest(rows, at)


def resemblances(at: At, *, dismissed: bool = False) -> Stretch[Resemblance]:
    """Return who may be the same person, the likeliest first."""
    return _stretch(suggested(dismissed=dismissed), at, ("-score", "id"), name=f"suggestions {dismissed}")


def sources(at: At) -> Stretch[Source]:
    return _newest(Source.objects.defer("sealed_keys", "sealed_hook_secret"), at)


def alerts(
    at: At, *, verdict: str = "", thread: int | None = None, policy: int | None = None
) -> Stretch[Alert]:
    """Return alarms; the verdict open means that nobody judged them yet."""
    rows = _given(Alert.objects.select_related("judged_by"), thread_id=thread, policy_id=policy)
    return _newest(rows.filter(verdict=verdict.replace("open", "")) if verdict else rows, at)


def policies(at: At) -> Stretch[AlertPolicy]:
    return _newest(AlertPolicy.objects.select_related("team").prefetch_related("members"), at)


def members(at: At) -> Stretch[Member]:
    return _newest(Member.objects.prefetch_related("held_roles"), at)


def calendars(at: At) -> Stretch[Calendar]:
    return _newest(Calendar.objects.prefetch_related("closed_days"), at)


def playbooks(at: At) -> Stretch[Playbook]:
    return _newest(Playbook.objects.prefetch_related("steps"), at)


def templates(at: At) -> Stretch[Template]:
    return _newest(Template.objects.all(), at)


def rules(at: At) -> Stretch[Rule]:
    return _newest(Rule.objects.prefetch_related("versions"), at)


def rule_versions(rule: Rule, at: At) -> Stretch[RuleVersion]:
    return _newest(rule.versions.all(), at)


def silent_edits(at: At) -> Stretch[SilentEdit]:
    return _newest(every_silent_edit(), at)


def teams(at: At) -> Stretch[Team]:
    return _newest(Team.objects.select_related("lead").prefetch_related("members"), at)


def identities(at: At) -> Stretch[StaffIdentity]:
    return _newest(StaffIdentity.objects.select_related("member", "source"), at)


def targets(at: At) -> Stretch[WebhookTarget]:
    return _newest(WebhookTarget.objects.defer("sealed_secret"), at)


def billing_systems(at: At) -> Stretch[BillingSystem]:
    return _newest(BillingSystem.objects.defer("sealed_keys"), at)


def tokens(actor: Actor, at: At) -> Stretch[ApiToken]:
    """Return one's own tokens, or everybody's for an admin."""
    rows = ApiToken.objects.select_related("member")
    return _newest(rows if actor.may(Right.SET_MEMBERS) else rows.filter(member_id=actor.member_id), at)


def views(actor: Actor, at: At) -> Stretch[SavedView]:
    """Return one's own views of the radar, and those of everybody."""
    return _newest(SavedView.objects.filter(Q(member_id=actor.member_id) | Q(member=None)), at)


def customers(at: At, *, linked: bool | None = None, number: str = "") -> Stretch[Customer]:
    """Return customers without their values."""
    rows = _given(Customer.objects.defer("sealed"), number=number)
    return _newest(rows if linked is None else rows.filter(person__isnull=not linked), at)


def customer_imports(at: At) -> Stretch[CustomerImport]:
    """Return tables of customers without what they hold."""
    return _newest(CustomerImport.objects.select_related("by").defer("sealed"), at)


def data_requests(at: At, *, state: str = "") -> Stretch[DataRequest]:
    """Return what people ask for about their own data, the newest first."""
    rows = DataRequest.objects.select_related("person", "by")
    return _newest(rows.filter(state=state) if state else rows, at)


def customer_matches(at: At, *, dismissed: bool = False) -> Stretch[CustomerMatch]:
    return _newest(proposed(dismissed=dismissed).select_related("customer"), at)


def sessions(actor: Actor, at: At) -> Stretch[UserSession]:
    """Return where a member is logged in."""
    return _newest(UserSession.objects.filter(user_id=actor.member_id), at)


def events(actor: Actor, at: At, wanted: AuditFilter) -> Stretch[Event]:
    """Return events as an actor may read them."""
    found = filtered_events(wanted)
    return stretch(
        found, ("-id",), partial(readable, actor), name=Event.__name__, after=at.after, size=at.size
    )


def _given(rows: QuerySet[_Model], **wanted: Any) -> QuerySet[_Model]:
    """Return rows that have what is wanted; empty and missing values ask for nothing."""
    return rows.filter(**{name: value for name, value in wanted.items() if value not in {None, ""}})


def _with_words(rows: QuerySet[_Model], words: str, *fields: str) -> QuerySet[_Model]:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": words})
    return rows.filter(found) if words else rows


def _newest(rows: QuerySet[_Model], at: At) -> Stretch[_Model]:
    return _stretch(rows, at, ("-id",), name=rows.model.__name__)


def _stretch(rows: QuerySet[_Model], at: At, order: Sequence[str], *, name: str) -> Stretch[_Model]:
    same: Callable[[list[_Model]], list[_Model]] = list
    return stretch(rows, order, same, name=name, after=at.after, size=at.size)
