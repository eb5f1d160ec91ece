"""Rules of the community: written by people, published version by version, never changed after that."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from kulanz.desk.models import Rule, RuleVersion
from kulanz.desk.queries.record import entries_of_rule
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.rulebook import Wording, check_complete, checked, document, key_of
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.public_log import check_note, enter
from kulanz.desk.services.setting_up import drop, keep
from kulanz.tlog.entries import RuleRef


def save_rule(
    *, actor: Actor, rule: Rule | None, seen: int, key: str, wording: Wording, now: datetime
) -> Rule:
    """Write what may be published next; what is published stays as it is. A published rule keeps its key.

    The key stands in the public log for good, the title in statements of reasons: raise RuleError where one
    of them names somebody.
    """
    actor.need(Right.SET_POLICIES)
    columns = {"key": key_of(key), **asdict(checked(wording))}
    for written in (
        columns["key"],
        columns["key"].replace("-", " "),
        columns["title_de"],
        columns["title_en"],
    ):
        check_note(written)
    if rule is not None and rule.key != columns["key"] and rule.versions.exists():
        raise RuleError("key: this rule is published under %(key)s, and keeps that address", key=rule.key)
    return keep(actor, rule or Rule(), seen, now, columns)


def remove_rule(*, actor: Actor, rule: Rule, now: datetime) -> None:
    """Remove a rule that was never published."""
    actor.need(Right.SET_POLICIES)
    if rule.versions.exists():
        raise RuleError("rule: what was published stays readable for good: have it end instead")
    drop(actor, rule, now)


def publish(*, actor: Actor, rule: Rule, seen: int, start: datetime, now: datetime) -> RuleVersion:
    """Publish the words of a rule as its next version, in force from ``start`` on, or at once.

    The version before ends there. A number that the public log has told of is not given again, whatever
    backup this database came out of. Raise RuleError where a language is missing, where nothing would change,
    and for a start before that of the version before.
    """
    actor.need(Right.SET_POLICIES)
    wording = wording_of(rule)
    check_complete(wording)
    begin = max(start, now)
    with transaction.atomic():
        change(rule, seen)
        last = rule.versions.order_by("-number").first()
        _check_after(last, wording, begin)
        rule.versions.filter(Q(effective_to=None) | Q(effective_to__gt=begin)).update(effective_to=begin)
        version = RuleVersion.objects.create(
            rule=rule,
            number=max(last.number if last else 0, *entries_of_rule(rule.key), 0) + 1,
            effective_from=begin,
            published_at=now,
            published_by_id=actor.member_id,
            **asdict(wording),
        )
        _enter(version, "publish", now, since=begin)
        told = {"number": version.number, "effective_from": begin.isoformat()}
        record(actor, "publish", rule, now=now, data=told)
    return version


def end(*, actor: Actor, rule: Rule, seen: int, at: datetime, reason: str, now: datetime) -> RuleVersion:
    """Have a rule end without another version, at a time or at once; its versions stay readable."""
    actor.need(Right.SET_POLICIES)
    if not reason.strip():
        raise RuleError("rule: say why it ends")
    with transaction.atomic():
        change(rule, seen)
        last = rule.versions.order_by("-number").first()
        if last is None or last.effective_to is not None:
            raise RuleError("rule: only one that is published, and without an end, can end")
        last.effective_to = max(at, now, last.effective_from)
        last.save(update_fields=["effective_to"])
        _enter(last, "withdraw", now, until=last.effective_to)
        told = {"number": last.number, "effective_to": last.effective_to.isoformat()}
        record(actor, "end", rule, now=now, reason=reason.strip()[:500], data=told)
    return last


def wording_of(row: Rule | RuleVersion) -> Wording:
    return Wording(title_de=row.title_de, title_en=row.title_en, text_de=row.text_de, text_en=row.text_en)


def _enter(
    version: RuleVersion,
    act: str,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Have the public log tell of a version; the digests are those of its files."""
    words = wording_of(version)
    enter(
        kind="rule",
        act=act,
        at=now,
        now=now,
        rule=RuleRef(key=version.rule.key, version=version.number),
        digests={"text_de": document(words, "de"), "text_en": document(words, "en")},
        since=since,
        until=until,
    )


def _check_after(last: RuleVersion | None, wording: Wording, begin: datetime) -> None:
    if last is None:
        return
    if last.effective_to is None and wording_of(last) == wording:
        raise RuleError("rule: these words are published already: change them first")
    if begin < last.effective_from:
        raise RuleError(
            "rule: version %(number)s is announced for a later day: the next one cannot begin before it",
            number=last.number,
        )
