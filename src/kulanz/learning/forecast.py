"""Train the derailment forecast, so that a thread's highest belief is right, not each belief.

A thread is forecast to derail when any belief reaches the threshold. Rows trained one by one
make long calm threads cross it sooner or later; so the loss is taken on the (soft) maximum
of a thread's log odds, one observation a thread. The inputs are numbers, no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kulanz.core.forecast import forecast_inputs
from kulanz.core.posts import Post
from kulanz.core.prefixes import CLIP, PrefixModel
from kulanz.core.reading import ThreadReader

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Growing:
    """Threads with one row for every post before the event, or for every post without one.

    Thread i owns ``sizes[i]`` rows of ``inputs``, in order; ``derails`` and ``weights`` are by
    thread, ``names`` are thread_ids.
    """

    inputs: Floats
    sizes: NDArray[np.int64]
    derails: NDArray[np.bool_]
    weights: Doubles
    names: tuple[str, ...]

    def take(self, chosen: NDArray[np.bool_]) -> Growing:
        """Some of the threads, with their weights as they are."""
        rows = np.repeat(chosen, self.sizes)
        names = tuple(name for name, kept in zip(self.names, chosen, strict=True) if kept)
        return Growing(
            self.inputs[rows], self.sizes[chosen], self.derails[chosen], self.weights[chosen], names
        )


@dataclass(frozen=True, slots=True)
class ForecastSettings:
    """``penalty`` of squared weights; ``sharpness`` of the soft maximum (infinite: the maximum)."""

    penalty: float = 1000.0
    sharpness: float = 6.0


def growing(
    reader: ThreadReader, threads: Sequence[Sequence[Post]], events: Mapping[str, int | None]
) -> Growing:
    """Read the threads of one corpus; derailing and calm threads weigh the same in sum.

    ``events`` holds the index of the first toxic post, None where there is none. Threads
    toxic from the first post or without an entry are left out. Read threads whose posts
    trained HEAT with a reader that learnt from other threads.
    """
    known = [posts for posts in threads if events.get(posts[0].thread_id, 0) != 0]
    cuts = [events[posts[0].thread_id] for posts in known]
    parts = [rows[:cut] for rows, cut in zip(_rows(reader, known), cuts, strict=True)]
    derails = np.array([cut is not None for cut in cuts], bool)
    return Growing(
        inputs=np.vstack(parts),
        sizes=np.array([len(part) for part in parts], np.int64),
        derails=derails,
        weights=balanced(derails),
        names=tuple(posts[0].thread_id for posts in known),
    )


def balanced(derails: NDArray[np.bool_]) -> Doubles:
    """Weights that add up to the number of threads, half of it for either kind."""
    counts = np.bincount(derails, minlength=2)
    return np.asarray(len(derails) / 2 / np.maximum(counts, 1)[derails.astype(int)], np.float64)


def together(corpora: Sequence[Growing]) -> Growing:
    """Several corpora as one, each weighing as many threads as it has."""
    return Growing(
        inputs=np.vstack([corpus.inputs for corpus in corpora]),
        sizes=np.concatenate([corpus.sizes for corpus in corpora]),
        derails=np.concatenate([corpus.derails for corpus in corpora]),
        weights=np.concatenate([corpus.weights for corpus in corpora]),
        names=tuple(name for corpus in corpora for name in corpus.names),
    )


def fit_forecast(threads: Growing, settings: ForecastSettings = ForecastSettings()) -> PrefixModel:
    """Fit the forecast: a ``PrefixModel`` of one target, the inputs those of ``forecast_inputs``."""
    mean, scale = threads.inputs.mean(axis=0), threads.inputs.std(axis=0) + 1e-3
    standard = np.clip((threads.inputs - mean) / scale, -CLIP, CLIP).astype(np.float64)
    found = minimize(
        _loss,
        np.zeros(standard.shape[1] + 1),
        args=(standard, threads, settings),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 200},
    ).x.astype(np.float32)
    return PrefixModel(mean=mean, scale=scale, weights=found[:-1, None], bias=found[-1:])


def _loss(
    parameters: Doubles, standard: Doubles, threads: Growing, settings: ForecastSettings
) -> tuple[float, Doubles]:
    """Logistic loss of the threads' soft maxima, with its gradient; the bias comes last."""
    weights, bias = parameters[:-1], parameters[-1]
    peaks, shares = _soft_maxima(standard @ weights + bias, threads.sizes, settings.sharpness)
    wanted = threads.derails.astype(float)
    loss = threads.weights @ (np.logaddexp(0, peaks) - wanted * peaks)
    errors = threads.weights * (1 / (1 + np.exp(-peaks)) - wanted)
    rows = np.repeat(errors, threads.sizes) * shares
    gradient = np.append(standard.T @ rows + settings.penalty * weights, rows.sum())
    return float(loss + settings.penalty / 2 * weights @ weights), gradient


def _soft_maxima(logits: Doubles, sizes: NDArray[np.int64], sharpness: float) -> tuple[Doubles, Doubles]:
    """Each thread's soft maximum, and the share of every row in it (its derivative)."""
    starts = np.cumsum(sizes) - sizes
    highest = np.maximum.reduceat(logits, starts)
    powers = np.exp(sharpness * (logits - np.repeat(highest, sizes)))
    sums = np.add.reduceat(powers, starts)
    return highest + np.log(sums) / sharpness, powers / np.repeat(sums, sizes)


def _rows(reader: ThreadReader, threads: Sequence[Sequence[Post]]) -> list[Any]:
    rows: list[Any] = []
    for start in range(0, len(threads), BATCH):
        reading = reader.read(threads[start : start + BATCH])
        rows += np.split(forecast_inputs(reading), reading.starts[1:-1])
    return rows
