"""What one web process counts holds for the others; what was kept is gone when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import BaseCache
from django.test import RequestFactory

from kulanz.desk.models import Shared
from kulanz.desk.public import limiting
from kulanz.desk.services import shared
from kulanz.desk.services.shared import SharedCache, forget_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def process() -> Callable[[], BaseCache]:
    """Makes the cache of one more process."""
    return lambda: SharedCache("", {})


def test_what_one_process_keeps_the_others_know(process: Callable[[], BaseCache]) -> None:
    one, other = process(), process()
    one.set("attempts of 203.0.113.7", [2.5, 1.5])
    assert other.get("attempts of 203.0.113.7") == [2.5, 1.5]
    assert (one.add("code 123456", "used"), other.add("code 123456", "used")) == (True, False)
    assert other.delete("code 123456")
    assert one.get("code 123456", "not used") == "not used"
    assert "203.0.113.7" not in repr(list(Shared.objects.values()))
    one.clear()
    assert not Shared.objects.exists()


def test_what_is_over_is_unknown_and_removed(
    process: Callable[[], BaseCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, later = process(), datetime.now(UTC) + timedelta(seconds=90)
    for key, seconds in (("short", 60), ("long", None), ("longer", 30)):
        cache.set(key, key, seconds)
    assert cache.touch("longer", 120)
    monkeypatch.setattr(shared, "_now", lambda: later)
    assert cache.get_many(["short", "long", "longer"]) == {"long": "long", "longer": "longer"}
    assert not cache.touch("short")
    assert cache.add("short", "anew", 300)
    assert forget_over(now=later + timedelta(seconds=60)) == 1


def test_forms_of_pages_for_everybody_are_counted_over_all_processes(
    process: Callable[[], BaseCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent(seconds: float) -> bool:
        monkeypatch.setattr(limiting, "cache", process())
        return limiting.PerMinute().allows_of_all("made from 203.0.113.7", 2, seconds)

    assert [sent(moment) for moment in (0.0, 30.0, 59.9, 60.0)] == [True, True, False, True]
    with pytest.raises(ValueError, match="found none"):
        process().incr("what nobody keeps")


def test_the_login_counts_attempts_over_all_processes(
    process: Callable[[], BaseCache], rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attempt() -> bool:
        monkeypatch.setattr(ratelimit, "cache", process())
        config = {"login_failed": "3/m/ip"}
        return bool(ratelimit.consume(rf.post("/"), app="account", action="login_failed", config=config))

    assert [attempt() for _ in range(4)] == [True, True, True, False]
