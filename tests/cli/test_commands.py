"""posts, forecast, replay and convert."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run

from kulanz.core.labels import LABELS
from kulanz.core.report import STAGES
from kulanz.sources import read

CASE = "sample/threads/4711.jsonl"


def rows(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_posts_have_nineteen_signals_each(run: Run) -> None:
    found = rows(run("posts", CASE).stdout)
    assert len(found) == 121
    scored = [line for line in found if "scored" not in line]
    assert scored
    for line in scored:
        assert list(line) == ["thread_id", "post_id", "lang", "signals"]
        assert tuple(line["signals"]) == LABELS
        assert all(0 <= value <= 1 for value in line["signals"].values())


def test_other_languages_are_not_guessed(run: Run, workplace: Path) -> None:
    text = (
        "Bonjour à tous, je ne comprends pas pourquoi on m'a facturé deux fois ce mois-ci. C'est une honte."
    )
    post = {"thread_id": "1", "post_id": "1", "author_id": "a", "created_at": None, "text": text}
    (workplace / "french.jsonl").write_text(json.dumps(post), "utf-8")
    (line,) = rows(run("posts", "french.jsonl").stdout)
    assert (line["lang"], line["signals"], line["scored"]) == ("other", {}, False)
    (line,) = rows(run("forecast", "french.jsonl").stdout)
    assert (line["belief"], line["scored"]) == (0, False)


def test_signals_as_parquet(run: Run, workplace: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    run("posts", CASE, "--output", "posts.parquet")
    table = parquet.read_table(workplace / "posts.parquet").to_pylist()
    assert tuple(table[0]["signals"]) == LABELS


def test_beliefs_rest_on_earlier_posts_only(run: Run) -> None:
    whole = rows(run("forecast", CASE).stdout)
    then = rows(run("forecast", CASE, "--as-of", "2026-06-11T20:00:00Z").stdout)
    assert 0 < len(then) < len(whole) == 121
    assert whole[: len(then)] == then
    assert list(whole[0]) == ["thread_id", "post_id", "belief"]


def test_a_replay_has_a_step_a_post(run: Run, workplace: Path) -> None:
    result = run("replay", "4711", "sample/threads", "--company", "Kontaktor", "--output", "steps.jsonl")
    assert result.exit_code == 0
    steps = rows((workplace / "steps.jsonl").read_text("utf-8"))
    assert len(steps) == 121
    assert {step["stage"] for step in steps} <= set(STAGES)
    fired = [code for step in steps for code in step["fired"]]
    assert len(fired) == len(set(fired))
    assert "seen" not in fired, "nobody knows when views came"


def test_a_replay_of_the_beginning_is_the_beginning_of_the_replay(run: Run, workplace: Path) -> None:
    run("replay", "4711", CASE, "--output", "whole.jsonl")
    run("replay", "4711", CASE, "--as-of", "2026-06-10T20:00:00Z", "--output", "then.jsonl")
    whole, then = (rows((workplace / name).read_text("utf-8")) for name in ("whole.jsonl", "then.jsonl"))
    for name in ("score", "belief", "stage", "verdict"):
        assert [step[name] for step in then] == [step[name] for step in whole[: len(then)]]


def test_the_replay_says_when_the_alert_came(run: Run) -> None:
    result = run("replay", "4326", "sample/threads", "--company", "Kontaktor")
    assert "ALERT" in result.stdout
    assert "An alert would have come after post" in result.stdout


def test_a_replay_of_no_thread(run: Run) -> None:
    result = run("replay", "0815", "sample/threads")
    assert result.exit_code == 2
    assert "no thread '0815' among 629 posts" in result.stderr


@pytest.mark.parametrize("target", ["all.jsonl", "all.parquet", "corpus"])
def test_what_is_converted_reads_back(run: Run, target: str) -> None:
    if target.endswith("parquet"):
        pytest.importorskip("pyarrow")
    assert run("convert", "sample/threads", target).exit_code == 0
    assert list(read(target)) == list(read("sample/threads"))


def test_unknown_fields_are_kept(run: Run, workplace: Path) -> None:
    post = {"thread_id": "1", "post_id": "1", "author_id": None, "created_at": None, "text": "x", "ticket": 7}
    (workplace / "in.jsonl").write_text(json.dumps(post), "utf-8")
    run("convert", "in.jsonl", "out.jsonl")
    assert rows((workplace / "out.jsonl").read_text("utf-8"))[0]["ticket"] == 7


@pytest.mark.parametrize("target", ["out.csv", "nowhere/out.jsonl"])
def test_a_target_that_cannot_be_written_is_refused_before_the_work(run: Run, target: str) -> None:
    result = run("convert", "sample/threads", target)
    assert result.exit_code == 2
    assert "expected a target" in result.stderr or "make it first" in result.stderr


def test_a_table_with_columns(run: Run, workplace: Path) -> None:
    (workplace / "t.csv").write_bytes(
        "Vorgang;Inhalt\n1;Schon wieder eine Mahnung, das ist eine Frechheit für Sie\n".encode("cp1252")
    )
    result = run("posts", "t.csv", "--columns", "thread_id=Vorgang,text=Inhalt", "--encoding", "cp1252")
    assert rows(result.stdout)[0]["lang"] == "de"
    refused = run("posts", "t.csv", "--columns", "thread_id")
    assert refused.exit_code == 2
    assert "FIELD=COLUMN" in refused.stderr
