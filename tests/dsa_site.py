"""The EU's transparency database on loopback, by the rules that its documentation gives.

It keeps what it accepts, refuses what is wrong or was sent before, and asks for the token.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any
from uuid import uuid4

from kulanz.testing.recorded import RecordedServer, Reply, Request

TOKEN = "1|sandboxtoken"  # noqa: S105 - of a server that lives for a test
_EEA = set(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
_CHOICES = {
    "decision_ground": {"DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"},
    "decision_account": {"DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"},
    "automated_detection": {"Yes", "No"},
    "automated_decision": {
        "AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_PARTIALLY", "AUTOMATED_DECISION_NOT_AUTOMATED",
    },
    "source_type": {
        "SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY",
    },
    "category": {
        f"STATEMENT_CATEGORY_{name}"
        for name in (
            "ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN",
            "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "ILLEGAL_OR_HARMFUL_SPEECH",
            "INTELLECTUAL_PROPERTY_INFRINGEMENTS", "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
            "OTHER_VIOLATION_TC", "PROTECTION_OF_MINORS", "RISK_FOR_PUBLIC_SECURITY", "SCAMS_AND_FRAUD",
            "SELF_HARM", "UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE",
        )
    },
}  # fmt: skip
_VISIBILITIES = {
    f"DECISION_VISIBILITY_{name}"
    for name in (
        "CONTENT_REMOVED", "CONTENT_DISABLED", "CONTENT_DEMOTED", "CONTENT_AGE_RESTRICTED",
        "CONTENT_INTERACTION_RESTRICTED", "CONTENT_LABELLED", "OTHER",
    )
}  # fmt: skip
_REQUIRED = (
    "decision_ground", "content_type", "category", "territorial_scope", "content_date", "application_date",
    "decision_facts", "source_type", "automated_detection", "automated_decision", "puid",
)  # fmt: skip
_LONGEST = {
    "decision_visibility_other": 500, "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2000, "decision_facts": 5000, "puid": 500,
}  # fmt: skip
_KNOWN = {
    *_REQUIRED, *_CHOICES, *_LONGEST, "decision_visibility", "decision_ground_reference_url",
    "content_language", "end_date_visibility_restriction", "end_date_account_restriction",
    "end_date_service_restriction",
}  # fmt: skip


def problems(statement: dict[str, Any]) -> list[str]:
    """Return the fields of a statement that break the documented rules."""
    wrong = [name for name in _REQUIRED if not statement.get(name)] + sorted(set(statement) - _KNOWN)
    wrong += [name for name, known in _CHOICES.items() if name in statement and statement[name] not in known]
    wrong += [name for name, most in _LONGEST.items() if len(statement.get(name, "")) > most]
    shown = statement.get("decision_visibility", [])
    if not set(shown) <= _VISIBILITIES or not (shown or "decision_account" in statement):
        wrong.append("decision_visibility")
    if ("DECISION_VISIBILITY_OTHER" in shown) != bool(statement.get("decision_visibility_other")):
        wrong.append("decision_visibility_other")
    if statement.get("decision_ground", "").endswith("INCOMPATIBLE_CONTENT"):
        wrong += [f"incompatible_content_{each}" for each in ("ground", "explanation")
                  if not statement.get(f"incompatible_content_{each}")]  # fmt: skip
    if not set(statement.get("territorial_scope", [])) <= _EEA:
        wrong.append("territorial_scope")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", statement.get("puid", "")):
        wrong.append("puid")
    if not re.fullmatch(r"[A-Z]{2}", statement.get("content_language", "DE")):
        wrong.append("content_language")
    return wrong + _wrong_dates(statement)


def _wrong_dates(statement: dict[str, Any]) -> list[str]:
    days = {name: value for name, value in statement.items() if "date" in name}
    wrong = [name for name, value in days.items() if not re.fullmatch(r"\d{4}-\d\d-\d\d", value)]
    if wrong:
        return wrong
    found = {name: date.fromisoformat(value) for name, value in days.items()}
    begins = found.get("application_date", date.max)
    return [name for name, day in found.items() if name.startswith("end_date") and day < begins]


class TransparencyDatabase(RecordedServer):
    """Takes statements; ``kept`` are those by their puid, ``posts`` how many came with each request."""

    def __init__(self) -> None:
        super().__init__({})
        self.kept: dict[str, dict[str, Any]] = {}
        self.posts: list[int] = []
        self.lost = 0

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return _told({"message": "Unauthenticated."}, 401)
        if request.method == "GET":
            known = self.kept.get(request.path.rpartition("/")[2])
            return _told(known, 302) if known else _told({"message": "statement of reason not found"}, 404)
        reply = self._taken(json.loads(request.body)["statements"])
        if self.lost:
            self.lost -= 1
            return Reply(b"", 504)
        return reply

    def _taken(self, given: list[dict[str, Any]]) -> Reply:
        self.posts.append(len(given))
        wrong = {f"statement_{n}": found for n, each in enumerate(given) if (found := problems(each))}
        if not 1 <= len(given) <= 100 or wrong:
            return _told({"errors": wrong or "between 1 and 100"}, 422)
        if again := [each["puid"] for each in given if each["puid"] in self.kept]:
            return _told({"message": "The identifier(s) are not unique.", "errors": {"puid": again}}, 422)
        made = [{**each, "uuid": str(uuid4())} for each in given]
        self.kept |= {each["puid"]: each for each in made}
        return _told({"statements": made}, 201)


def _told(value: Any, status: int) -> Reply:
    return Reply(json.dumps(value).encode(), status, {"Content-Type": "application/json"})
