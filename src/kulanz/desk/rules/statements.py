"""Statements of reasons (Art. 17 of the DSA) in the schema of the EU's transparency database, version 2.

One is made of what a measure says of itself and of the words of the rule; whose post it was is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final

from kulanz.tlog.impersonal import check_impersonal

MOST_AT_ONCE: Final = 100
"""Statements of one request, as the database documents."""
EEA: Final = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
_OTHER: Final = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
_SPEECH: Final = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
CATEGORIES: Final[Mapping[str, str]] = {
    "abuse": _SPEECH,
    "threat": _SPEECH,
    "hate": _SPEECH,
    "data_of_others": "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "fraud": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "impersonation": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "intellectual_property": "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "violence": "STATEMENT_CATEGORY_VIOLENCE",
    "self_harm": "STATEMENT_CATEGORY_SELF_HARM",
    "minors": "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    "unsafe_product": "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
    **dict.fromkeys(
        ("untrue", "sexual_content", "spam", "off_topic", "double_post", "heated", "other"), _OTHER
    ),
}
"""By reason. What authors asked for themselves is no restriction, and has no statement."""
_RESTRICTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "edit": {
        "decision_visibility": ["DECISION_VISIBILITY_OTHER"],
        "decision_visibility_other": "Words of the post were changed.",
    },
    "hide": {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"]},
    "remove": {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"]},
    "lock": {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"]},
    "slow": {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"]},
    "move": {
        "decision_visibility": ["DECISION_VISIBILITY_OTHER"],
        "decision_visibility_other": "The content was moved to another place of the forum.",
    },
    "suspend": {"decision_account": "DECISION_ACCOUNT_SUSPENDED"},
}
"""By kind. A warning restricts nothing, and has no statement."""
_FACTS: Final = "A moderator read the content and decided by the rule that is named. "
_EARLIEST: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a statement is made of; ``rule`` is the rule's title with its version."""

    kind: str
    code: str
    reference: str
    rule: str
    rule_url: str
    why: str
    done_at: datetime
    until: datetime | None
    written_at: datetime | None
    language: str


def has_statement(kind: str, code: str) -> bool:
    """Whether a measure is a restriction of which the DSA wants a statement."""
    return kind in _RESTRICTIONS and code in CATEGORIES


def statement(facts: Facts) -> Mapping[str, Any]:
    """Return the statement of a measure that has one; raise PersonalError for words that lead to a person."""
    for words in (facts.rule, facts.why):
        check_impersonal(words)
    found = {
        **_RESTRICTIONS[facts.kind],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": facts.rule,
        "incompatible_content_explanation": facts.why,
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": CATEGORIES[facts.code],
        "territorial_scope": list(EEA),
        "content_date": _day(max(_date(facts.written_at or facts.done_at), _EARLIEST)),
        "application_date": _day(_date(facts.done_at)),
        "decision_facts": _FACTS + facts.why,
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": facts.reference,
    }
    return MappingProxyType({**found, **_optional(facts)})


def _optional(facts: Facts) -> dict[str, str]:
    """Return what a statement says where it is known."""
    found = {}
    if facts.rule_url:
        found["decision_ground_reference_url"] = facts.rule_url
    if len(facts.language) == 2 and facts.language.isascii() and facts.language.isalpha():  # noqa: PLR2004 - ISO 639-1
        found["content_language"] = facts.language.upper()
    if facts.until is not None:
        about = "account" if facts.kind == "suspend" else "visibility"
        found[f"end_date_{about}_restriction"] = _day(_date(facts.until))
    return found


def _date(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _day(day: date) -> str:
    return day.isoformat()
