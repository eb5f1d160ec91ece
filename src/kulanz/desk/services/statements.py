"""Statements of reasons: kept as their measure takes effect, and sent to the EU's transparency database.

What is sent again, as after a lost answer, is known there by its identifier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from kulanz.desk.conf import conf
from kulanz.desk.models import Measure, Statement
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.statements import MOST_AT_ONCE, Facts, has_statement, statement
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.outside import Outside, outside
from kulanz.sources.errors import PermanentError, SourceError
from kulanz.sources.web.client import Answer, HttpClient
from kulanz.sources.web.secrets import Secret
from kulanz.tlog.errors import TlogError

_CREATED: Final = 201
_FOUND: Final = 302
_MISSING: Final = 404
_REFUSED: Final = 422
_BUDGET: Final = 2 * MOST_AT_ONCE + 2


def keep_statement(*, measure: Measure, now: datetime) -> dict[str, Any]:
    """Keep the statement of a measure that has one, to be sent; empty where it has none."""
    body = statement_of(measure=measure, now=now)
    if body:
        Statement.objects.create(measure=measure, body=body, due_at=now)
    return body


def statement_of(*, measure: Measure, now: datetime) -> dict[str, Any]:
    """Return the statement of a measure, empty where it has none; raise RuleError where it names people."""
    if measure.rule is None or not has_statement(measure.kind, measure.code):
        return {}
    try:
        return dict(statement(_facts(measure, now)))
    except TlogError as error:
        raise RuleError("statement of reasons: %(why)s", why=str(error)) from error


def push_due(*, now: datetime, world: Outside | None = None) -> int:
    """Send statements that are due, a hundred at once at most; return how many were tried."""
    if not conf().statements_url:
        return 0
    claimed = claim(
        Statement.objects.filter(sent_at=None).select_related("measure"), now, at_most=MOST_AT_ONCE
    )
    if claimed:
        http = (world or outside()).client(_BUDGET)
        try:
            _push(claimed, http, now)
        finally:
            http.close()
    return len(claimed)


def _push(rows: Sequence[Statement], http: HttpClient, now: datetime) -> None:
    """Send statements at once; where one of them is refused none is taken, and each is sent by itself."""
    try:
        answer = _post(http, rows)
    except SourceError as error:
        for row in rows:
            failed(row, str(error), now)
        return
    if answer.status == _CREATED:
        _note_sent(rows, answer, now)
        return
    for row in rows:
        _push_one(row, http, now)


def _push_one(row: Statement, http: HttpClient, now: datetime) -> None:
    base, puid = conf().statements_url, row.body["puid"]
    try:
        known = http.get(
            f"{base}/statement/existing-puid/{puid}", headers=_headers(), accepted={_FOUND, _MISSING}
        )
        if known.status != _MISSING:
            _sent(row, _uuid(known.json()), now)
            return
        answer = _post(http, [row])
    except SourceError as error:
        failed(row, str(error), now)
        return
    if answer.status == _CREATED:
        _note_sent([row], answer, now)
    else:
        failed(row, f"{base} refused it: {answer.body[:500].decode('utf-8', 'replace')}", now)


def _post(http: HttpClient, rows: Sequence[Statement]) -> Answer:
    return http.post(
        f"{conf().statements_url}/statements",
        body=msgspec.json.encode({"statements": [row.body for row in rows]}),
        media_type="application/json",
        headers=_headers(),
        accepted={_REFUSED},
        once=True,
    )


def _headers() -> dict[str, str | Secret]:
    return {"authorization": Secret(f"Bearer {conf().statements_token}"), "accept": "application/json"}


def _note_sent(rows: Sequence[Statement], answer: Answer, now: datetime) -> None:
    found = answer.json()
    made = found.get("statements") if isinstance(found, dict) else None
    listed = [each for each in made if isinstance(each, dict)] if isinstance(made, list) else []
    uuids = {str(each.get("puid")): _uuid(each) for each in listed}
    for row in rows:
        _sent(row, uuids.get(row.body["puid"], ""), now)


def _sent(row: Statement, uuid: str, now: datetime) -> None:
    sent = {"sent_at": now, "uuid": uuid, "due_at": None, "attempts": 0, "last_error": ""}
    Statement.objects.filter(pk=row.pk).update(**sent)


def _uuid(found: Any) -> str:
    if not isinstance(found, dict):
        raise PermanentError(
            "expected the statement that is known already, got something else", kind="no_data"
        )
    return str(found.get("uuid") or "")[:36]


def _facts(measure: Measure, now: datetime) -> Facts:
    rule, post = measure.rule, measure.post
    if rule is None:
        raise RuleError("statement of reasons: expected a measure with a rule")
    shown = conf().public_pages
    return Facts(
        kind=measure.kind,
        code=measure.code,
        reference=measure.reference,
        rule=f"{rule.title_en} ({rule.rule.key}, version {rule.number})",
        rule_url=f"{conf().url}/rules/{rule.rule.key}/{rule.number}" if shown else "",
        why=measure.why,
        done_at=measure.done_at or now,
        until=measure.until,
        written_at=post.created_at if post else measure.thread.first_post_at,
        language=post.lang if post else "",
    )
