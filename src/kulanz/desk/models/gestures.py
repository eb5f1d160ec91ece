"""Gestures: what is done for a customer beyond what is owed, who may approve it, and what it comes from."""

from __future__ import annotations

from typing import Final

from django.db import models

from kulanz.core.gestures import FAULTS, GESTURE_KINDS
from kulanz.core.money import Money
from kulanz.desk.models.base import Due, Versioned, one_of
from kulanz.desk.models.cases import Case
from kulanz.desk.models.customers import Claim
from kulanz.desk.models.holds import BillingSystem
from kulanz.desk.models.members import Member, Team
from kulanz.desk.rules.limits import Limit
from kulanz.desk.rules.machines import DEFECT, GESTURE
from kulanz.desk.rules.roles import RIGHTS, Right

GIVERS: Final = tuple(sorted(role.value for role in RIGHTS[Right.WORK_CASES] | RIGHTS[Right.APPROVE]))
"""Roles that can have a limit."""


class Gesture(Versioned, Due):
    """A goodwill proposal and what became of it. Amounts are in the smallest unit of the currency.

    ``value`` is what it is worth to the customer, ``cost`` what it costs the company. ``sealed`` holds
    ``kulanz.desk.rules.gestures.Words``.

    Where billing carries it out: ``claim`` at ``system``, with ``until`` the day on which it is due then;
    ``key`` names it there, until billing refuses it. ``ordered_at`` is when people wanted that, ``told_at``
    when billing was told, ``alarmed_at`` when people were last told that it does not answer; ``due_at`` is
    when the worker orders it, or asks how it stands.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="gestures")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="gestures")
    kind = models.CharField(max_length=10)
    value_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    sealed = models.BinaryField(default=bytes)
    state = models.CharField(max_length=12, default=GESTURE.initial)
    proposed_by = models.ForeignKey(Member, models.PROTECT, related_name="gestures")
    proposed_at = models.DateTimeField(db_index=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    carried_out_at = models.DateTimeField(null=True, blank=True)
    carried_out_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    claim = models.ForeignKey(Claim, models.SET_NULL, null=True, blank=True, related_name="gestures")
    system = models.ForeignKey(BillingSystem, models.PROTECT, null=True, blank=True, related_name="gestures")
    key = models.CharField(max_length=100, unique=True, null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("kind", GESTURE_KINDS, "gesture_kind"),
            one_of("state", GESTURE.states, "gesture_state"),
            models.CheckConstraint(
                condition=models.Q(value_minor__gte=0, cost_minor__gte=0), name="gesture_gives"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ordered") | models.Q(system__isnull=False, key__isnull=False),
                name="ordered_gesture_has_key",
            ),
            models.UniqueConstraint(
                fields=("claim",), condition=models.Q(state="ordered"), name="one_ordered_gesture_of_claim"
            ),
        )
        indexes = (
            models.Index(fields=("decided_by", "decided_at"), name="gesture_by_decider"),
            models.Index(fields=("team", "decided_at"), name="gesture_by_team"),
        )

    def __str__(self) -> str:
        return self.kind

    @property
    def value(self) -> Money:
        return Money.of_minor(self.value_minor, self.currency)

    @property
    def cost(self) -> Money:
        return Money.of_minor(self.cost_minor, self.currency)


class GestureLimit(Versioned):
    """What a role may approve in a currency; see ``kulanz.desk.rules.limits.Limit``."""

    role = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    alone_minor = models.BigIntegerField()
    each_minor = models.BigIntegerField()
    month_minor = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("role", "currency"), name="gesture_limit_once"),
            one_of("role", GIVERS, "gesture_limit_role"),
        )

    def __str__(self) -> str:
        return f"{self.role}, {self.currency}"

    @property
    def limit(self) -> Limit:
        amounts = (self.alone_minor, self.each_minor, self.month_minor)
        return Limit(*(Money.of_minor(each, self.currency) for each in amounts))


class TeamBudget(Versioned):
    """What a team may spend on gestures in a calendar month, in a currency."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="budgets")
    currency = models.CharField(max_length=3)
    month_minor = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("team", "currency"), name="team_budget_once"),)

    def __str__(self) -> str:
        return f"{self.team}, {self.currency}"

    @property
    def month(self) -> Money:
        return Money.of_minor(self.month_minor, self.currency)


class Defect(Versioned):
    """A fault of the company's own processes that several cases come from, such as the text of a letter.

    ``owner`` is who has it mended, ``fix`` what was changed, and ``fixed_at`` from when on that held.
    """

    name = models.CharField(max_length=200, unique=True)
    what = models.CharField(max_length=1000, blank=True, default="")
    state = models.CharField(max_length=10, default=DEFECT.initial)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="defects")
    fix = models.CharField(max_length=500, blank=True, default="")
    noticed_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            one_of("state", DEFECT.states, "defect_state"),
            models.CheckConstraint(
                condition=~models.Q(state="fixed") | models.Q(fixed_at__isnull=False),
                name="fixed_defect_has_time",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Assessment(Versioned):
    """What a person says of a case: whose fault it was and why, whom it is about, and what it comes from.

    ``sealed`` holds why.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="assessment")
    fault = models.CharField(max_length=8, default="unclear")
    sealed = models.BinaryField(default=bytes)
    defect = models.ForeignKey(Defect, models.SET_NULL, null=True, blank=True, related_name="assessments")
    concerned = models.ManyToManyField(Member, related_name="+", blank=True)

    class Meta:
        constraints = (one_of("fault", FAULTS, "assessment_fault"),)

    def __str__(self) -> str:
        return self.fault
