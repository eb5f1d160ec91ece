"""What every engine that scans must do, as a pytest class: subclass it once per engine.

class TestOurs(EngineSuite):
    @pytest.fixture
    def engine(self, our_cluster) -> Engine:
        return OurEngine(our_cluster)
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

import msgspec
import pytest
from msgspec.structs import replace

from kulanz.api import analyse, make_analyser
from kulanz.batch import BatchOptions, Window, scan
from kulanz.batch.long_threads import MOST_POSTS
from kulanz.core.posts import Post, sort_key
from kulanz.core.report import ThreadReport
from kulanz.sources import Problems, UnreadableError, read
from kulanz.sources.sample_community import sample_folder

BEGAN: Final = datetime(2026, 3, 1, 8, tzinfo=UTC)
COMPANY: Final = ("Kontaktor",)
FACTORY: Final = partial(make_analyser, company=COMPANY)
_MORE_THAN_ENOUGH: Final = MOST_POSTS + 500
_BROKEN: Final = 2
_SEED: Final = 20260301
_encode: Final = msgspec.json.Encoder().encode


class Engine(Protocol):
    """Scans files of Kulanz JSONL."""

    def __call__(self, paths: Sequence[Path], problems: Problems, window: Window) -> Iterable[ThreadReport]:
        """Return the ranked reports, best first, of an analyser made by ``FACTORY``."""
        ...


def digest(reports: Iterable[ThreadReport]) -> str:
    """Return the digest of ranked reports: of the lines that ``kulanz scan --output`` writes."""
    found = sha256()
    for report in reports:
        found.update(_encode(report) + b"\n")
    return found.hexdigest()


def write_posts(posts: Iterable[Post], path: Path) -> Path:
    """Write Kulanz JSONL."""
    with path.open("wb") as file:
        file.writelines(_encode(post) + b"\n" for post in posts)
    return path


def community() -> list[Post]:
    """Return the sample community, in order of thread_id and time."""
    return sorted(read([sample_folder() / "threads"]), key=sort_key)


def long_thread(posts: int = _MORE_THAN_ENOUGH) -> Iterator[Post]:
    """Yield a thread that is longer than an analysis reads; three posts come at every moment."""
    said = ("Wann kommt die Antwort?", "The invoice is still wrong.", "Bei mir auch!", "Thank you, it works.")
    for number in range(posts):
        yield Post(
            thread_id="long",
            post_id=f"p-{number}",
            author_id=f"a{number % 1711}" if number % 50 else None,
            created_at=BEGAN + timedelta(minutes=number // 3),
            text=said[number * number % 7 % 4],
            thread_views=number if number == posts // 2 else None,
            thread_closed_at=BEGAN if number == 1 else None,
            thread_title="Everything about invoices" if number == 0 else None,
        )


def untimed() -> list[Post]:
    """Return a thread without times and one that mixes; their ids do not ascend."""
    opening = Post(
        thread_id="untimed", post_id="9", author_id="a", created_at=None, text="Das ist ärgerlich."
    )
    rest = [replace(opening, post_id=str(n), author_id=f"b{n}", text="I am annoyed, too.") for n in (7, 8, 1)]
    mixed = [replace(each, thread_id="mixed") for each in (*rest, opening)]
    return [opening, *rest, replace(mixed[0], post_id="0", created_at=BEGAN), *mixed[1:]]


@cache
def _cut_by_the_list() -> str:
    """The digest of a list's reports, of the longest input here: made once for all engines."""
    return digest(analyse([*long_thread(), *community()[:40]], company=COMPANY))


class EngineSuite:
    """What holds for every engine; the fixture ``engine`` is one. The list in memory is the measure."""

    def test_a_list_and_the_engine_say_the_same(self, engine: Engine, tmp_path: Path) -> None:
        posts = [*community(), *untimed()]
        path = write_posts(posts, tmp_path / "posts.jsonl")
        reports = list(engine([path], Problems(), Window()))
        assert [report.rank for report in reports] == list(range(1, len(reports) + 1))
        assert digest(reports) == digest(analyse(posts, company=COMPANY))

    def test_neither_lines_nor_files_need_an_order(self, engine: Engine, tmp_path: Path) -> None:
        posts = community()
        expected = digest(analyse(posts, company=COMPANY))
        random.Random(_SEED).shuffle(posts)
        half = len(posts) // 2
        paths = [
            write_posts(some, tmp_path / f"{number}.jsonl")
            for number, some in enumerate((posts[half:], posts[:half]))
        ]
        assert digest(engine(paths, Problems(), Window())) == expected

    def test_of_a_post_that_comes_again_the_last_counts(self, engine: Engine, tmp_path: Path) -> None:
        posts = community()[:40]
        earlier = [replace(post, text="Ich kündige! This is a scandal.") for post in posts[::3]]
        path = write_posts([*earlier, *posts], tmp_path / "posts.jsonl")
        assert digest(engine([path], Problems(), Window())) == digest(analyse(posts, company=COMPANY))

    def test_a_broken_line_is_told_and_costs_nothing_else(self, engine: Engine, tmp_path: Path) -> None:
        posts = community()[:40]
        path = write_posts(posts, tmp_path / "posts.jsonl")
        path.write_bytes(b'{"thread_id": "t", "text": 3}\n' + path.read_bytes() + b"\xff\xfe{\n")
        problems = Problems()
        assert digest(engine([path], problems, Window())) == digest(analyse(posts, company=COMPANY))
        assert problems.total == _BROKEN
        assert {Path(problem.file).name for problem in problems.kept} == {"posts.jsonl"}

    def test_not_one_post_is_an_error(self, engine: Engine, tmp_path: Path) -> None:
        path = tmp_path / "posts.jsonl"
        path.write_text('{"thread_id": "t", "text": 3}\n')
        with pytest.raises(UnreadableError, match="expected posts, found none"):
            list(engine([path], Problems(), Window()))

    def test_a_span_of_time_is_the_same_span(self, engine: Engine, tmp_path: Path) -> None:
        posts = community()
        times = sorted(post.created_at for post in posts if post.created_at)
        window = Window(as_of=times[2 * len(times) // 3], since=times[len(times) // 3])
        path = write_posts([*posts, *untimed()], tmp_path / "posts.jsonl")
        with scan([path], FACTORY, options=BatchOptions(window=window)) as expected:
            assert digest(engine([path], Problems(), window)) == digest(expected)

    def test_a_thread_of_any_length_is_cut_alike_and_says_so(self, engine: Engine, tmp_path: Path) -> None:
        posts = [*long_thread(), *community()[:40]]
        random.Random(_SEED).shuffle(posts)
        reports = list(engine([write_posts(posts, tmp_path / "posts.jsonl")], Problems(), Window()))
        assert digest(reports) == _cut_by_the_list()
        (long,) = [report for report in reports if report.analysed_posts is not None]
        assert (long.posts, long.analysed_posts) == (_MORE_THAN_ENOUGH, MOST_POSTS)
        assert long.title == "Everything about invoices"
        assert (long.views, long.closed_at, long.opened_at) == (_MORE_THAN_ENOUGH // 2, BEGAN, BEGAN)
