from __future__ import annotations

import numpy as np
import pytest

from kulanz import models
from kulanz.core.prefixes import CLIP as PREFIX_CLIP
from kulanz.core.products import standard_product
from kulanz.core.signals import CLIP as HEAD_CLIP


@pytest.mark.parametrize("name", ["head", "threads", "forecast"])
def test_a_row_has_the_same_bits_whatever_stands_beside_it(name: str) -> None:
    model = getattr(models.load(), name)
    clip = HEAD_CLIP if name == "head" else PREFIX_CLIP
    random = np.random.default_rng(20260301)
    spread = random.standard_normal((700, len(model.mean))).astype(np.float32)
    inputs = spread * model.scale * 3 + model.mean

    def product(rows: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[bytes]:
        return [row.tobytes() for row in standard_product(rows, model.mean, model.scale, clip, model.weights)]

    whole = product(inputs)
    plain = np.clip((inputs - model.mean) / model.scale, -clip, clip) @ model.weights
    assert np.abs(np.frombuffer(b"".join(whole), np.float32).reshape(plain.shape) - plain).max() < 1e-4
    for _ in range(20):
        rows = random.choice(len(inputs), random.integers(1, 400), replace=False)
        assert product(inputs[rows]) == [whole[row] for row in rows.tolist()]


def test_large_weights_stay_exact() -> None:
    weights = np.array([[1e6, 1e-3], [-1e6, 1e-3], [1.0, 1.0]], np.float32)
    inputs = np.array([[8.0, 8.0, 1.0]], np.float32)
    mean, scale = np.zeros(3, np.float32), np.ones(3, np.float32)
    np.testing.assert_allclose(standard_product(inputs, mean, scale, 8.0, weights), [[1.0, 1.016]], rtol=1e-4)
