from __future__ import annotations

import lzma
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fake_analyser import DyingAnalyser, FailingAnalyser, FakeAnalyser, InterruptedAnalyser, line, seen, write
from hypothesis import given, settings
from hypothesis import strategies as st

from kulanz.batch import BatchOptions, SpillError, Window, WorkerError, long_threads, scan
from kulanz.core.errors import OrderError
from kulanz.core.report import ThreadReport
from kulanz.sources import Problems, UnreadableError
from kulanz.testing.engines import digest

SPILLING: dict[str, Any] = {"memory_bytes": 500, "partition_bytes": 400, "partitions": 3}
COMMUNITY = [line(f"t{n % 7}", n, n, thread_views=n) for n in range(60)]


def scanned(path: Path, **options: Any) -> list[ThreadReport]:
    with scan([path], FakeAnalyser, options=BatchOptions(**options)) as result:
        return list(result)


def at(minute: int) -> datetime:
    return datetime(2024, 5, 1, minute // 60, minute % 60, tzinfo=UTC)


communities = st.lists(
    st.builds(line, st.sampled_from("abcdeü"), st.integers(0, 30), st.integers(0, 9)),
    min_size=1,
    max_size=40,
    unique_by=lambda post: (post["thread_id"], post["post_id"]),
)


@settings(max_examples=40)
@given(communities, st.data())
def test_result_depends_neither_on_line_order_nor_on_how_it_is_cut(
    found: list[dict[str, Any]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(found))
    options = {
        "memory_bytes": data.draw(st.integers(1, 3000)),
        "partitions": data.draw(st.integers(1, 9)),
        "partition_bytes": data.draw(st.integers(1, 2000)),
    }
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(long_threads, "MOST_POSTS", data.draw(st.sampled_from([3, 10_000])))
        expected = digest(scanned(write(Path(folder, "sorted.jsonl"), found)))
        assert digest(scanned(write(Path(folder, "shuffled.jsonl"), shuffled), **options)) == expected


def test_workers_change_nothing_but_the_time(tmp_path: Path) -> None:
    path = write(tmp_path / "posts.jsonl", COMMUNITY)
    assert scanned(path, workers=2, **SPILLING) == scanned(path)


def test_best_thread_comes_first_and_ties_go_by_thread_id(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", [line(thread, n, n) for n, thread in enumerate("cabbd")])
    assert [(r.rank, r.thread_id) for r in scanned(path)] == [(1, "b"), (2, "a"), (3, "c"), (4, "d")]


def test_posts_of_one_moment_go_by_the_numbers_in_their_ids(tmp_path: Path) -> None:
    ids = ["t-10", "t-9", "t-09", "t-9-2", "t", "x" * 5000 + "1" * 5000]
    reports = scanned(write(tmp_path / "p.jsonl", [line("t", post_id) for post_id in ids]))
    assert seen(reports)["t"] == ("t", "t-09", "t-9", "t-9-2", "t-10", ids[-1])


@pytest.mark.parametrize("options", [{}, SPILLING])
def test_posts_without_a_time_keep_the_order_of_their_lines(tmp_path: Path, options: dict[str, int]) -> None:
    path = write(tmp_path / "p.jsonl", [line("t", post_id, None) for post_id in ("9", "3", "7", "1")])
    assert seen(scanned(path, **options))["t"] == ("9", "3", "7", "1")


def test_repeated_posts_count_once_and_the_last_one_wins(tmp_path: Path) -> None:
    first = write(tmp_path / "a.jsonl", [line("t", 1, 5), line("t", 2, 6)])
    second = write(tmp_path / "b.jsonl", [line("t", 2, 4), line("t", 3, 7)])
    with scan([first, second], FakeAnalyser) as result:
        assert seen(result) == {"t": ("2", "1", "3")}
        assert (result.tally.posts, result.tally.repeated) == (3, 1)


def test_as_of_uses_nothing_later(tmp_path: Path) -> None:
    closed = {"thread_closed_at": "2024-05-01T09:00:00Z", "thread_views": 9}
    lines = [line("t", 1, 1, **closed), line("t", 2, 2), line("u", 3, 2), line("v", 4, None), line("t", 5, 1)]
    path = write(tmp_path / "p.jsonl", lines)
    with scan([path], FakeAnalyser, options=BatchOptions(window=Window(as_of=at(1)))) as result:
        (report,) = result
        assert report.reasons[0].posts == ("1", "5")
        assert report.closed_at is None
        assert report.signals["views"] is None
        assert (result.later, result.untimed) == (2, 1)


def test_as_of_keeps_a_closing_that_came_before(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", [line("t", 1, 1, thread_closed_at="2024-05-01T00:03:00Z")])
    (report,) = scanned(path, window=Window(as_of=at(4)))
    assert report.closed_at == at(3)


def test_since_keeps_active_threads_whole(tmp_path: Path) -> None:
    lines = [line("old", 1, 1), line("t", 2, 1), line("t", 3, 5), line("untimed", 4, None)]
    path = write(tmp_path / "p.jsonl", lines)
    with scan([path], FakeAnalyser, options=BatchOptions(window=Window(since=at(5)))) as result:
        assert seen(result) == {"t": ("2", "3"), "untimed": ("4",)}
        assert result.tally.inactive == 1


def test_window_needs_time_zones() -> None:
    with pytest.raises(ValueError, match="since needs a time zone"):
        Window(since=datetime(2024, 5, 1))  # noqa: DTZ001 - without a zone on purpose


def test_options_are_checked() -> None:
    with pytest.raises(ValueError, match="workers must be at least 1, got 0"):
        BatchOptions(workers=0)


def test_details_are_those_of_the_best_threads(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", COMMUNITY)
    with scan([path], FakeAnalyser, options=BatchOptions(**SPILLING)) as result:
        details = list(result.details(3))
        assert [detail.report for detail in details] == result.top(3)
        assert [f.post.post_id for f in details[0].findings][:3] == ["0", "7", "14"]


def test_counts_are_told(tmp_path: Path) -> None:
    lines = [line("a", n, n) for n in range(3)] + [line("b", 1, lang="xx"), line("c", 1)]
    with scan([write(tmp_path / "p.jsonl", lines)], FakeAnalyser) as result:
        assert result.tally.stages == {"calm": 2, "issue": 1}
        assert (len(result), result.tally.posts, result.tally.not_scored) == (3, 5, 1)


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", COMMUNITY)
    heard: list[tuple[str, int, int | None]] = []
    with scan([path], FakeAnalyser, progress=lambda *step: heard.append(step)):
        size = path.stat().st_size
    assert ("reading", size, size) in heard
    assert heard[-1] == ("analysing", 60, 60)


def test_progress_in_a_packed_file_has_no_total(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl.xz"
    posts = write(tmp_path / "p.jsonl", [line("t", str(n)) for n in range(9)]).read_bytes()
    path.write_bytes(lzma.compress(posts))
    heard: list[tuple[str, int, int | None]] = []
    with scan([path], FakeAnalyser, progress=lambda *step: heard.append(step)):
        assert ("reading", len(posts), None) in heard


def test_working_data_is_private_and_removed(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", COMMUNITY)
    temp = tmp_path / "temp"
    temp.mkdir()
    with scan([path], FakeAnalyser, options=BatchOptions(temp_dir=temp, **SPILLING)):
        (folder,) = temp.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(temp.iterdir())


def test_small_input_leaves_the_disk_alone(tmp_path: Path) -> None:
    options = BatchOptions(temp_dir=tmp_path / "missing")
    with scan([write(tmp_path / "p.jsonl", COMMUNITY)], FakeAnalyser, options=options) as result:
        assert len(result) == 7


@pytest.mark.parametrize(
    ("analyser", "error"), [(FailingAnalyser, OrderError), (InterruptedAnalyser, KeyboardInterrupt)]
)
def test_working_data_is_removed_after_errors(
    tmp_path: Path, analyser: type[FakeAnalyser], error: type[BaseException]
) -> None:
    path = write(tmp_path / "p.jsonl", COMMUNITY)
    temp = tmp_path / "temp"
    temp.mkdir()
    with pytest.raises(error):
        scan([path], analyser, options=BatchOptions(temp_dir=temp, **SPILLING))
    assert not list(temp.iterdir())


@pytest.mark.parametrize(("analyser", "error"), [(FailingAnalyser, OrderError), (DyingAnalyser, WorkerError)])
def test_errors_of_workers_arrive_and_clean_up(
    tmp_path: Path, analyser: type[FakeAnalyser], error: type[Exception]
) -> None:
    path = write(tmp_path / "p.jsonl", COMMUNITY)
    temp = tmp_path / "temp"
    temp.mkdir()
    with pytest.raises(error):
        scan([path], analyser, options=BatchOptions(temp_dir=temp, workers=2, **SPILLING))
    assert not list(temp.iterdir())


def test_missing_temporary_folder_is_told(tmp_path: Path) -> None:
    options = BatchOptions(temp_dir=tmp_path / "missing", **SPILLING)
    with pytest.raises(SpillError, match=r"missing: No such file or directory; .* free that space"):
        scan([write(tmp_path / "p.jsonl", COMMUNITY)], FakeAnalyser, options=options)


def test_no_post_at_all_is_an_error(tmp_path: Path) -> None:
    problems = Problems()
    path = tmp_path / "p.jsonl"
    path.write_text('{"thread_id": "t", "text": 3}\n')
    with pytest.raises(UnreadableError, match=r"expected posts, found none in .*the first of 1 problems"):
        scan([path], FakeAnalyser, problems=problems)
