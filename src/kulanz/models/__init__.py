"""The shipped models: plain arrays, stored and loaded without pickle."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.drafts.answers import AnswerModel
from kulanz.core.drafts.model import DraftModel, LinearModel
from kulanz.core.embedding import WordVectors
from kulanz.core.examination import Models
from kulanz.core.features import GramWeights
from kulanz.core.prefixes import PrefixModel
from kulanz.core.signals import SignalHead

__all__ = [
    "ModelError",
    "load",
    "load_drafts",
    "load_drafts_from",
    "load_folder",
    "load_words",
    "save_drafts",
    "save_forecast",
    "save_signals",
    "save_threads",
    "save_words",
]

WORDS: Final = "words.npz"
SIGNALS: Final = "signals.npz"
THREADS: Final = "threads.npz"
FORECAST: Final = "forecast.npz"
DRAFTS: Final = "drafts.npz"
_LEVELS: Final = 127
_LINEAR: Final = ("mean", "scale", "weights", "bias")


class ModelError(Exception):
    """A model file is missing or not what Kulanz wrote."""


@cache
def load() -> Models:
    """The models that come with this version."""
    with as_file(files(__name__)) as folder:
        return load_folder(folder)


def load_folder(folder: Path) -> Models:
    """Models from a folder, such as ``kulanz train`` writes."""
    return Models(
        vectors=load_words(folder),
        grams=_load_grams(_read(folder / SIGNALS)),
        head=_load_head(_read(folder / SIGNALS)),
        threads=_load_prefixes(_read(folder / THREADS)),
        forecast=_load_prefixes(_read(folder / FORECAST)),
    )


@cache
def load_drafts() -> DraftModel:
    """The models of the draft check that come with this version."""
    with as_file(files(__name__)) as folder:
        return load_drafts_from(folder)


def load_drafts_from(folder: Path) -> DraftModel:
    """The models of the draft check from a folder."""
    stored = _read(folder / DRAFTS)
    return DraftModel(
        passages=_load_linear(stored, "passages"),
        turns=_restore(stored, "turns"),
        whole=_load_linear(stored, "whole"),
        answers=AnswerModel(stored["answers_weights"], float(stored["answers_bias"])),
    )


def load_words(folder: Path) -> WordVectors:
    """Only the word vectors: training starts from them."""
    stored = _read(folder / WORDS)
    english, german = _unjoin(stored["english"]), _unjoin(stored["german"])
    return WordVectors(
        vectors=_restore(stored, "vectors"),
        english={word: row for row, word in enumerate(english)},
        german={word: row for row, word in enumerate(german, len(english))},
    )


def save_words(vectors: WordVectors, folder: Path) -> None:
    """Store word vectors as bytes with one scale a dimension."""
    _write(
        folder / WORDS,
        **_pack("vectors", vectors.vectors),
        english=_join(vectors.english),
        german=_join(vectors.german),
    )


def save_signals(grams: GramWeights, head: SignalHead, folder: Path) -> None:
    """Store the n-gram weights as bytes and the head as it is."""
    _write(
        folder / SIGNALS,
        **_pack("tokens", grams.tokens),
        **_pack("pairs", grams.pairs),
        gram_bias=grams.bias,
        mean=head.mean,
        scale=head.scale,
        weights=head.weights,
        bias=head.bias,
    )


def save_threads(model: PrefixModel, folder: Path) -> None:
    """Store the thread model."""
    _write(folder / THREADS, **_prefixes(model))


def save_forecast(model: PrefixModel, folder: Path) -> None:
    """Store the forecast."""
    _write(folder / FORECAST, **_prefixes(model))


def save_drafts(model: DraftModel, folder: Path) -> None:
    """Store the models of the draft check."""
    _write(
        folder / DRAFTS,
        **_linear(model.passages, "passages"),
        **_pack("turns", model.turns),
        **_linear(model.whole, "whole"),
        answers_weights=model.answers.weights,
        answers_bias=np.array(model.answers.bias, np.float32),
    )


def _linear(model: LinearModel, name: str) -> dict[str, NDArray[Any]]:
    return {f"{name}_{part}": getattr(model, part) for part in _LINEAR}


def _load_linear(stored: dict[str, NDArray[Any]], name: str) -> LinearModel:
    return LinearModel(**{part: stored[f"{name}_{part}"] for part in _LINEAR})


def _prefixes(model: PrefixModel) -> dict[str, NDArray[Any]]:
    return {"mean": model.mean, "scale": model.scale, "weights": model.weights, "bias": model.bias}


def _load_grams(stored: dict[str, NDArray[Any]]) -> GramWeights:
    return GramWeights(_restore(stored, "tokens"), _restore(stored, "pairs"), stored["gram_bias"])


def _load_head(stored: dict[str, NDArray[Any]]) -> SignalHead:
    return SignalHead(stored["mean"], stored["scale"], stored["weights"], stored["bias"])


def _load_prefixes(stored: dict[str, NDArray[Any]]) -> PrefixModel:
    return PrefixModel(stored["mean"], stored["scale"], stored["weights"], stored["bias"])


def _pack(name: str, values: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    scale = np.maximum(np.abs(values).max(axis=0), 1e-9) / _LEVELS
    return {name: np.rint(values / scale).astype(np.int8), name + "_scale": scale.astype(np.float32)}


def _restore(stored: dict[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    restored: NDArray[np.float32] = stored[name].astype(np.float32) * stored[name + "_scale"]
    return restored


def _join(words: dict[str, int]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _unjoin(stored: NDArray[Any]) -> list[str]:
    return stored.tobytes().decode().split("\n")


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except FileNotFoundError as error:
        raise ModelError(f"{path}: expected a model file, found none; make it with 'kulanz train'") from error
    except (ValueError, OSError, KeyError) as error:
        raise ModelError(
            f"{path}: not a model file of Kulanz ({error}); make it with 'kulanz train'"
        ) from error


def _write(path: Path, **arrays: NDArray[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **arrays)
