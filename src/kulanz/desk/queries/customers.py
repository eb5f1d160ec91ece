"""Customers as lists show them: whom they are, who could be meant, and tables on their way. No values."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kulanz.desk.models import Customer, CustomerImport, CustomerMatch
from kulanz.desk.queries.paging import Paged, paged


def customers(words: str = "", *, linked: bool, offset: int = 0) -> Paged[Customer]:
    """Return a page of customers by number: those that are somebody here, or those that are nobody yet."""
    rows = Customer.objects.filter(person__isnull=not linked).select_related("person").defer("sealed")
    found = rows.filter(Q(number__icontains=words) | Q(person__name__icontains=words)) if words else rows
    return paged(found.order_by("number"), list, offset=offset)


def matches(*, dismissed: bool = False, offset: int = 0) -> Paged[CustomerMatch]:
    """Return a page of who may be which customer; ``dismissed``: of those who are not."""
    rows = proposed(dismissed=dismissed).select_related(
        "customer", "person", "account__source", "dismissed_by"
    )
    order = ("-dismissed_at", "-pk") if dismissed else ("customer__number", "pk")
    return paged(rows.prefetch_related("person__accounts__source").order_by(*order), list, offset=offset)


def proposed(*, dismissed: bool = False) -> QuerySet[CustomerMatch]:
    """Return proposals that still make sense: the customer is nobody yet, and nobody was merged or erased."""
    person = Q(person__isnull=False, person__merged_into=None, person__erased_at=None)
    account = Q(account__isnull=False, account__person=None)
    rows = CustomerMatch.objects.filter(person | account, dismissed_at__isnull=not dismissed)
    return rows if dismissed else rows.filter(customer__person=None)


def imports(*, offset: int = 0) -> Paged[CustomerImport]:
    """Return a page of tables, the latest first."""
    rows = CustomerImport.objects.select_related("by").defer("sealed").order_by("-made_at", "-pk")
    return paged(rows, list, offset=offset)
