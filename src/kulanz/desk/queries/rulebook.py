"""The rules: what is written, what is published, and which version was in force when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from kulanz.desk.models import Rule, RuleVersion
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.rulebook import as_words
from kulanz.sources.revisions import WordChange
from kulanz.sources.worddiff import word_diff


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with its versions, the newest first."""

    rule: Rule
    versions: Sequence[RuleVersion]

    @property
    def newest(self) -> RuleVersion | None:
        return self.versions[0] if self.versions else None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The published rules: versions in force, versions to come, and the last one of rules that are over."""

    in_force: tuple[RuleVersion, ...]
    announced: tuple[RuleVersion, ...]
    ended: tuple[RuleVersion, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What words went and came between two texts; ``title`` is empty where it stayed."""

    title: tuple[WordChange, ...]
    text: tuple[WordChange, ...]

    @property
    def any(self) -> bool:
        return any(part.sign != "=" for part in (*self.title, *self.text))


def in_force(at: datetime) -> QuerySet[RuleVersion]:
    """Return the versions in force at a time, at most one of each rule, in the order of their keys."""
    running = Q(effective_to=None) | Q(effective_to__gt=at)
    rows = RuleVersion.objects.filter(running, effective_from__lte=at)
    return rows.select_related("rule").order_by("rule__key")


def rulebook(at: datetime) -> Rulebook:
    """Return the published rules as they stand at a time, in the order of their keys."""
    rows = list(RuleVersion.objects.select_related("rule").order_by("rule__key", "number"))
    living = [row for row in rows if row.effective_to is None or row.effective_to > at]
    last = {row.rule_id: row for row in rows}
    alive = {row.rule_id for row in living}
    return Rulebook(
        in_force=tuple(row for row in living if row.effective_from <= at),
        announced=tuple(row for row in living if row.effective_from > at),
        ended=tuple(row for row in last.values() if row.rule_id not in alive),
    )


def rules(*, offset: int = 0) -> Paged[RuleRow]:
    """Return a page of all rules, those that were never published among them."""
    found = Rule.objects.prefetch_related("versions").order_by("key")
    return paged(found, lambda some: [row_of(each) for each in some], offset=offset)


def row_of(rule: Rule) -> RuleRow:
    return RuleRow(rule, sorted(rule.versions.all(), key=lambda each: each.number, reverse=True))


def published_rule(key: str) -> RuleRow | None:
    """Return a rule that was published once; None for any other key."""
    rule = Rule.objects.filter(key=key, versions__number=1).prefetch_related("versions__rule").first()
    return None if rule is None else row_of(rule)


def publications(most: int) -> Sequence[RuleVersion]:
    """Return the versions that were published last, the newest first."""
    return list(RuleVersion.objects.select_related("rule").order_by("-published_at", "-pk")[:most])


def changes(before: RuleVersion | Rule, after: RuleVersion | Rule, lang: str) -> Changes:
    """Return what words went and came in a language; of their marks only where no word did."""
    titles = [str(getattr(each, f"title_{lang}")) for each in (before, after)]
    texts = [str(getattr(each, f"text_{lang}")) for each in (before, after)]
    words = [as_words(each) for each in texts]
    shown = words if words[0] != words[1] else texts
    return Changes(word_diff(*titles) if titles[0] != titles[1] else (), word_diff(*shown))
