"""Train the post signals: an n-gram model on free texts, then a head on numbers only.

The n-gram model carries vocabulary, so it learns from free texts alone. The head sees
log odds, frozen word vectors and counts; it may also learn from texts that stay inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold

from kulanz.core.embedding import WordVectors
from kulanz.core.features import GramWeights, Vectorizer, hashed_counts
from kulanz.core.labels import LABELS
from kulanz.core.ngrams import BUCKETS
from kulanz.core.signals import CLIP, SignalHead, head_inputs
from kulanz.learning.examples import Example, targets

Floats = NDArray[np.float32]

SEED: Final = 20260601
FOLDS: Final = 5
MIN_POSITIVE: Final = 5
MANY_POSITIVE: Final = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """Regularisation strengths and the weight of real posts against written ones."""

    gram_c: float = 10.0
    head_c: float = 0.003
    real_weight: float = 10.0


@dataclass(frozen=True, slots=True)
class SignalModels:
    """What ``train_signals`` returns."""

    grams: GramWeights
    head: SignalHead


def train_signals(
    examples: Sequence[Example], vectors: WordVectors, settings: Settings = Settings()
) -> SignalModels:
    """Train both steps; the head sees out-of-fold log odds of texts the n-grams learnt from."""
    free = [example for example in examples if example.free]
    inside = [example for example in examples if not example.free]
    counts = _counts(free)
    wanted = np.hstack([targets(free), _voices(free)])
    held_out = _out_of_fold(counts, wanted, settings)
    grams = fit_grams(counts, wanted, settings)
    inputs = example_inputs(Vectorizer(grams, vectors), free + inside)
    inputs[: len(free), : len(LABELS)] = held_out[:, : len(LABELS)]
    weights = np.array([settings.real_weight if example.real else 1.0 for example in free + inside])
    real = np.array([example.real for example in free + inside])
    head = fit_head(inputs, targets(free + inside), weights, real, settings.head_c)
    return SignalModels(grams, head)


def train_heat(texts: Sequence[str], wanted: Floats, c: float = 3.0) -> GramWeights:
    """Train the columns HEAT on free texts; ``wanted`` is (texts x HEAT), NaN where not judged.

    They are no labels: they serve the derailment forecast, appended by ``with_heat``.
    """
    return fit_grams(text_counts(texts), wanted, Settings(gram_c=c))


def heat_of(grams: GramWeights) -> GramWeights:
    """Only the columns HEAT, of which there may be none."""
    first = len(LABELS) + 1
    return GramWeights(grams.tokens[:, first:], grams.pairs[:, first:], grams.bias[first:])


def without_heat(grams: GramWeights) -> GramWeights:
    """Only the columns of ``train_signals``."""
    first = len(LABELS) + 1
    return GramWeights(grams.tokens[:, :first], grams.pairs[:, :first], grams.bias[:first])


def with_heat(grams: GramWeights, heat: GramWeights) -> GramWeights:
    """The columns of ``train_signals`` followed by those of ``train_heat``."""
    return GramWeights(
        np.hstack([grams.tokens, heat.tokens]),
        np.hstack([grams.pairs, heat.pairs]),
        np.concatenate([grams.bias, heat.bias]),
    )


def example_inputs(vectorizer: Vectorizer, examples: Sequence[Example]) -> Floats:
    """Head inputs of labelled posts and the posts they answer."""
    contexts = [example.context for example in examples if example.context]
    features = vectorizer.transform([example.text for example in examples] + contexts)
    rows = iter(range(len(examples), len(examples) + len(contexts)))
    context = np.array([next(rows) if example.context else -1 for example in examples], np.int64)
    company = np.array([example.staff for example in examples], bool)
    lang = [example.lang for example in examples]
    return head_inputs(replace(features, lang=features.lang), context, company, lang)


def fit_head(
    inputs: Floats, wanted: Floats, weights: NDArray[np.float64], real: NDArray[np.bool_], c: float
) -> SignalHead:
    """One logistic regression a label, shifted so that .5 has the best F1 on ``real`` posts."""
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    standard = np.clip((inputs - mean) / scale, -CLIP, CLIP)
    columns = [_fit_label(standard, column, weights, real, c) for column in wanted.T]
    return SignalHead(
        mean=mean,
        scale=scale,
        weights=np.array([weight for weight, _ in columns], np.float32).T,
        bias=np.array([bias for _, bias in columns], np.float32),
    )


def _fit_label(
    standard: Floats,
    wanted: Floats,
    weights: NDArray[np.float64],
    real: NDArray[np.bool_],
    c: float,
) -> tuple[Floats, float]:
    judged = ~np.isnan(wanted)
    rows, y, weight = standard[judged], wanted[judged], weights[judged]
    held_out = np.zeros(len(y))
    for fit, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(rows):
        model = LogisticRegression(C=c, max_iter=500).fit(rows[fit], y[fit], sample_weight=weight[fit])
        held_out[test] = model.decision_function(rows[test])
    model = LogisticRegression(C=c, max_iter=500).fit(rows, y, sample_weight=weight)
    # a threshold found on a handful of real positives would be a matter of luck
    seen = real[judged] if y[real[judged]].sum() >= MANY_POSITIVE else np.ones(len(y), bool)
    return model.coef_[0], float(model.intercept_[0]) - best_threshold(y[seen], held_out[seen])


def best_threshold(y: Floats, scores: NDArray[np.float64]) -> float:
    """Log odds with the highest F1 on held-out posts: the middle of all that come close to it."""
    if y.sum() < MIN_POSITIVE:
        return 0.0
    candidates = np.unique(np.quantile(scores, np.linspace(0.4, 0.995, 120)))
    found = np.array([f1_score(y, scores >= candidate) for candidate in candidates])
    return float(candidates[found >= found.max() - 0.015].mean())


def _counts(examples: Sequence[Example]) -> Any:
    return text_counts([example.text for example in examples])


def text_counts(texts: Sequence[str]) -> Any:
    """Hashed n-grams of texts as a sparse matrix (texts x buckets)."""
    rows, columns, values = hashed_counts(texts)
    return csr_matrix((values, (rows, columns)), shape=(len(texts), 2 * BUCKETS))


def _voices(examples: Sequence[Example]) -> Floats:
    return np.array([[float(example.staff)] for example in examples], np.float32)


def _rarity(counts: Any) -> Floats:
    """Smoothed inverse document frequency; character n-grams share the token buckets."""
    documents = np.bincount(counts.indices, minlength=counts.shape[1])
    weight = np.where(documents > 1, np.log((counts.shape[0] + 1) / (documents + 1)), 0)
    weight /= weight[weight > 0].mean()
    weight[:BUCKETS] *= 0.6
    return weight.astype(np.float32)


def gram_logits(counts: Any, grams: GramWeights) -> Floats:
    """Log odds by an n-gram model, (texts x columns); ``counts`` are those of ``text_counts``."""
    logits: Floats = counts @ np.vstack([grams.tokens, grams.pairs]) + grams.bias
    return logits


def fit_grams(counts: Any, wanted: Floats, settings: Settings) -> GramWeights:
    """One logistic regression on n-grams a column of ``wanted`` (texts x columns; NaN: not judged)."""
    rarity = _rarity(counts)
    scaled = (counts @ diags(rarity)).tocsr()
    weights = np.zeros((counts.shape[1], wanted.shape[1]), np.float32)
    bias = np.zeros(wanted.shape[1], np.float32)
    for number, column in enumerate(wanted.T):
        judged = ~np.isnan(column)
        model = LogisticRegression(C=settings.gram_c, solver="liblinear", random_state=SEED)
        model.fit(scaled[judged], column[judged])
        weights[:, number] = model.coef_[0] * rarity
        bias[number] = model.intercept_[0]
    return GramWeights(weights[:BUCKETS], weights[BUCKETS:], bias)


def _out_of_fold(counts: Any, wanted: Floats, settings: Settings) -> Floats:
    out = np.zeros_like(wanted)
    for fit, test in KFold(FOLDS, shuffle=True, random_state=SEED).split(counts):
        out[test] = gram_logits(counts[test], fit_grams(counts[fit], wanted[fit], settings))
    return out
