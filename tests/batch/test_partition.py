from __future__ import annotations

import errno
import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from fake_analyser import line, write

from kulanz.batch import BatchOptions, SpillError, read_sorted, sample, sorted_groups
from kulanz.batch.partition import Partition, partitioned
from kulanz.batch.pieces import pieces
from kulanz.batch.reading import decode_post
from kulanz.batch.sample import ThreadSample
from kulanz.batch.scratch import Scratch
from kulanz.core.posts import Post
from kulanz.sources import Problems, ReadOptions

TINY = BatchOptions(memory_bytes=300, partition_bytes=300, partitions=2)


@pytest.fixture
def scratch(tmp_path: Path) -> Any:
    made = Scratch(tmp_path)
    yield made
    made.close()


def partition_of(posts: list[dict[str, Any]], path: Path) -> Partition:
    write(path, posts)
    return Partition("p", range(1), path.stat().st_size, paths=(path,))


def ids(posts: Any) -> list[tuple[str, str]]:
    return [(post.thread_id, post.post_id) for post in posts]


@pytest.mark.parametrize("options", [BatchOptions(), TINY])
def test_every_thread_lies_whole_in_one_partition(
    tmp_path: Path, options: BatchOptions, scratch: Scratch
) -> None:
    path = write(tmp_path / "p.jsonl", [line(n % 9, n) for n in range(50)])
    read = partitioned([path], options, Problems(), scratch)
    threads = [{decode_post(each).thread_id for each in part.lines()} for part in read.partitions]
    assert sum(len(each) for each in threads) == len(set().union(*threads)) == 9
    assert scratch.used == (options is TINY)


def test_a_large_partition_is_split_and_its_parts_removed(tmp_path: Path, scratch: Scratch) -> None:
    found = partition_of([line(str(n % 20), str(n)) for n in range(100)], tmp_path / "large")
    sizes, posts = [], []
    for piece in pieces(found, 1500, scratch):
        sizes.append(piece.size)
        posts += ids(map(decode_post, piece.lines()))
    assert max(sizes) <= 1500
    assert sorted(posts) == sorted((str(n % 20), str(n)) for n in range(100))
    assert not list(scratch.folder.iterdir())


def test_one_giant_thread_is_left_whole(tmp_path: Path, scratch: Scratch) -> None:
    found = partition_of([line("giant", str(n)) for n in range(50)], tmp_path / "giant")
    assert [(part.size, part.giant) for part in pieces(found, 300, scratch)] == [(found.size, "giant")]


def test_whole_number_ids_and_nan_become_lines_that_decode(tmp_path: Path, scratch: Scratch) -> None:
    path = tmp_path / "p.jsonl"
    given = [line(7, 1), line("7", "2", reply_to=1)]
    path.write_text("\n".join(json.dumps(each) for each in given).replace('"2"', '"2", "likes": NaN'))
    (found,) = partitioned([path], BatchOptions(), Problems(), scratch).partitions
    assert ids(map(decode_post, found.lines())) == [("7", "1"), ("7", "2")]


def test_a_broken_line_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", [line("t", 1), {"thread_id": "t"}, line("t", 2)])
    problems = Problems()
    assert len(list(read_sorted([path], problems=problems))) == 2
    assert [(each.line, each.file) for each in problems.kept] == [(2, str(path))]


def test_other_formats_and_a_given_source_pass_through(tmp_path: Path) -> None:
    table = tmp_path / "posts.csv"
    table.write_text("thread_id,post_id,author_id,created_at,text\nt,1,a,2024-05-01T00:00:00Z,from a table\n")
    lines = write(tmp_path / "p.jsonl", [line("t", 2, 1, extra_field=[1])])
    options = BatchOptions(reading=ReadOptions(source="forum", keep_extra=True))
    first, second = read_sorted([table, lines], options=options)
    assert (first.text, first.source, second.source) == ("from a table", "forum", "forum")
    assert second.extra == {"extra_field": [1]}


@pytest.mark.parametrize("options", [BatchOptions(), TINY])
def test_groups_hold_whole_threads_in_ascending_order(tmp_path: Path, options: BatchOptions) -> None:
    path = write(tmp_path / "p.jsonl", [line(n % 9, n, 50 - n) for n in range(50)])
    groups = [ids(group) for group in sorted_groups([path], options=options)]
    threads = [[thread for thread, _ in group] for group in groups]
    assert all(each == sorted(each) for each in threads)
    assert sum(len(set(each)) for each in threads) == 9
    assert sum(len(each) for each in groups) == 50
    assert (len(groups) == 1) == (options is not TINY)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "p.jsonl", [line("t", n) for n in range(9)])
    real = Path.open

    def full(self: Path, mode: str = "r", **more: Any) -> Any:
        if mode == "ab":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, mode, **more)

    monkeypatch.setattr(Path, "open", full)
    options = BatchOptions(memory_bytes=10, temp_dir=tmp_path)
    with pytest.raises(SpillError, match=f"to {tmp_path}/kulanz-.*: No space left on device"):
        list(read_sorted([path], options=options))
    assert list(tmp_path.iterdir()) == [path]


def posts_of_threads(count: int) -> list[Post]:
    return [decode_post(json.dumps(line(f"t{n % count}", str(n), n)).encode()) for n in range(3 * count)]


def test_sample_is_that_of_the_threads_and_not_of_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MOST_THREADS", 3)
    posts = [(post, int(post.thread_id[1:])) for post in posts_of_threads(8)]
    baselines = set()
    for order in [posts, posts[::-1], posts + posts, posts[12:] + posts]:
        found = ThreadSample()
        for post, number in order:
            if found.wants(number):
                found.add(post, number)
        assert set(found._threads) == {"t0", "t4"}
        baselines.add(tuple(each.summary() for _, each in sorted(found._threads.items())))
    assert len(baselines) == 1


def test_forged_hashes_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MOST_THREADS", 3)
    found = ThreadSample()
    for post in posts_of_threads(50):
        found.add(post, 0)
    assert len(found._threads) == 4


def test_giant_threads_are_sampled_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "MOST_POSTS_OF_ONE", 2)
    summaries = set()
    for order in permutations(posts_of_threads(1)):
        found = ThreadSample()
        for post in order:
            found.add(post, 0)
        summaries.add(found._threads["t0"].summary())
    assert summaries == {(2, None, None, None)}
