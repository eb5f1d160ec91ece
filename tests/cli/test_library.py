"""``from kulanz import analyse, read``."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import kulanz
from kulanz import Post, Problems, SourceError, analyse, read, read_jsonl

NAMES = [
    "Draft",
    "DraftReport",
    "Post",
    "PostFinding",
    "Problems",
    "ReadOptions",
    "Reason",
    "SourceError",
    "ThreadDetail",
    "ThreadReport",
    "__version__",
    "analyse",
    "check_draft",
    "read",
    "read_jsonl",
]


@pytest.fixture
def threads(sample: Path) -> Path:
    return sample / "threads"


def dicts(path: Path) -> list[dict[str, object]]:
    return [
        json.loads(line)
        for file in sorted(path.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]


def test_what_is_public() -> None:
    assert kulanz.__all__ == NAMES
    assert all(getattr(kulanz, name) is not None for name in NAMES)
    assert dir(kulanz) == NAMES
    with pytest.raises(AttributeError, match="it has Draft"):
        _ = kulanz.analyze


def test_all_ways_in_give_the_same_reports(threads: Path) -> None:
    expected = analyse(threads, company=["Kontaktor"])
    assert [report.rank for report in expected] == list(range(1, 62))
    assert expected == analyse([str(threads)], company=["Kontaktor"])
    assert expected == analyse(read(threads), company=["Kontaktor"])
    assert expected == analyse(dicts(threads), company=["Kontaktor"])


def test_a_data_frame(threads: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(dicts(threads))
    frame["created_at"] = pandas.to_datetime(frame["created_at"])
    assert analyse(frame) == analyse(threads)


def test_a_data_frame_with_gaps() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "thread_id": [1, 1],
            "post_id": ["a", "b"],
            "author_id": ["x", None],
            "created_at": [datetime(2026, 1, 1, 12), None],  # noqa: DTZ001 - a frame without a zone
            "text": ["Why was I charged twice this month?", "I do not know."],
            "likes": [3, float("nan")],
            "note": ["left", "out"],
        }
    )
    (report,) = analyse(frame)
    assert (report.thread_id, report.posts) == ("1", 2)
    with pytest.raises(SourceError, match="lacks the columns text"):
        analyse(frame.drop(columns="text"))


def test_what_is_no_post() -> None:
    with pytest.raises(SourceError, match="item 1: expected a Post or a dict, got int"):
        analyse([{"thread_id": "1", "post_id": "1", "author_id": None, "created_at": None, "text": "x"}, 2])
    with pytest.raises(SourceError, match=r"item 0: .*text"):
        analyse([{"thread_id": "1"}])
    with pytest.raises(SourceError, match="expected posts, dicts, a path or a DataFrame, got int"):
        analyse(5)


def test_nothing_is_nothing() -> None:
    assert analyse([]) == []


def test_german_reasons(threads: Path) -> None:
    first = analyse(threads / "4711.jsonl", lang="de")[0]
    assert first.title == "Mahnung, Inkasso – und keiner antwortet"
    assert any("Person" in reason.text for reason in first.reasons)


def test_reading_says_what_it_skipped(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(
        '{broken\n{"thread_id":"1","post_id":"1","author_id":null,"created_at":null,"text":"x"}\n', "utf-8"
    )
    with pytest.warns(UserWarning, match="1 lines, messages or files were skipped"):
        assert [post.text for post in read_jsonl(path)] == ["x"]
    with pytest.warns(UserWarning, match="skipped"):
        analyse(path)
    problems = Problems()
    assert all(isinstance(post, Post) for post in read(path, problems=problems))
    assert problems.total == 1


def test_importing_is_cheap_and_analysing_needs_no_framework(threads: Path) -> None:
    program = f"""
import sys
import kulanz
assert not {{"numpy", "msgspec", "click"}} & set(sys.modules), "import kulanz must be cheap"
reports = kulanz.analyse({str(threads)!r})
assert reports[0].rank == 1
assert not {{"django", "pandas", "sklearn", "pyarrow", "click"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own program
