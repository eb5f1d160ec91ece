"""``kulanz scan``: table, files, page, and the span of time."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from running import Run, Start

THREADS = "sample/threads"
FIXED = ["thread_id", "rank", "score", "stage", "onset_post", "affected", "reasons", "signals"]


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_lines_are_those_of_the_contract(run: Run, workplace: Path) -> None:
    result = run("scan", THREADS, "--company", "Kontaktor", "--output", "threads.jsonl")
    assert result.exit_code == 0
    written = lines(workplace / "threads.jsonl")
    assert [line["rank"] for line in written] == list(range(1, len(written) + 1))
    assert all(list(line)[: len(FIXED)] == FIXED for line in written)
    scores = [line["score"] for line in written]
    assert scores == sorted(scores, reverse=True)


def test_the_case_is_among_the_first(run: Run, workplace: Path) -> None:
    run("scan", THREADS, "--company", "Kontaktor", "--output", "threads.jsonl")
    first = lines(workplace / "threads.jsonl")[:10]
    assert "4711" in [line["thread_id"] for line in first]


def test_the_order_of_input_changes_nothing(run: Run, workplace: Path) -> None:
    posts = sorted(
        line for file in Path(THREADS).glob("*.jsonl") for line in file.read_text("utf-8").splitlines()
    )
    (workplace / "backwards.jsonl").write_text("\n".join(reversed(posts)), "utf-8")
    run("scan", THREADS, "--output", "one.jsonl")
    run("scan", "backwards.jsonl", "--output", "other.jsonl")
    assert Path("one.jsonl").read_bytes() == Path("other.jsonl").read_bytes()


def test_workers_change_nothing(start: Start, workplace: Path) -> None:
    start("scan", THREADS, "--output", "one.jsonl")
    start("scan", THREADS, "--output", "two.jsonl", "--workers", "2")
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()


def test_lines_on_standard_output_come_without_the_table(run: Run) -> None:
    result = run("scan", f"{THREADS}/4711.jsonl", "--output", "-")
    assert json.loads(result.stdout)["thread_id"] == "4711"


def test_parquet_has_the_columns_of_the_lines(run: Run, workplace: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    run("scan", THREADS, "--output", "threads.parquet")
    run("scan", THREADS, "--output", "threads.jsonl")
    rows = parquet.read_table(workplace / "threads.parquet").to_pylist()
    expected = lines(workplace / "threads.jsonl")
    assert [row["thread_id"] for row in rows] == [line["thread_id"] for line in expected]
    assert rows[0]["reasons"] == expected[0]["reasons"]
    assert {name: rows[0]["signals"][name] for name in expected[0]["signals"]} == expected[0]["signals"]


def test_nothing_later_than_as_of_is_used(run: Run, workplace: Path) -> None:
    result = run("scan", THREADS, "--as-of", "2026-06-11T20:00:00Z", "--output", "then.jsonl")
    assert "left out: later than --as-of" in result.stderr
    (case,) = [line for line in lines(workplace / "then.jsonl") if line["thread_id"] == "4711"]
    assert case["last_at"] <= "2026-06-11T20:00:00Z"
    assert "closed_at" not in case
    assert "views" not in case


def test_since_leaves_out_what_is_over(run: Run, workplace: Path) -> None:
    run("scan", THREADS, "--since", "2026-08-01", "--output", "late.jsonl")
    assert all(line["last_at"] >= "2026-08-01" for line in lines(workplace / "late.jsonl"))


def test_the_report_is_one_page_that_asks_nobody(run: Run, workplace: Path) -> None:
    result = run("scan", THREADS, "--report", "report.html", "--top", "3", "--lang", "de")
    page = (workplace / "report.html").read_text("utf-8")
    assert (workplace / "report.html").as_uri() in result.stderr
    assert page.lower().startswith("<!doctype html>")
    assert 'lang="de"' in page
    assert not re.search(r"<(?:link|script|img|iframe)[^>]*(?:href|src)=.?(?:https?:)?//", page)


def test_piped_output_has_no_escape_sequences(start: Start) -> None:
    result = start("scan", THREADS, "--top", "3")
    assert result.returncode == 0
    assert "\x1b" not in result.stdout + result.stderr


def test_foreign_text_does_not_steer_the_terminal(run: Run, workplace: Path) -> None:
    post = json.loads((workplace / THREADS / "4711.jsonl").read_text("utf-8").splitlines()[0])
    post |= {"thread_title": "\x1b[2Jgone", "author_id": "\x1b]0;x\x07"}
    (workplace / "x.jsonl").write_text(json.dumps(post) + '\n{"thread_id": "\x1b[31m"', "utf-8")
    scanned, replayed = run("scan", "x.jsonl"), run("replay", "4711", "x.jsonl")
    assert "\x1b" not in scanned.output + replayed.output
    assert scanned.exit_code == replayed.exit_code == 3


def test_a_table_whose_times_are_not_found_says_so(run: Run, workplace: Path) -> None:
    table = "thread_id,author,text,Notiert\n1,a,Nichts geht mehr!,2026-01-02\n1,b,Bei mir auch.,2026-01-01\n"
    (workplace / "t.csv").write_text(table, "utf-8")
    assert "1 thread without a time" in run("scan", "t.csv").stderr
    assert "without a time" not in run("scan", "t.csv", "--columns", "created_at=Notiert").stderr


def test_quiet_leaves_only_the_table(run: Run) -> None:
    assert run("scan", THREADS, "--quiet").stderr == ""


def _all_shown(terminal: int) -> str:
    """What a terminal is shown until its program ends: one read gives 4 KiB at most."""
    shown = b""
    with os.fdopen(terminal, "rb", buffering=0) as reading, suppress(OSError):  # Linux ends it with EIO
        while more := reading.read(65536):
            shown += more
    return shown.decode()


def test_a_terminal_sees_a_progress_bar(workplace: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kulanz.cli", "scan", THREADS]
    environment = os.environ | {"TERM": "xterm"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as scanning:  # noqa: S603 - our own program
        os.close(theirs)
        shown = _all_shown(ours)
    assert scanning.returncode == 0
    assert "Reading" in shown
    assert "61 threads" in shown


def test_the_demo_prints_a_table_and_an_address(run: Run, workplace: Path) -> None:
    result = run("demo", "--no-desk")
    assert result.exit_code == 0
    assert (workplace / "kulanz-demo" / "report.html").as_uri() in result.stdout
    assert "Mahnung, Inkasso" in result.stdout


def test_a_thread_too_long_is_told_everywhere(
    run: Run, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("kulanz.batch.long_threads.MOST_POSTS", 50)
    result = run("scan", f"{THREADS}/4711.jsonl", "--output", "long.parquet", "--report", "long.html")
    assert "1 thread too long to be read whole: the opening and the last posts were analysed" in result.stderr
    (row,) = parquet.read_table(workplace / "long.parquet").to_pylist()
    assert (row["posts"], row["analysed_posts"]) == (121, 50)
    page = (workplace / "long.html").read_text("utf-8")
    assert "Analysed: opening and last posts" in page


def test_memory_is_bounded_and_a_killed_scan_goes_on(
    run: Run, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("scan", THREADS, "--memory", "1G", "--resume", "kept", "--output", "one.jsonl")
    with monkeypatch.context() as patched:
        patched.setattr("kulanz.pages.print_table", lambda *_, **__: 1 / 0)
        assert run(*command).exit_code == 1
    done = run(*command)
    assert re.search(r"went on from kept: (\d+) of \1 parts were done", done.stderr)
    run("scan", THREADS, "--output", "other.jsonl")
    assert Path("one.jsonl").read_bytes() == Path("other.jsonl").read_bytes()
    assert not list((workplace / "kept").iterdir())


def test_shares_that_cannot_be_are_refused(run: Run) -> None:
    few = run("scan", THREADS, "--memory", "64M", "--workers", "2")
    assert (few.exit_code, "for 2 workers, got 64 MiB: give more, or use fewer workers" in few.stderr) == (
        2,
        True,
    )
    both = run("scan", THREADS, "--temp-dir", ".", "--resume", "kept")
    assert (both.exit_code, "--temp-dir does not go with --resume" in both.stderr) == (2, True)
    none = run("scan", THREADS, "--memory", "much")
    assert (none.exit_code, "expected a size such as 512, 512M or 2G" in none.stderr) == (2, True)
