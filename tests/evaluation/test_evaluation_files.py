"""Label and result files: what is read, and what is said of a broken line."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from kulanz.evaluation.errors import LabelFileError
from kulanz.evaluation.files import (
    read_beliefs,
    read_derailment_labels,
    read_post_labels,
    read_reports,
    read_signals,
    read_thread_labels,
)


def _file(folder: Path, *rows: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def test_thread_labels_packed_with_unknown_fields_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl.xz"
    line = {"thread_id": "1", "level": 2, "topic": "billing", "onset_post": "1-3", "affected": 9}
    path.write_bytes(lzma.compress(b"\n" + json.dumps(line).encode() + b"\n\n"))
    (label,) = read_thread_labels(path)
    assert (label.level, label.onset_post, label.affected) == (2, "1-3", 9)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"thread_id": "2", "level": 4}, "<= 3"),
        ({"thread_id": "2", "level": "high"}, "Expected `int`"),
        ({"level": 1}, "missing required field `thread_id`"),
        ("not json", "malformed"),
        ("[" * 100_000, "recursion|nest|malformed|Expected"),
        ({"thread_id": "1", "level": 0}, "second line for '1'"),
    ],
)
def test_a_broken_line_is_named_with_file_line_and_remedy(tmp_path: Path, row: object, reason: str) -> None:
    path = _file(tmp_path, {"thread_id": "1", "level": 0}, row)
    with pytest.raises(LabelFileError, match=rf"rows\.jsonl:2: .*({reason})") as caught:
        read_thread_labels(path)
    assert "; " in str(caught.value)


def test_nan_of_a_data_frame_is_null(tmp_path: Path) -> None:
    path = _file(tmp_path, '{"thread_id": "1", "level": 2, "onset_post": NaN, "topic": NaN}')
    assert read_thread_labels(path)[0].onset_post is None
    with pytest.raises(LabelFileError, match="level"):
        read_thread_labels(_file(tmp_path, '{"thread_id": "1", "level": NaN}'))


def test_unknown_label_is_named(tmp_path: Path) -> None:
    path = _file(tmp_path, {"post_id": "1", "labels": ["anger", "fury"]})
    with pytest.raises(LabelFileError, match=r"unknown label 'fury'.*one|unknown label 'fury'.*complaint"):
        read_post_labels(path)


def test_post_labels_may_repeat_a_post_id_in_another_thread(tmp_path: Path) -> None:
    rows = [{"thread_id": name, "post_id": "1", "labels": ["thanks"]} for name in "ab"]
    assert len(read_post_labels(_file(tmp_path, *rows))) == 2


def test_derailment_in_all_four_words(tmp_path: Path) -> None:
    rows = [
        {"thread_id": "a", "toxic": 1, "first_toxic_post": "a-2"},
        {"thread_id": "b", "derailed": 0},
        {"thread_id": "c", "escalated": True, "split": "test"},
        {"thread_id": "d", "uncivil": 1, "locked": True, "consequences": []},
        {"thread_id": "d", "uncivil": 1, "split": "test"},
    ]
    labels = read_derailment_labels(_file(tmp_path, *rows))
    assert [label.verdict for label in labels] == [True, False, True, True]
    assert [label.follows_end for label in labels] == [False, False, True, False]


@pytest.mark.parametrize(
    "row", [{"thread_id": "b"}, {"thread_id": "a", "toxic": 0}, {"thread_id": "b", "toxic": 2}]
)
def test_derailment_without_a_clear_verdict(tmp_path: Path, row: object) -> None:
    with pytest.raises(LabelFileError, match=r"rows\.jsonl:2"):
        read_derailment_labels(_file(tmp_path, {"thread_id": "a", "toxic": 1}, row))


def test_results(tmp_path: Path) -> None:
    report = {
        "thread_id": "a", "rank": 1, "score": 0.5, "stage": "issue", "onset_post": "a-1",
        "affected": 2, "reasons": [{"code": "x", "text": "y", "posts": ["a-1"]}], "signals": {"fronts": None},
    }  # fmt: skip
    assert read_reports(_file(tmp_path, report))[0].stage == "issue"
    signals = {"thread_id": "a", "post_id": "1", "lang": "de", "signals": {"anger": 0.2}}
    assert next(read_signals(_file(tmp_path, signals))).signals == {"anger": 0.2}
    belief = {"thread_id": "a", "post_id": "1", "belief": None}
    assert next(read_beliefs(_file(tmp_path, belief))).belief is None
    with pytest.raises(LabelFileError, match="<= 1"):
        list(read_beliefs(_file(tmp_path, belief | {"belief": 1.5})))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(LabelFileError, match="check the path"):
        read_thread_labels(tmp_path / "none.jsonl")
    with pytest.raises(LabelFileError, match="is a folder"):
        read_thread_labels(tmp_path)
