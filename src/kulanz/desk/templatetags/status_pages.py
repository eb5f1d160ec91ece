"""Words for customers on the status page: gestures offered and carried out, and steps of satisfaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy

register = template.Library()
Words = Mapping[str, str | Lazy]

OFFERED: Final[Words] = {
    "waive": gettext_lazy("We give up this claim"),
    "refund": gettext_lazy("We pay money back"),
    "credit": gettext_lazy("A credit for your next bill"),
    "extension": gettext_lazy("More time to pay"),
    "gift": gettext_lazy("A gift"),
    "apology": gettext_lazy("A letter of apology"),
    "own": gettext_lazy("Something else"),
}
GIVEN: Final[Words] = {
    "waive": gettext_lazy("We gave up a claim"),
    "refund": gettext_lazy("We paid money back"),
    "credit": gettext_lazy("You got a credit"),
    "extension": gettext_lazy("You got more time to pay"),
    "gift": gettext_lazy("You got a gift"),
    "apology": gettext_lazy("We wrote you a letter of apology"),
    "own": gettext_lazy("We did something for you"),
}
LEVELS: Final[Mapping[int, str | Lazy]] = {
    1: gettext_lazy("not at all satisfied"),
    2: gettext_lazy("rather not satisfied"),
    3: gettext_lazy("partly satisfied"),
    4: gettext_lazy("satisfied"),
    5: gettext_lazy("very satisfied"),
}


@register.filter
def satisfied(level: int) -> str:
    return str(LEVELS[level])


@register.filter
def offered(kind: str) -> str:
    return str(OFFERED[kind])


@register.filter
def given(kind: str) -> str:
    return str(GIVEN[kind])
