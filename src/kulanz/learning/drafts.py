"""Train the draft check: findings in passages, what whole drafts have, and what answers a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from kulanz.core.drafts.answers import FEATURES, AnswerModel, Question, answer_columns, questions
from kulanz.core.drafts.check import DraftCheck
from kulanz.core.drafts.cues import COLUMNS
from kulanz.core.drafts.draft import BAD, GOOD
from kulanz.core.drafts.labelled import LabelledDraft, LabelledText
from kulanz.core.drafts.model import (
    CLIP,
    LEARNT_BAD,
    LEARNT_GOOD,
    DraftModel,
    LinearModel,
    PassageReader,
    Passages,
)
from kulanz.core.drafts.pieces import Piece, pieces
from kulanz.core.drafts.report import DraftReport
from kulanz.core.drafts.talk import name_parts
from kulanz.core.examination import Models
from kulanz.core.features import Floats, Vectorizer

Line = TypeVar("Line")
FOLDS: Final = 5
ROUNDS: Final = 6
NEAR_BEST: Final = 0.01
PRECISE: Final = 0.6
EVEN: Final = 1.0
"""Weight of recall in the F measure: a passage called wrongly costs more trust than one passed over."""

CUE_TRUST: Final = 0.5
"""Turns of phrase were collected from texts that are learnt from, and say less in the words of others."""


@dataclass(frozen=True, slots=True)
class DraftSettings:
    """Strength of regularisation (scikit-learn's C), for passages and for whole drafts."""

    passage_c: float = 0.003
    whole_c: float = 0.01
    answer_c: float = 1.0


@dataclass(frozen=True, slots=True)
class Read:
    """A labelled draft as the models read it; ``asked`` holds answer columns of each question."""

    labelled: LabelledDraft
    passages: Passages
    asked: tuple[Floats, ...]


def read_drafts(path: Path) -> list[LabelledDraft]:
    """Lines with customer, draft and labels, as training/drafts/README.md tells."""
    found = list(_lines(path, LabelledDraft))
    for one in found:
        codes = {each.code for each in one.labels.passages}
        if not (set(one.labels.present) <= set(GOOD) and codes <= set(BAD)):
            raise ValueError(f"{path}: {one.id}: unknown codes among {sorted({*one.labels.present, *codes})}")
        if any(each.text not in one.draft for each in one.labels.passages):
            raise ValueError(f"{path}: {one.id}: a passage does not stand in the draft")
    return found


def read_texts(path: Path) -> list[LabelledText]:
    """Lines with single passages and their findings."""
    found = list(_lines(path, LabelledText))
    for one in found:
        if not set(one.codes) <= set(BAD):
            raise ValueError(f"{path}: {one.text!r}: unknown codes among {sorted(one.codes)}")
    return found


def _lines(path: Path, kind: type[Line]) -> Iterator[Line]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            yield msgspec.json.decode(line, type=kind)
        except msgspec.DecodeError as error:
            raise ValueError(f"{path}:{number}: expected a labelled text, got {error}") from error


def fold_of(scenario: str) -> int:
    """The fold of a scenario, the same in every run: its drafts answer the same customer."""
    return crc32(scenario.encode()) % FOLDS


def read_all(models: Models, labelled: Sequence[LabelledDraft]) -> list[Read]:
    """Read labelled drafts with the models that they are trained on."""
    reader = PassageReader(Vectorizer(models.grams, models.vectors), models.head)
    return [_read(reader, one) for one in labelled]


def _read(reader: PassageReader, one: LabelledDraft) -> Read:
    passages = reader.read(pieces(one.draft), one.lang, one.customer.text, name_parts(one.customer.name))
    asked = questions(one.customer.text)
    columns = tuple(_columns(reader, one, question, passages) for question in asked)
    return Read(one, passages, columns)


def _columns(reader: PassageReader, one: LabelledDraft, question: Question, passages: Passages) -> Floats:
    own = reader.vectors([question.text], one.lang)
    return answer_columns(question, passages.pieces, np.vstack([own, passages.unit]))


@dataclass(frozen=True, slots=True)
class Rows:
    """Passages as rows: inputs, n-grams, (rows x LEARNT_BAD) findings, and which are left out together."""

    inputs: Floats
    turns: Any
    wanted: Floats
    groups: NDArray[np.int64]


def rows_of(read: Sequence[Read]) -> Rows:
    """Every passage of labelled drafts; those of a scenario are left out together."""
    groups = [[crc32(one.labelled.scenario.encode())] * len(one.passages.pieces) for one in read]
    return Rows(
        inputs=np.vstack([one.passages.inputs for one in read]),
        turns=vstack([one.passages.turns for one in read], format="csr"),
        wanted=np.vstack([passage_targets(one) for one in read]),
        groups=np.concatenate(groups),
    )


def rows_of_texts(models: Models, texts: Sequence[LabelledText]) -> Rows:
    """Passages by themselves, amid a draft, and those without findings also as its beginning and end."""
    reader = PassageReader(Vectorizer(models.grams, models.vectors), models.head)
    found = []
    for one in texts:
        piece = Piece(0, len(one.text), one.text)
        passages = reader.read([piece] * 3, one.lang, "", ())
        kept = slice(1, 2) if one.codes else slice(None)
        rows = passages.inputs[kept]
        wanted = np.array([[code in one.codes for code in LEARNT_BAD]] * len(rows), np.float32)
        group = np.full(len(rows), crc32(one.text.encode()))
        found.append(Rows(rows, passages.turns[kept], wanted, group))
    return joined(found)


def joined(parts: Sequence[Rows]) -> Rows:
    """All rows of the parts."""
    return Rows(
        inputs=np.vstack([part.inputs for part in parts]),
        turns=vstack([part.turns for part in parts], format="csr"),
        wanted=np.vstack([part.wanted for part in parts]),
        groups=np.concatenate([part.groups for part in parts]),
    )


def fit_drafts(
    read: Sequence[Read], texts: Rows | None = None, settings: DraftSettings | None = None
) -> DraftModel:
    """Fit all three models; ``texts`` are passages beside those of the drafts."""
    chosen = settings or DraftSettings()
    rows = rows_of(read) if texts is None else joined([rows_of(read), texts])
    passages, turns = fit_passages(rows, chosen.passage_c)
    whole_groups = np.array([crc32(one.labelled.scenario.encode()) for one in read])
    return DraftModel(
        passages=passages,
        turns=turns,
        whole=fit_linear(
            np.vstack([one.passages.whole() for one in read]),
            whole_targets(read),
            whole_groups,
            chosen.whole_c,
            EVEN,
        ),
        answers=fit_answers(read, chosen.answer_c),
    )


def passage_targets(one: Read) -> Floats:
    """(pieces x LEARNT_BAD): 1 where half of a piece, or half of a label's passage, is the other's."""
    wanted = np.zeros((len(one.passages.pieces), len(LEARNT_BAD)), np.float32)
    for code, start, end in one.labelled.spans():
        if code in LEARNT_BAD:
            for row, piece in enumerate(one.passages.pieces):
                common = min(end, piece.end) - max(start, piece.start)
                if 2 * common >= min(end - start, piece.end - piece.start):
                    wanted[row, LEARNT_BAD.index(code)] = 1
    return wanted


def whole_targets(read: Sequence[Read]) -> Floats:
    """(drafts x LEARNT_GOOD)."""
    return np.array(
        [[code in one.labelled.labels.present for code in LEARNT_GOOD] for one in read], np.float32
    )


def fit_passages(rows: Rows, c: float) -> tuple[LinearModel, Floats]:
    """One regression a finding on the columns and the n-grams together; return the weights of each."""
    mean, scale = rows.inputs.mean(axis=0), rows.inputs.std(axis=0) + 1e-3
    trust = np.ones(len(mean), np.float32)
    trust[:COLUMNS] = CUE_TRUST
    standard = trust * np.clip((rows.inputs - mean) / scale, -CLIP, CLIP)
    both = hstack([csr_matrix(standard), rows.turns], format="csr")
    columns = [_fit_column(both, wanted, rows.groups, c, PRECISE) for wanted in rows.wanted.T]
    weights = np.array([weight for weight, _ in columns], np.float32).T
    bias = np.array([bias for _, bias in columns], np.float32)
    model = LinearModel(mean=mean, scale=scale, weights=trust[:, None] * weights[: len(mean)], bias=bias)
    return model, weights[len(mean) :]


def fit_linear(
    inputs: Floats, wanted: Floats, groups: NDArray[np.int64], c: float, beta: float
) -> LinearModel:
    """One logistic regression a column, each shifted so that .5 has the best F measure on groups left out."""
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-3
    standard = np.clip((inputs - mean) / scale, -CLIP, CLIP)
    columns = [_fit_column(standard, column, groups, c, beta) for column in wanted.T]
    return LinearModel(
        mean=mean,
        scale=scale,
        weights=np.array([weight for weight, _ in columns], np.float32).T,
        bias=np.array([bias for _, bias in columns], np.float32),
    )


def _fit_column(
    rows: Any, y: Floats, groups: NDArray[np.int64], c: float, beta: float
) -> tuple[Floats, float]:
    held_out = np.zeros(len(y))
    for fit, test in GroupKFold(FOLDS).split(y, y, groups):
        held_out[test] = _logistic(rows[fit], y[fit], c).decision_function(rows[test])
    model = _logistic(rows, y, c)
    return model.coef_[0], float(model.intercept_[0]) - _threshold(y, held_out, beta)


def _logistic(rows: Any, y: Floats, c: float) -> Any:
    return LogisticRegression(C=c, max_iter=1000, class_weight="balanced").fit(rows, y)


def _threshold(y: Floats, scores: NDArray[np.float64], beta: float) -> float:
    """The middle of the log odds with nearly the highest F measure."""
    candidates = np.unique(np.quantile(scores, np.linspace(0.02, 0.995, 160)))
    said = scores >= candidates[:, None]
    right = (said & (y > 0)).sum(axis=1)
    found = (1 + beta**2) * right / (beta**2 * (y > 0).sum() + said.sum(axis=1))
    return float(np.median(candidates[found >= found.max() - NEAR_BEST]))


def fit_answers(read: Sequence[Read], c: float) -> AnswerModel:
    """Learn from whole drafts which passage answers a question.

    Where all is answered, the best passage of every question is an answer; where something is not, the
    question whose best passage is worst has none. Which passages these are is found in rounds.
    """
    model = AnswerModel(_first_guess(), -1.0)
    for _ in range(ROUNDS):
        rows, y = zip(*_answer_rows(read, model), strict=True)
        fitted = LogisticRegression(C=c, max_iter=1000, class_weight="balanced").fit(np.vstack(rows), y)
        model = AnswerModel(fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0]))
    return AnswerModel(model.weights, model.bias - _answer_threshold(read, model))


def _first_guess() -> Floats:
    start = {"form": 1.0, "shared": 1.0, "cosine": 1.0, "both": 1.0, "clear": 1.0}
    return np.array([start.get(name, 0.0) for name in FEATURES], np.float32)


def _answer_rows(read: Sequence[Read], model: AnswerModel) -> Iterator[tuple[Floats, bool]]:
    for one in read:
        best = [columns[int(model.odds(columns).argmax())] for columns in one.asked]
        if "answers" in one.labelled.labels.present:
            yield from ((row, True) for row in best)
        elif best:
            yield min(best, key=lambda row: float(model.odds(row[None])[0])), False


def _answer_threshold(read: Sequence[Read], model: AnswerModel) -> float:
    asked = [one for one in read if one.asked]
    scores = np.array([min(float(model.odds(columns).max()) for columns in one.asked) for one in asked])
    return _threshold(
        np.array(["answers" in one.labelled.labels.present for one in asked], np.float32), scores, EVEN
    )


def crossed(
    models: Models, labelled: Sequence[LabelledDraft], texts: Sequence[LabelledText]
) -> list[tuple[LabelledDraft, DraftReport]]:
    """Check every draft with models fitted on the scenarios of the other folds and on the texts."""
    read, rows = read_all(models, labelled), rows_of_texts(models, texts)
    found: list[tuple[LabelledDraft, DraftReport]] = []
    for fold in range(FOLDS):
        others = [one for one in read if fold_of(one.labelled.scenario) != fold]
        check = DraftCheck(models, fit_drafts(others, rows))
        left_out = [one for one in labelled if fold_of(one.scenario) == fold]
        found += [(one, check.check(one.as_draft(), one.thread())) for one in left_out]
    return found
