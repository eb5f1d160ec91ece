"""``kulanz check-reply``: a draft beside its thread."""

from __future__ import annotations

import json
from pathlib import Path

from running import Run, Start

THREAD = "sample/threads/4711.jsonl"
GOOD = "sample/drafts/4711-good.txt"
BAD = "sample/drafts/4711-bad.txt"
FIRST = ("--as-of", "2026-06-10")


def test_a_good_answer_may_be_sent(run: Run) -> None:
    result = run("check-reply", THREAD, GOOD, *FIRST, "--quiet")
    assert result.exit_code == 0
    assert "good" in result.output
    assert "says by when" in result.output
    assert "This is the first public answer." in result.output
    assert "BLOCKS" not in result.output


def test_personal_data_is_in_the_way_in_public_only(run: Run) -> None:
    assert run("check-reply", THREAD, BAD, *FIRST).exit_code == 1
    assert "SPERRT" in run("check-reply", THREAD, BAD, *FIRST, "--lang", "de").output
    private = run("check-reply", THREAD, BAD, *FIRST, "--private")
    assert private.exit_code == 0
    assert "BLOCKS" not in private.output


def test_a_hardened_thread_needs_a_second_person(run: Run) -> None:
    assert run("check-reply", THREAD, GOOD).exit_code == 1
    assert run("check-reply", THREAD, GOOD, "--approved").exit_code == 0


def test_json_holds_passages_of_the_draft(run: Run) -> None:
    text = Path(BAD).read_text("utf-8")
    report = json.loads(run("check-reply", THREAD, BAD, *FIRST, "--json", "--quiet").stdout)
    places = {one["code"]: text[one["start"] : one["end"]] for one in report["findings"] if one.get("start")}
    assert places["personal_data"] == "DE89 3704 0044 0532 0130 00"
    assert "§ 7 AGB" in places["quotes_terms"]
    assert places["sends_away"] == "Bitte wenden Sie sich an den Support."
    assert report["position"]["code"] == "first"


def test_a_draft_or_a_thread_from_standard_input(run: Run) -> None:
    draft = run("check-reply", THREAD, "-", "--approved", input=Path(GOOD).read_bytes())
    thread = run("check-reply", "-", GOOD, "--approved", input=Path(THREAD).read_bytes())
    assert (draft.exit_code, thread.exit_code) == (0, 0)
    assert draft.stdout == thread.stdout
    assert "got both" in run("check-reply", "-", "-").output


def test_what_its_writer_may_grant(run: Run) -> None:
    granted = b"Guten Tag Herr Petersen, ich schreibe Ihnen heute 80 Euro gut."
    for most, expected in (("50 EUR", ["more than the 50 EUR that you may grant yourself"]), ("90 EUR", [])):
        result = run("check-reply", THREAD, "-", *FIRST, "--may-grant", most, "--json", input=granted)
        findings = json.loads(result.stdout)["findings"]
        told = [one["detail"] for one in findings if one["code"] == "overpromises" and one["detail"]]
        assert told == expected


def test_what_cannot_be_read_says_what_to_do(start: Start, workplace: Path) -> None:
    (workplace / "latin.txt").write_bytes("Grüße".encode("latin-1"))
    (workplace / "empty.txt").write_text(" \n", "utf-8")
    (workplace / "long.txt").write_text("ab " * 40_000, "utf-8")
    for name, said in (
        ("latin.txt", "save it as UTF-8"),
        ("empty.txt", "write something first"),
        ("long.txt", "is this a draft?"),
        ("none.txt", "name a text file"),
    ):
        result = start("check-reply", THREAD, name)
        assert (result.returncode, said in result.stderr) == (2, True), result.stderr
    for wrong, said in (
        (("sample/threads", GOOD), "expected the posts of one thread"),
        ((THREAD, GOOD, "--reply-to", "0"), "name one of its post_ids"),
        ((THREAD, GOOD, "--may-grant", "much"), "such as 50 EUR"),
        (("nowhere.jsonl", GOOD), "nowhere.jsonl"),
    ):
        result = start("check-reply", *wrong)
        assert (result.returncode, said in " ".join(result.stderr.split())) == (2, True), result.stderr
