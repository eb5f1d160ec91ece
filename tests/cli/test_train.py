"""``kulanz train``: models from files, and scans with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run

from talked import heat, write_lines

pytest.importorskip("sklearn")
CASE = "sample/threads/4711.jsonl"


def test_trained_models_are_used(run: Run, workplace: Path, quick_training: None) -> None:
    (workplace / "labelled.jsonl").write_text('{"text": "Thank you!", "labels": ["thanks"]}', "utf-8")
    result = run("train", "signals", "labelled.jsonl", "--models", "mine")
    assert result.exit_code == 0, result.output
    shipped, mine = (run("posts", CASE, *given).stdout.splitlines() for given in ((), ("--models", "mine")))
    for line, other in zip(shipped, mine, strict=True):
        before, after = (json.loads(each)["signals"] for each in (line, other))
        assert all(after[label] <= before[label] for label in after)
    assert mine != shipped


def test_thread_models_see_levels_and_derailments(run: Run, workplace: Path) -> None:
    """Whoever derails says one word that nobody else says."""
    posts = [
        {
            "thread_id": str(talk),
            "post_id": f"{talk}-{i}",
            "author_id": "ab"[i % 2],
            "created_at": None,
            "text": text,
        }
        for talk in range(20)
        for i, text in enumerate(
            ("Why was I charged?", "You are liars and crooks!" if talk % 2 else "Thank you.")
        )
    ]
    talks = [{"thread_id": str(talk), "derailed": talk % 2} for talk in range(20)]
    levels = [{"thread_id": str(talk), "level": 2 * (talk % 2)} for talk in range(20)]
    files = {"t.jsonl": posts, "t.labels.jsonl": talks, "levels.jsonl": levels, "heat.jsonl": heat()}
    for name, rows in files.items():
        write_lines(workplace / name, rows)
    threads = ("--threads", "t.jsonl", "--labels", "levels.jsonl", "--natural", "sample/threads")
    assert run("train", "threads", *threads, "--models", "mine").exit_code == 0
    talked = ("--talks", "t.jsonl", "--heat", "heat.jsonl")
    assert run("train", "forecast", *talked, "--models", "mine").exit_code == 0
    lines = map(json.loads, run("scan", "t.jsonl", "--models", "mine", "--output", "-").stdout.splitlines())
    assert {int(line["thread_id"]) % 2 for line in list(lines)[:10]} == {1}
    beliefs = map(json.loads, run("forecast", "t.jsonl", "--models", "mine").stdout.splitlines())
    last = {int(line["thread_id"]): line["belief"] for line in beliefs}
    assert min(last[talk] for talk in range(1, 20, 2)) > max(last[talk] for talk in range(0, 20, 2))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "Thank you!"}', "labelled.jsonl:1: expected text and labels, got no labels"),
        (
            '{"text": "x", "labels": ["joy"]}',
            "labelled.jsonl:1: expected text and labels, got unknown labels",
        ),
    ],
)
def test_a_broken_example_says_what_is_missing(line: str, said: str, run: Run, workplace: Path) -> None:
    (workplace / "labelled.jsonl").write_text(line, "utf-8")
    result = run("train", "signals", "labelled.jsonl", "--models", "mine")
    assert result.exit_code == 1
    assert said in result.stderr
    assert not [path for path in workplace.iterdir() if "mine" in path.name]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"uncivil": 1}', "got no text"),
        ('{"text": "x", "uncivil": "very"}', "got could not convert string to float: 'very'"),
    ],
)
def test_broken_heat_says_what_is_missing(line: str, said: str, run: Run, workplace: Path) -> None:
    (workplace / "heat.jsonl").write_text(line, "utf-8")
    result = run("train", "forecast", "--talks", CASE, "--heat", "heat.jsonl", "--models", "mine")
    assert result.exit_code == 1
    assert f"heat.jsonl:1: expected text and any of uncivil, impolite, offensive, {said}" in result.stderr


def test_a_folder_without_models(run: Run, workplace: Path) -> None:
    (workplace / "empty").mkdir()
    result = run("scan", "sample/threads", "--models", "empty")
    assert result.exit_code == 1
    assert "kulanz train" in result.stderr
