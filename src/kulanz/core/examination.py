"""Look closely at one thread: its scores after every post, its measures, the rules that fired."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kulanz.core.embedding import WordVectors
from kulanz.core.features import GramWeights
from kulanz.core.forecast import beliefs
from kulanz.core.measures import Baseline, Measures, measure
from kulanz.core.prefixes import PrefixModel, prefix_inputs, so_far
from kulanz.core.reading import Reading
from kulanz.core.reasons import Fired, fired
from kulanz.core.signals import SignalHead
from kulanz.core.stages import GRIEVANCES, StageRules, stages
from kulanz.core.thread import Bools, Floats, Ints, Thread


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


@dataclass(frozen=True, slots=True)
class Scores:
    """Complaint, score and belief after every post of a reading, each (posts,)."""

    complaint: Floats
    score: Floats
    belief: Floats


def scores(reading: Reading, models: Models) -> Scores:
    """Judge all threads of a reading at every post."""
    inputs = prefix_inputs(reading.values, reading.starts, reading.newcomer, reading.company)
    complaint, score = models.threads.probabilities(inputs).T.astype(np.float64)
    return Scores(complaint, score, beliefs(reading, models.forecast).astype(np.float64))


def were_issues(reading: Reading, given: Scores, rules: StageRules) -> Bools:
    """Which threads were an issue after any of their posts, though they may have calmed since."""
    voiced = (reading.logits[:, GRIEVANCES] >= 0).any(axis=1) & reading.scored & ~reading.company
    first = np.repeat(reading.starts[:-1], np.diff(reading.starts))
    issue = (given.score >= rules.issue_from) & (so_far(voiced, first) > 0)
    return np.logical_or.reduceat(issue, reading.starts[:-1])


def examine(
    reading: Reading, number: int, given: Scores, rules: StageRules, usual: Baseline, names: tuple[str, ...]
) -> Examination:
    """Examine thread ``number`` of a reading; ``names`` are those of the company."""
    rows = reading.rows(number)
    thread = reading.thread(number)
    measures = measure(thread, usual, names)
    complaint, score = given.complaint[rows], given.score[rows]
    return Examination(
        thread=thread,
        complaint=complaint,
        score=score,
        belief=given.belief[rows],
        measures=measures,
        stage=stages(thread, complaint, score, measures, rules),
        fired=tuple(fired(thread, measures)),
    )
