"""Who had a hand in an answer, who else may approve it, and the rules that ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.db.models import Q, QuerySet

from kulanz.core.money import Money
from kulanz.desk.models import ApprovalPolicy, Case, Event, Gesture, Member, Reply
from kulanz.desk.queries.waiting import OWN_WORDS
from kulanz.desk.rules.approvals import ApprovalRules, rules_in
from kulanz.desk.rules.roles import RIGHTS, Right

_UNDER_WAY: Final = ("proposed", "approved", "ordered")


def approval_rules() -> ApprovalRules:
    """Return the company's rules, and the usual ones where nobody has set any."""
    row = ApprovalPolicy.objects.order_by("pk").first()
    return rules_in(row.values) if row else ApprovalRules()


def approval_rules_version() -> int:
    """Return the version of the rules, 0 where there are none yet."""
    return ApprovalPolicy.objects.order_by("pk").values_list("version", flat=True).first() or 0


def writers_of(reply: Reply) -> set[int]:
    """Return the members who wrote a reply, changed it or asked for its approval."""
    return _writers([reply])[reply.pk]


def approvers_but(writers: Collection[int]) -> QuerySet[Member]:
    """Return the members who may approve what these have written."""
    roles = [role.value for role in RIGHTS[Right.APPROVE]]
    may = Member.objects.filter(is_active=True, held_roles__role__in=roles).distinct()
    return may.exclude(pk__in=writers).order_by("pk")


def approvers_of(replies: Sequence[Reply]) -> Mapping[int, tuple[str, ...]]:
    """Return who may approve each of several replies, by name."""
    everybody = list(approvers_but(()))
    return {
        pk: tuple(str(each) for each in everybody if each.pk not in writers)
        for pk, writers in _writers(replies).items()
    }


def gives_more(case: Case, than: Money) -> bool:
    """Whether a gesture for the customer is under way that is worth or costs more than an amount."""
    limit = than.rounded().minor
    more = Q(value_minor__gt=limit) | Q(cost_minor__gt=limit)
    return Gesture.objects.filter(more, case=case, state__in=_UNDER_WAY, currency=than.currency).exists()


def _writers(replies: Sequence[Reply]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set, {each.pk: {each.author_id} for each in replies})
    events = Event.objects.filter(noun="reply", noun_id__in=list(found), action__in=OWN_WORDS)
    for pk, actor in events.values_list("noun_id", "actor_id"):
        if pk is not None and actor is not None:
            found[pk].add(actor)
    return found
