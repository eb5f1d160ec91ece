"""The customer's questions that are still open, and whether a draft answers them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from kulanz.core.drafts.answers import AnswerModel, Question, answer_columns, questions
from kulanz.core.drafts.model import PassageReader, Passages
from kulanz.core.drafts.pieces import Piece, pieces
from kulanz.core.drafts.report import OpenQuestion
from kulanz.core.drafts.talk import Talk
from kulanz.core.features import Floats
from kulanz.core.language import Language

SETTLED: Final = 1.0
"""Log odds from which an earlier answer counts: in doubt a question is still open."""


def open_questions(
    talk: Talk, draft: Passages, reader: PassageReader, model: AnswerModel, lang: Language
) -> Iterator[OpenQuestion]:
    """Yield what the customer asked and no later answer settled, with the passage that answers it best."""
    for post in talk.asked:
        asked = questions(post.text)
        if not asked:
            continue
        settled = [piece for answer in talk.answers_after(post) for piece in pieces(answer.text)]
        own = reader.vectors([each.text for each in asked], lang)
        theirs = reader.vectors([piece.text for piece in settled], lang)
        for question, vector in zip(asked, own, strict=True):
            if settled and best(question, vector, settled, theirs, model)[0] >= SETTLED:
                continue
            odds, row = best(question, vector, draft.pieces, draft.unit, model)
            piece = draft.pieces[row]
            yield OpenQuestion(
                post_id=post.post_id,
                start=question.start,
                end=question.end,
                text=question.text,
                answered=odds >= 0,
                answer=(piece.start, piece.end) if odds >= 0 else None,
            )


def best(
    question: Question, vector: Floats, passages: Sequence[Piece], vectors: Floats, model: AnswerModel
) -> tuple[float, int]:
    """Return the log odds of the passage that answers a question best, and its number."""
    odds = model.odds(answer_columns(question, passages, np.vstack([vector, vectors])))
    row = int(odds.argmax())
    return float(odds[row]), row
