"""Rules: written, published once and for good, and in force from a day on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from kulanz.desk.models import Rule, RuleVersion
from kulanz.desk.queries.rulebook import in_force

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def version(rule: Rule, number: int, start: datetime, end: datetime | None = None) -> RuleVersion:
    words = {"title_de": "Fair", "title_en": "Fair", "text_de": "Seid fair.", "text_en": "Be fair."}
    return RuleVersion.objects.create(
        rule=rule, number=number, effective_from=start, effective_to=end, published_at=start, **words
    )


def test_one_version_of_a_rule_is_in_force_at_a_time(now: datetime) -> None:
    rule = Rule.objects.create(key="fair")
    first = version(rule, 1, now, now + DAY)
    version(rule, 2, now + DAY, now + DAY)  # replaced before its day
    third = version(rule, 3, now + DAY)
    assert list(in_force(now - DAY)) == []
    assert list(in_force(now)) == [first]
    assert list(in_force(now + DAY)) == [third]
    with pytest.raises(IntegrityError), transaction.atomic():
        version(rule, 3, now)
