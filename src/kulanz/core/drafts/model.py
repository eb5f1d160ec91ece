"""The learnt part: small logistic regressions on what single passages and whole drafts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kulanz.core.drafts.answers import AnswerModel, unit
from kulanz.core.drafts.cues import COLUMNS, CUED, SHAPE, cue_columns
from kulanz.core.drafts.draft import BAD, GOOD
from kulanz.core.drafts.pieces import Piece
from kulanz.core.drafts.turns import turn_counts
from kulanz.core.features import HEAT, Floats, Vectorizer
from kulanz.core.labels import LABELS
from kulanz.core.language import Language
from kulanz.core.signals import SignalHead, head_inputs, probabilities

LEARNT_BAD: Final = tuple(code for code in BAD if code != "personal_data")
LEARNT_GOOD: Final = tuple(code for code in GOOD if code != "answers")
CLIP: Final = 6.0
CUES: Final = COLUMNS + len(SHAPE)


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Logistic regressions, one column a code; the bias is shifted so that .5 means yes."""

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats

    def odds(self, inputs: Floats) -> Floats:
        """(rows x codes), log odds."""
        standard: Floats = np.clip((inputs - self.mean) / self.scale, -CLIP, CLIP)
        found: Floats = standard @ self.weights + self.bias
        return found

    def probabilities(self, inputs: Floats) -> Floats:
        """(rows x codes), each 0..1."""
        return probabilities(self.odds(inputs))


@dataclass(frozen=True, slots=True)
class DraftModel:
    """Three models: LEARNT_BAD in passages, LEARNT_GOOD in whole drafts, and what answers a question.

    ``turns`` are the weights of n-grams beside the columns that ``passages`` reads.
    """

    passages: LinearModel
    turns: Floats
    whole: LinearModel
    answers: AnswerModel

    def bad(self, passages: Passages) -> Floats:
        """(pieces x LEARNT_BAD), each 0..1."""
        turns: Floats = passages.turns @ self.turns
        return probabilities(self.passages.odds(passages.inputs) + turns)


@dataclass(frozen=True, slots=True)
class Passages:
    """A draft in pieces with all that the models read; one row a piece.

    ``inputs`` are cues and shape, log odds of the signals by head and by n-grams, HEAT, and the mean
    word vector; ``unit`` the same vector at length one, ``heat`` HEAT as log odds, ``turns`` n-grams.
    """

    pieces: Sequence[Piece]
    inputs: Floats
    unit: Floats
    heat: Floats
    turns: Any

    @property
    def cues(self) -> Floats:
        """(pieces x CUED): a clear turn of phrase counts 2, a hint 1."""
        found: Floats = 2 * self.inputs[:, : len(CUED)] + self.inputs[:, len(CUED) : 2 * len(CUED)]
        return found

    def strongest(self, code: str) -> tuple[int | None, int | None]:
        """Return the first piece with a turn of phrase for a finding; (None, None) where none has one."""
        if code not in CUED or not self.cues[:, CUED.index(code)].any():
            return None, None
        piece = self.pieces[int(self.cues[:, CUED.index(code)].argmax())]
        return piece.start, piece.end

    def whole(self) -> Floats:
        """One row for the draft: strongest cues and signals, mean signals and words, length."""
        words = sum(len(piece.text.split()) for piece in self.pieces)
        signals = self.inputs[:, CUES : CUES + len(LABELS)]
        tail = np.array([len(self.pieces), words], np.float32)
        parts = [self.inputs[:, :CUES].max(0), signals.max(0), self.inputs[:, CUES:].mean(0), np.log1p(tail)]
        return np.concatenate(parts).astype(np.float32)


class PassageReader:
    """Reads drafts piece by piece with the vectorizer and the signal head."""

    def __init__(self, vectorizer: Vectorizer, head: SignalHead) -> None:
        self._vectorizer = vectorizer
        self._head = head

    def read(self, found: Sequence[Piece], lang: Language, customer: str, names: Sequence[str]) -> Passages:
        """Read the pieces of a draft that answers a customer's text; ``names`` are the customer's."""
        count = len(found)
        features = self._vectorizer.transform([*(piece.text for piece in found), customer], lang)
        context = np.full(count, count if customer else -1)
        codes = [lang] * count
        signals = self._head.logits(head_inputs(features, context, np.ones(count, np.bool_), codes))
        parts = [
            cue_columns(found, lang, names),
            np.clip(signals, -CLIP, CLIP),
            np.clip(features.grams[:count], -CLIP, CLIP),
            features.heat[:count],
            features.vector[:count],
        ]
        return Passages(
            pieces=found,
            inputs=np.hstack(parts),
            unit=unit(features.vector[:count]),
            heat=features.heat[:count],
            turns=turn_counts([piece.text for piece in found]),
        )

    def vectors(self, texts: Sequence[str], lang: Language) -> Floats:
        """Mean word vectors of length one."""
        return unit(self._vectorizer.transform(texts, lang).vector)


def heat_of(logits: Floats) -> float | None:
    """How uncivil a text reads, 0..1: the mean of HEAT; None where the model has none."""
    if logits.shape[-1] != len(HEAT):
        return None
    return round(float(probabilities(logits).mean()), 4)
