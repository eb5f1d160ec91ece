"""Reasons of radar and alarms: an age in them is counted when somebody looks, not when it was stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from kulanz.core.reasons import UNANSWERED, code_of_open_questions
from kulanz.core.report import Reason, ThreadDetail
from kulanz.core.sentences import SENTENCES, sentence
from kulanz.core.spoken import Lang

Stored = Mapping[str, Any]


def stored(details: Mapping[Lang, ThreadDetail]) -> list[dict[str, Any]]:
    """Return reasons as code, posts and a sentence in every language, the strongest first.

    ``since`` is when the oldest open question was asked, where a reason tells of open ones.
    """
    told = {lang: detail.report.reasons for lang, detail in details.items()}
    if not told:
        return []
    lang, detail = next(iter(details.items()))
    return [
        {
            "code": each.code,
            "posts": list(each.posts),
            **{lang: told[lang][number].text for lang in told},
            **_since(each, detail),
        }
        for number, each in enumerate(told[lang])
    ]


def as_of(reasons: Iterable[Stored], now: datetime) -> list[Stored]:
    """Return stored reasons as they read at a moment."""
    return [_as_of(each, now) for each in reasons]


def sentences(reasons: Iterable[Stored], lang: str, *, now: datetime) -> tuple[str, ...]:
    """Return reasons in a language as they read at a moment, the strongest first."""
    return tuple(str(each.get(lang) or each.get("en") or each["code"]) for each in as_of(reasons, now))


def _since(reason: Reason, detail: ThreadDetail) -> dict[str, str]:
    if reason.code not in UNANSWERED:
        return {}
    asked = {each.post.post_id: each.post.created_at for each in detail.findings}[reason.posts[0]]
    return {} if asked is None else {"since": asked.isoformat()}


def _as_of(reason: Stored, now: datetime) -> Stored:
    if "since" not in reason:
        return reason
    hours = (now - datetime.fromisoformat(reason["since"])) / timedelta(hours=1)
    code, numbers = code_of_open_questions(hours), {"posts": len(reason["posts"]), "hours": hours}
    return {**reason, "code": code, **{lang: sentence(code, lang, numbers) for lang in SENTENCES}}
