"""Who speaks for the company, and which member does so under which name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from kulanz.core.staff import StaffRules
from kulanz.desk.conf import conf
from kulanz.desk.models import Account, StaffIdentity


def staff_rules(source: int | None) -> StaffRules:
    """Return who speaks for the company at a source: as configured, and as the settings say by kind."""
    configured, said = StaffRules.of(conf().company), defaultdict(list)
    there = StaffIdentity.objects.filter(Q(source=None) | Q(source=source)).order_by("kind", "value")
    for kind, value in there.values_list("kind", "value"):
        said[kind].append(value.lower())
    return StaffRules(
        names=(*configured.names, *said["name"]),
        domains=(*configured.domains, *said["domain"]),
        accounts=tuple(said["account"]),
    )


def speakers(source: int) -> Mapping[str, str]:
    """Return which members speak at a source under which names and accounts, in lower case."""
    return {row.value.lower(): str(row.member) for row in _named().filter(source=source)}


def speaking_accounts() -> QuerySet[Account]:
    """Return the accounts that members speak from, at whichever source."""
    theirs = _named().annotate(lowered=Lower("value"))
    same = theirs.filter(source=OuterRef("source"), lowered=OuterRef("lowered"))
    return Account.objects.annotate(lowered=Lower("key")).filter(Exists(same))


def _named() -> QuerySet[StaffIdentity]:
    rows = StaffIdentity.objects.filter(kind__in=("name", "account"), member__isnull=False)
    return rows.select_related("member")
