"""Words for what is at stake, for standing and for reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy, pgettext_lazy

Words = Mapping[str, str | Lazy]

LINES: Final[Words] = {
    "claim": pgettext_lazy("stake", "Claim"),
    "customer": pgettext_lazy("stake", "Customer"),
    "exposure": pgettext_lazy("stake", "Exposure"),
    "dispute": pgettext_lazy("stake", "Going on"),
}
FORMULAS: Final[Words] = {
    "claim": gettext_lazy("The sum of the open claims."),
    "customer": gettext_lazy("Margin × revenue a month × months that the customer is expected to stay."),
    "exposure": gettext_lazy(
        "Views × share of readers who matter × how far it spreads × price of 1,000 readings ÷ 1,000. At the "
        "least nobody more reads it; at the most it goes on as of late for the days given."
    ),
    "dispute": gettext_lazy("Hours of staff × what an hour costs + fees for collection."),
}
SUMMED: Final = gettext_lazy("The sum over the customers; correct a number where it stands.")
LACKS: Final[Words] = {
    "no_case": gettext_lazy("The issue has no case yet: nothing is known of a customer."),
    "no_customer": gettext_lazy("No customer of billing or CRM is linked."),
    "objected": gettext_lazy("The customer objects to this being reckoned."),
    "no_conversation": gettext_lazy("No conversation belongs to it."),
    "no_claim": gettext_lazy("Billing and CRM know of no open claim."),
    "no_facts": gettext_lazy("Billing and CRM do not say: %(names)s."),
    "no_views": gettext_lazy("No source counts how often the conversation is read."),
    "no_rates": gettext_lazy("The company has set no rate for: %(names)s."),
    "currencies": gettext_lazy("The amounts are in several currencies and cannot be reckoned together."),
    "too_large": gettext_lazy("The numbers are too large to reckon with."),
}
NUMBERS: Final[Words] = {
    "claim": gettext_lazy("Open claims"),
    "lifetime.revenue_per_month": gettext_lazy("Revenue a month"),
    "lifetime.margin": gettext_lazy("Margin, as a share from 0 to 1"),
    "lifetime.months": gettext_lazy("Months expected to stay"),
    "exposure.views": gettext_lazy("Views so far"),
    "exposure.views_per_day": gettext_lazy("Views a day of late"),
    "exposure.days": gettext_lazy("Days it may go on"),
    "exposure.audience": gettext_lazy("Share of readers who matter, from 0 to 1"),
    "exposure.spread": gettext_lazy("How often it is read anywhere for once here"),
    "exposure.price": gettext_lazy("Price of 1,000 readings"),
    "cost.hours": gettext_lazy("Hours of staff"),
    "cost.hourly": gettext_lazy("What an hour costs"),
    "cost.fees": gettext_lazy("Fees for collection"),
}
ROLES: Final[Words] = {
    "staff": pgettext_lazy("community", "staff"),
    "moderator": pgettext_lazy("community", "moderator"),
    "press": pgettext_lazy("community", "press"),
    "partner": pgettext_lazy("community", "partner"),
    "builder": pgettext_lazy("community", "builder of the community"),
    "regular": pgettext_lazy("community", "regular"),
    "newcomer": pgettext_lazy("community", "newcomer"),
    "occasional": pgettext_lazy("community", "there now and then"),
}
STANDING: Final[Words] = {
    "office": gettext_lazy("Moderates"),
    "tenure": gettext_lazy("Years there"),
    "accepted": gettext_lazy("Answers accepted as the solution"),
    "liked": gettext_lazy("Likes received"),
    "drawn": gettext_lazy("Others who joined their conversations"),
    "active": gettext_lazy("Months with a post, of the last twelve"),
}
GROUNDS: Final[Words] = {
    "number": gettext_lazy("same customer number"),
    "email": gettext_lazy("same e-mail address"),
    "name": gettext_lazy("same name"),
    "other_number": gettext_lazy("but another customer number"),
}
LINKED: Final[Words] = {
    "number": gettext_lazy("by customer number"),
    "email": gettext_lazy("by e-mail address"),
    "hand": gettext_lazy("by hand"),
}
FIELDS: Final[Words] = {
    "number": gettext_lazy("Customer number"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "plan": gettext_lazy("Plan"),
    "since": gettext_lazy("Customer since"),
    "revenue_per_month": gettext_lazy("Revenue a month"),
    "margin": gettext_lazy("Margin"),
    "currency": gettext_lazy("Currency"),
    "claim_number": gettext_lazy("Number of the claim"),
    "claim_amount": gettext_lazy("Open amount"),
    "claim_due": gettext_lazy("Due"),
    "claim_what": gettext_lazy("What the claim is for"),
    "dunning_level": gettext_lazy("Dunning level"),
    "dunning_text": gettext_lazy("Text of the last letter"),
}
BECAME: Final[Words] = {
    "made": pgettext_lazy("row", "new"),
    "changed": pgettext_lazy("row", "changed"),
    "same": pgettext_lazy("row", "as it is"),
    "refused": pgettext_lazy("row", "refused"),
}
KINDS: Final[Mapping[str, Words]] = {
    "line": LINES,
    "formula": FORMULAS,
    "number": NUMBERS,
    "role": ROLES,
    "standing": STANDING,
    "ground": GROUNDS,
    "linked": LINKED,
    "field": FIELDS,
    "became": BECAME,
}
