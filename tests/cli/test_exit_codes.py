"""How commands end, and what they say of what they skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from running import Run, Start

import kulanz.batch

GOOD = {
    "thread_id": "1",
    "post_id": "1",
    "author_id": "a",
    "created_at": None,
    "text": "Why was I charged twice?",
}


@pytest.fixture
def broken(workplace: Path) -> Path:
    """A file with a good line and twelve broken ones."""
    path = workplace / "broken.jsonl"
    path.write_text("\n".join([json.dumps(GOOD), *["{broken"] * 12]), "utf-8")
    return path


@pytest.mark.parametrize("command", ["scan", "posts", "forecast"])
def test_something_skipped(command: str, broken: Path, start: Start) -> None:
    result = start(command, broken.name)
    assert result.returncode == 3
    assert result.stdout
    assert "skipped: broken.jsonl:2: " in result.stderr
    assert result.stderr.count("skipped: broken.jsonl:") == 10
    assert "and 2 more" in result.stderr
    assert "skipped: 12 in 1 file" in result.stderr


def test_results_are_complete_although_something_was_skipped(broken: Path, run: Run) -> None:
    assert run("scan", broken.name, "--output", "threads.jsonl", "--report", "r.html").exit_code == 3
    assert json.loads(Path("threads.jsonl").read_text("utf-8"))["thread_id"] == "1"
    assert "broken.jsonl:2" in Path("r.html").read_text("utf-8")


@pytest.mark.parametrize("command", ["scan", "posts", "forecast", "convert", "replay"])
def test_lenient(command: str, broken: Path, run: Run) -> None:
    before = ["1"] if command == "replay" else []
    after = ["out.jsonl"] if command == "convert" else []
    strict = run(command, *before, broken.name, *after)
    lenient = run(command, *before, broken.name, *after, "--lenient")
    assert (strict.exit_code, lenient.exit_code) == (3, 0)
    assert "skipped: 12 in 1 file" in lenient.stderr


def test_all_is_well(start: Start) -> None:
    result = start("scan", "sample/threads", "--top", "1")
    assert result.returncode == 0
    assert "skipped" not in result.stderr


def test_nothing_readable(start: Start, workplace: Path) -> None:
    (workplace / "empty.jsonl").write_text("{broken\n", "utf-8")
    for path in ("nowhere.jsonl", "empty.jsonl"):
        result = start("scan", path, "--output", "out.jsonl")
        assert result.returncode == 2
        assert "found none" in result.stderr
        assert not (workplace / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["scan"], "Missing argument"),
        (["scan", "x", "--output", "out.csv"], "ends in .jsonl or .parquet"),
        (["scan", "x", "--output", "nowhere/out.jsonl"], "make it first"),
        (["scan", "x", "--as-of", "yesterday"], "expected a time such as"),
        (["scan", "x", "--format", "word"], "expected one of parquet, jsonl"),
        (["scan", "x", "--workers", "0"], "--workers"),
        (["nothing"], "No such command"),
        (["evaluate", "posts", "--labels", "sample/labels/posts.jsonl"], "expected PATH... or --against"),
    ],
)
def test_wrong_usage(args: list[str], said: str, run: Run) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_error_of_its_own(run: Run, workplace: Path) -> None:
    (workplace / "labels.jsonl").write_text('{"thread_id": "1", "level": 9}', "utf-8")
    result = run("evaluate", "threads", "sample/threads", "--labels", "labels.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("kulanz: labels.jsonl:1: ")


def test_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(kulanz.batch, "scan", interrupted)
    result = run("scan", "sample/threads")
    assert result.exit_code == 130
    assert "interrupted" in result.stderr


def test_an_unfinished_file_takes_no_place(
    run: Run, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workplace / "out.jsonl").write_text("what was there before", "utf-8")
    (workplace / "bad.jsonl").write_text('{"thread_id": "1"', "utf-8")
    assert run("convert", "bad.jsonl", "out.jsonl").exit_code == 2
    assert (workplace / "out.jsonl").read_text("utf-8") == "what was there before"
    assert sorted(path.name for path in workplace.iterdir()) == ["bad.jsonl", "out.jsonl", "sample"]


@pytest.mark.parametrize(
    "args",
    [
        ("scan", "posts.jsonl", "--output", "posts.jsonl"),
        ("scan", "posts.jsonl", "--output", "link.jsonl"),
        ("scan", "sample", "--report", "sample/threads/report.html"),
        ("posts", "posts.jsonl", "--output", "./posts.jsonl"),
        ("forecast", "sample/threads", "--output", "sample/threads/4711.jsonl"),
        ("replay", "1", "posts.jsonl", "--output", "posts.jsonl"),
        ("convert", "posts.jsonl", "posts.jsonl"),
        ("convert", "sample", "sample/corpus"),
        ("convert", "sample/threads/4711.jsonl", "sample/threads"),
    ],
)
def test_results_take_no_place_of_an_input(args: tuple[str, ...], run: Run, workplace: Path) -> None:
    (workplace / "posts.jsonl").write_text(json.dumps(GOOD), "utf-8")
    (workplace / "link.jsonl").symlink_to("posts.jsonl")
    before = {path: path.read_bytes() for path in workplace.rglob("*") if path.is_file()}
    result = run(*args)
    assert result.exit_code == 2
    assert "apart from the input" in result.stderr
    assert {path: path.read_bytes() for path in workplace.rglob("*") if path.is_file()} == before


def test_output_and_report_are_two_files(run: Run, workplace: Path) -> None:
    (workplace / "r.html").symlink_to("out.jsonl")
    result = run("scan", "sample/threads", "--output", "out.jsonl", "--report", "r.html")
    assert result.exit_code == 2
    assert "expected two files" in result.stderr


def test_times_at_the_ends_of_the_calendar(run: Run, workplace: Path) -> None:
    ends = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    lines = [json.dumps({**GOOD, "post_id": time[:4], "created_at": time}) for time in ends]
    (workplace / "ends.jsonl").write_text("\n".join(lines), "utf-8")
    assert run("scan", "ends.jsonl", "--output", "ends.parquet", "--report", "r.html").exit_code == 0
    assert run("replay", "1", "ends.jsonl").exit_code == 0


def test_a_problem_is_told_once(run: Run) -> None:
    result = run("scan", "nope.zip")
    assert result.exit_code == 2
    assert result.stderr.count("cannot be opened: No such file or directory (check the path") == 1
