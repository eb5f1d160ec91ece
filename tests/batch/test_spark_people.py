"""Standing and reach on Spark are those of one machine, to the last bit."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import asdict, replace

import kulanz.batch.spark
from kulanz.batch.spark import people
from kulanz.batch.spark.whole import summed, threads
from kulanz.core.contributions import contributions, merged
from kulanz.core.network import Contacts
from kulanz.core.posts import Post, sort_key
from kulanz.core.standing import Flags, Standing, standing
from kulanz.sources.parquet import arrow
from kulanz.testing.engines import BEGAN, community, untimed, write_posts
from servers.fixtures import site_fixture

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets that PySpark leaves to the collector
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),
]
spark = site_fixture("spark")

NOW = datetime(2026, 6, 30, tzinfo=UTC)
FLAGS = {"daily_news": Flags(press=True)}
COMPANY = ("support",)
FANS = 230


def said(thread: str, number: int, author: str | None, **fields: Any) -> Post:
    at = BEGAN + timedelta(days=number % 90, minutes=number)
    return Post(
        thread_id=thread,
        post_id=str(number),
        author_id=author,
        created_at=at,
        text=f"Number {number}.",
        **fields,
    )


def hub() -> Iterable[Post]:
    """One whom so many answer that it takes several batches; old contacts, names in other letters."""
    yield said("hub", 0, "hub", likes=7)
    for number in range(1, FANS):
        yield said("hub", number, f"fan{number}", reply_to="0", accepted=number == 5)
    yield from (said("hub", number, name) for number, name in ((3000, "support"), (3001, "daily_news")))
    yield said("hub", FANS, "Straße", mentions=("HUB", "STRASSE", "fan8", "nobody", "Support", "support"))
    yield said("hub", FANS + 1, "STRASSE", role="staff")
    yield said("hub", FANS + 2, "straße", quotes=(f"Number {FANS - 1}.  ",), mentions=("strasse", "Fan9"))
    old = [said("old", number, f"fan{number}") for number in range(40)]
    yield from (replace(post, created_at=NOW - timedelta(days=1000 + 20 * n)) for n, post in enumerate(old))


def digest(rows: Iterable[Any]) -> str:
    return sha256(msgspec.json.encode(sorted(rows))).hexdigest()


def plain(stood: tuple[str, Any]) -> tuple[str, str]:
    name, fields = stood
    found = msgspec.convert(msgspec.to_builtins(fields), Standing)
    return name, msgspec.json.encode(found).decode()


def ways(posts: list[Post]) -> tuple[str, str]:
    """What one machine says."""
    found = [list(thread) for _, thread in groupby(sorted(posts, key=sort_key), lambda post: post.thread_id)]
    contacts = Contacts()
    for thread in found:
        contacts.add_thread(thread)
    for name in COMPANY:
        contacts.leave_out(name)
    counted = merged(map(contributions, found)).items()
    stood = [(name, asdict(standing(one, NOW, FLAGS.get(name, Flags())))) for name, one in counted]
    reached = contacts.network(NOW).reaches(1, exact_up_to=0)
    return digest(map(plain, stood)), digest(
        (name, one.accounts, one.within, one.error) for name, one in reached
    )


def test_the_example_of_the_docs_says_what_one_machine_says(spark: Any, root: Path, tmp_path: Path) -> None:
    posts = [*community(), *hub(), *(post for post in untimed() if post.thread_id == "untimed")]
    given = random.Random(4711).sample(posts[:-4], len(posts) - 4) + posts[-4:]
    path = write_posts(given, tmp_path / "posts")
    path.write_bytes(path.read_bytes() + b"{broken\n")
    page = (root / "docs/howto/scan-on-spark.md").read_text("utf-8")
    block = re.findall(r"```py\n(.*?)```", page, re.DOTALL)[1].replace("s3a://archive", str(tmp_path))
    exec(compile(block, "scan-on-spark.md", "exec"), {"session": spark, "spark": kulanz.batch.spark})  # noqa: S102
    stood = [row.asDict(recursive=True) for row in spark.read.parquet(f"{tmp_path}/standings").collect()]
    reached = spark.read.parquet(f"{tmp_path}/reaches").collect()
    found = (
        digest(plain((row.pop("account"), row)) for row in stood),
        digest((row.account, row.accounts, row.within, row.error) for row in reached),
    )
    assert found == ways(posts)
    assert spark.sparkContext._jsc.getPersistentRDDs().isEmpty()


def test_a_moment_has_a_time_zone() -> None:
    with pytest.raises(ValueError, match=r"as_of needs a time zone, got 2026-01-01T00:00:00: add one"):
        people(None, as_of=datetime(2026, 1, 1))  # noqa: DTZ001


def test_of_a_long_thread_only_texts_that_may_be_quoted_are_held() -> None:
    posts = [said("t", number, "a", quotes=("Number 290",) if number == 300 else ()) for number in range(600)]
    pa = arrow()
    lines = pa.array([msgspec.json.encode(post) for post in posts], pa.binary())
    (thread,) = threads([pa.RecordBatch.from_arrays([lines], names=["line"])])
    held = [number for number, post in enumerate(thread) if post.text]
    assert held == [*range(100, 300), *range(400, 600)]
    assert {post.author_id for post in thread} == {"a"}


def test_sums_do_not_need_all_keys_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(summed.__globals__, "_MOST_KEYS", 2)
    assert list(summed([("a", 1), ("a", 2), ("b", 3), ("a", 4)], int.__add__)) == [
        ("a", 3),
        ("b", 3),
        ("a", 4),
    ]
