"""Look closely at one thread: its scores after every post, its measures, the rules that fired."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kulanz.core.embedding import WordVectors
from kulanz.core.features import GramWeights
from kulanz.core.forecast import beliefs
from kulanz.core.measures import Baseline, Measures, measure
from kulanz.core.prefixes import PrefixModel, prefix_inputs
from kulanz.core.reading import Reading, author_numbers
from kulanz.core.reasons import Fired, fired
from kulanz.core.signals import SignalHead
from kulanz.core.stages import GRIEVANCES, StageRules, stages
from kulanz.core.thread import Floats, Ints, Thread


@dataclass(frozen=True, slots=True)
class Models:
    """Everything learnt: word vectors, n-gram weights, the signal head, the thread models.

    A thread that is neither a complaint nor an issue as it stands, and was no issue at any
    post, is calm: a scan does not examine it, and its report carries no measures.
    """

    vectors: WordVectors
    grams: GramWeights
    head: SignalHead
    threads: PrefixModel
    forecast: PrefixModel
    stages: StageRules = field(default_factory=StageRules)


@dataclass(frozen=True, slots=True)
class Examination:
    """All that is known of one thread. ``complaint``, ``score`` and ``belief`` are series."""

    thread: Thread
    complaint: Floats
    score: Floats
    belief: Floats
    measures: Measures
    stage: Ints
    fired: tuple[Fired, ...]


def examine(
    reading: Reading, number: int, models: Models, baseline: Baseline, names: tuple[str, ...]
) -> Examination:
    """Examine thread ``number`` of a reading; ``names`` are those of the company."""
    thread = reading.thread(number)
    inputs = prefix_inputs(reading.values[reading.rows(number)], thread.author, thread.company)
    complaint, score = models.threads.probabilities(inputs).T.astype(np.float64)
    measures = measure(thread, baseline, names)
    return Examination(
        thread=thread,
        complaint=complaint,
        score=score,
        belief=beliefs(reading, number, models.forecast).astype(np.float64),
        measures=measures,
        stage=stages(thread, complaint, score, measures, models.stages),
        fired=tuple(fired(thread, measures)),
    )


def was_issue(reading: Reading, number: int, models: Models) -> bool:
    """Whether a thread was an issue after any of its posts, though it may have calmed since."""
    rows = reading.rows(number)
    voiced = (reading.logits[rows, GRIEVANCES] >= 0).any(axis=1)
    grieved = voiced & reading.scored[rows] & ~reading.company[rows]
    if len(grieved) == 1 or not grieved.any():
        return False
    inputs = prefix_inputs(
        reading.values[rows], author_numbers(reading.threads[number]), reading.company[rows]
    )
    score = models.threads.probabilities(inputs)[int(grieved.argmax()) :, 1]
    return bool((score >= models.stages.issue_from).any())
