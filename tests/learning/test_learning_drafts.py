"""What the draft check learns from, and that the shipped models are what the files give."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kulanz import models

drafts = pytest.importorskip("kulanz.learning.drafts")


def test_the_shipped_models_are_those_of_the_files(root: Path) -> None:
    loaded = models.load()
    folder = root / "training/drafts"
    read = [one for name in ("train", "train-2") for one in drafts.read_drafts(folder / f"{name}.jsonl")]
    texts = [
        one for name in ("passages", "passages-2") for one in drafts.read_texts(folder / f"{name}.jsonl")
    ]
    fitted = drafts.fit_drafts(drafts.read_all(loaded, read), drafts.rows_of_texts(loaded, texts))
    shipped = models.load_drafts()
    # a threshold lies between two scores, so that their last digits may move it from one place to the next
    for name in ("passages", "whole"):
        for part in ("mean", "scale", "weights", "bias"):
            mine, stored = getattr(getattr(fitted, name), part), getattr(getattr(shipped, name), part)
            assert np.allclose(mine, stored, atol=0.02), (name, part)
    assert np.allclose(fitted.turns, shipped.turns, atol=0.01)
    assert np.allclose(fitted.answers.weights, shipped.answers.weights, atol=0.01)


def test_a_threshold_is_where_the_f_measure_is_best() -> None:
    scores = np.linspace(-4, 4, 200)
    assert drafts._threshold((scores > 1).astype(np.float32), scores, 0.5) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"labels": {"present": ["kind"], "passages": []}}, "unknown codes"),
        ({"labels": {"present": [], "passages": [{"code": "blames", "text": "no"}]}}, "does not stand"),
        ({"draft": 3}, "expected a labelled text"),
    ],
)
def test_wrong_labels_are_told(change: dict[str, object], said: str, root: Path, tmp_path: Path) -> None:
    line = (root / "training/drafts/train.jsonl").read_text("utf-8").splitlines()[0]
    path = tmp_path / "drafts.jsonl"
    path.write_text(json.dumps(json.loads(line) | change), "utf-8")
    with pytest.raises(ValueError, match=said):
        drafts.read_drafts(path)


def test_a_passage_with_an_unknown_finding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "passages.jsonl"
    path.write_text('{"lang": "de", "codes": ["rude"], "text": "Nein."}', "utf-8")
    with pytest.raises(ValueError, match="unknown codes"):
        drafts.read_texts(path)
