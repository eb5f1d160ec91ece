"""Why a gesture fits or does not, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy

from kulanz.core.goodwill import ReasonCode

REASONS: Final[Mapping[ReasonCode, str | Lazy]] = {
    "fault_ours": gettext_lazy("The fault was ours."),
    "promise_broken": gettext_lazy("A promise was broken in this case."),
    "waited": gettext_lazy("The customer waited %(number)s days for an answer."),
    "going_on_costs": gettext_lazy("Going on with the dispute costs more: %(amount)s."),
    "exposure_costs": gettext_lazy("That it is read costs more, and the fault is unclear: %(amount)s."),
    "standing": gettext_lazy("Thanks are due: in the community they are %(role)s."),
    "claim_stays": gettext_lazy("The claim of %(amount)s stays, and is easier to pay later."),
    "no_claim": gettext_lazy("There is no open claim."),
    "claim_instead": gettext_lazy("There is an open claim: waive that instead."),
    "fault_not_ours": gettext_lazy("It is not said that the fault was ours."),
    "claim_is_ours_to_waive": gettext_lazy("The fault was ours: do not ask for the claim later, waive it."),
    "worth_less": gettext_lazy("Neither the fault nor what is at stake speaks for giving up %(amount)s."),
    "no_occasion": gettext_lazy("Neither the fault nor a wait nor a broken promise gives an occasion."),
    "refused_before": gettext_lazy("The customer refused this within a year."),
}
