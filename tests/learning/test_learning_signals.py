"""What the signals learn from: thresholds and n-grams."""

from __future__ import annotations

import numpy as np
import pytest

signals = pytest.importorskip("kulanz.learning.signals")


def test_a_threshold_is_where_yes_and_no_part() -> None:
    scores = np.linspace(-4, 4, 200)
    limit = signals.best_threshold((scores > 1).astype(np.float32), scores)
    assert limit == pytest.approx(1, abs=0.2)


def test_grams_read_what_they_learnt_from() -> None:
    texts = ["the invoice is wrong again"] * 6 + ["thank you for the quick help"] * 6
    counts = signals.text_counts(texts)
    wanted = np.array([[1.0]] * 6 + [[0.0]] * 6, np.float32)
    logits = signals.gram_logits(counts, signals.fit_grams(counts, wanted, signals.Settings()))
    assert ((logits > 0) == (wanted > 0)).all()
