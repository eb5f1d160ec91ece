"""``python -m benchmarks.archive POSTS``: have a desk on PostgreSQL keep so many posts, as if read for years.

Conversations are of the sizes that forums have: half of them one to three posts, a few some thousand. They
begin over five years, more of them every year, and every twentieth was a complaint. Accounts write by
Zipf's law. The words are those of the sample community, and in each post two more of a vocabulary whose
frequencies follow Zipf's law too. Keys rise with time, as where posts are read while they are written. A
second call adds what is missing. Rows are copied as they would stand after their analysis; the indexes of
words are made when all are there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import django
import numpy as np
from django.db import connection, models

from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder

YEARS: Final = 5
SOURCE: Final = "Archive"
_SEED: Final = 20061013
_CHUNK: Final = 50_000
_LARGEST: Final = 20_000
_TAIL: Final = 1.3
_ACCOUNTS_PER_POST: Final = 60
_WORDS_ZIPF: Final = 1.3
_THREAD: Final = (
    "id", "source_id", "key", "title", "seen_at", "post_count", "first_post_at", "last_post_at", "scored",
    "score", "stage", "people", "analysed_at", "scorer",
)  # fmt: skip
_POST: Final = (
    "id", "thread_id", "source_id", "key", "account_id", "created_at", "text", "has_links", "text_since",
    "seen_at",
)  # fmt: skip
_ACCOUNT: Final = ("id", "source_id", "key", "first_seen_at")
_SCORE: Final = ("thread_id", "at", "score", "stage")


def main() -> int:
    """Fill the desk of this environment."""
    django.setup()
    Archive(int(sys.argv[1])).keep()
    return 0


class Archive:
    """So many posts, in the order in which their conversations began."""

    def __init__(self, posts: int) -> None:
        from kulanz.desk.models import Account, Post, Source, Thread, ThreadScore  # noqa: PLC0415 - set up now

        self._models: dict[str, type[models.Model]] = {
            "account": Account, "post": Post, "thread": Thread, "score": ThreadScore
        }  # fmt: skip
        now = datetime.now(UTC)
        source, _ = Source.objects.get_or_create(
            name=SOURCE, defaults={"connector": "push", "hook_key": "archive", "created_at": now}
        )
        self._source, self._now = source.pk, now
        self._kept = Post.objects.filter(source=source).count()
        self._asked = self._missing = max(0, posts - self._kept)
        self._next = {name: _last(model) + 1 for name, model in self._models.items()}
        self._random = np.random.default_rng(_SEED + self._kept)
        self._texts = [post.text for post in read([sample_folder() / "threads"])]

    def keep(self) -> None:
        """Add what is missing, and have the planner know."""
        if not self._missing:
            return
        with _plainly(self._models.values()), _without_words(("desk_post", "desk_thread", "desk_account")):
            accounts = self._next["account"], max(self._missing // _ACCOUNTS_PER_POST, 1)
            self._copy("account", _ACCOUNT, self._accounts(*accounts))
            while self._missing > 0:
                self._chunk(*accounts)
        for name, model in self._models.items():
            _set_sequence(model, self._next[name])
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")

    def _chunk(self, account: int, accounts: int) -> None:
        """Copy conversations until about ``_CHUNK`` posts more are kept."""
        sizes = np.minimum(1 + self._random.pareto(_TAIL, _CHUNK // 4) * 2, _LARGEST).astype(int)
        until = min(self._missing, _CHUNK)
        sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), until)) + 1]
        # more and more is written: as many conversations begin in the last two years as in the three before
        passed = self._asked - self._missing + np.sort(self._random.random(len(sizes))) * until
        begins = np.sqrt(passed / self._asked) * YEARS * 365.0
        first = self._next["thread"]
        self._copy("thread", _THREAD, self._threads(first, sizes, begins))
        self._copy("score", _SCORE, self._scores(first, sizes, begins))
        self._copy("post", _POST, self._posts(first, sizes, begins, account, accounts))
        self._missing -= int(sizes.sum())

    def _accounts(self, first: int, count: int) -> Iterator[Sequence[Any]]:
        for pk in range(first, first + count):
            yield pk, self._source, f"kunde_{pk}", self._now

    def _threads(self, first: int, sizes: Any, begins: Any) -> Iterator[Sequence[Any]]:
        for pk, size, day in zip(range(first, first + len(sizes)), sizes, begins, strict=True):
            begin, end = self._span(day, int(size))
            complaint = pk % 20 == 0
            score = 0.2 + (pk % 1_000) / 2_000 if complaint else 0.02
            yield (
                pk, self._source, f"t{pk}", f"{self._text(pk)[:60]} {pk}", end, int(size), begin, end, True,
                score, "complaint" if complaint else "calm", max(int(size) // 3, 1), end, "kulanz",
            )  # fmt: skip

    def _scores(self, first: int, sizes: Any, begins: Any) -> Iterator[Sequence[Any]]:
        for pk, size, day in zip(range(first, first + len(sizes)), sizes, begins, strict=True):
            if pk % 20 == 0:
                begin, end = self._span(day, int(size))
                for part in range(3):
                    yield pk, begin + (end - begin) * part / 2 + timedelta(seconds=part), 0.2, "complaint"

    def _posts(
        self, first: int, sizes: Any, begins: Any, account: int, accounts: int
    ) -> Iterator[Sequence[Any]]:
        words = np.minimum(self._random.zipf(_WORDS_ZIPF, 2 * int(sizes.sum())), 10**12).tolist()
        writers = (account + self._random.zipf(1.2, int(sizes.sum())) % accounts).tolist()
        pk = self._next["post"]
        for thread, size, day in zip(range(first, first + len(sizes)), sizes, begins, strict=True):
            begin, end = self._span(day, int(size))
            for place in range(int(size)):
                at = begin + (end - begin) * place / max(int(size) - 1, 1)
                text = f"{self._text(pk)} Zipfwort{words.pop()} Zipfwort{words.pop()}"
                yield pk, thread, self._source, f"p{pk}", writers.pop(), at, text, pk % 50 == 0, at, at
                pk += 1

    def _span(self, day: float, size: int) -> tuple[datetime, datetime]:
        """From the first to the last post: a day or so, large ones weeks."""
        begin = self._now - timedelta(days=YEARS * 365.0 - float(day) + 1)
        return begin, min(begin + timedelta(hours=min(size, 500)), self._now)

    def _text(self, number: int) -> str:
        return self._texts[number * 7919 % len(self._texts)]

    def _copy(self, name: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
        table = self._models[name]._meta.db_table  # noqa: SLF001 - Django's own way to the name
        count = 0
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
                count += 1
        self._next[name] += count


@contextmanager
def _plainly(copied: Any) -> Iterator[None]:
    """Have the database fill in what Django would, and believe that threads and sources are there."""
    with connection.cursor() as cursor:
        for table, column, empty in _unsaid(copied):
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {empty}")
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")
        for table, column, _ in _unsaid(copied):
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")


def _unsaid(copied: Any) -> Iterator[tuple[str, str, str]]:
    for model in copied:
        for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's own way to the fields
            if not field.null and field.has_default() and not field.primary_key:
                default = field.get_default()
                empty = "'[]'" if default == [] else "'{}'" if default == {} else _literal(default)
                yield model._meta.db_table, field.column, empty  # noqa: SLF001


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


@contextmanager
def _without_words(tables: Sequence[str]) -> Iterator[None]:
    """Make the indexes of words when all rows are there: one after the other they take ten times as long."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP INDEX {table}_words")
        yield
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for table in tables:
            cursor.execute(f"CREATE INDEX {table}_words ON {table} USING gin (words)")


def _last(model: type[models.Model]) -> int:
    return int(model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0)  # noqa: SLF001


def _set_sequence(model: type[models.Model], following: int) -> None:
    with connection.cursor() as cursor:
        table = model._meta.db_table  # noqa: SLF001
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {following})")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kulanz.desk.project.settings")
    sys.exit(main())
