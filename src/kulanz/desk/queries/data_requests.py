"""What people ask for about their own data, as leads see it: what has to be answered first comes first."""

from __future__ import annotations

from django.db.models import QuerySet

from kulanz.desk.models import DataRequest, Person
from kulanz.desk.queries.erasing import merged_profiles
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.machines import DATA_REQUEST


def data_requests(state: str = "", *, offset: int = 0) -> Paged[DataRequest]:
    """Return a page of requests, by default of those that are open, the nearest deadline first."""
    return paged(_in(state or DATA_REQUEST.initial).order_by("deadline", "pk"), list, offset=offset)


def open_requests() -> int:
    """Return how many requests wait for an answer."""
    return _in(DATA_REQUEST.initial).count()


def posts_to_go(person: Person) -> bool:
    """Whether somebody asked that their posts are erased, too."""
    rows = DataRequest.objects.filter(person__in=merged_profiles(person), kind="erase", with_posts=True)
    return rows.filter(state=DATA_REQUEST.initial).exists()


def _in(state: str) -> QuerySet[DataRequest]:
    return DataRequest.objects.filter(state=state).select_related("person", "by", "account__source")
