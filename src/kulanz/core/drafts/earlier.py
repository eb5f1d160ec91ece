"""A draft beside what the company wrote before in the thread: contradictions, and promises not told of.

Two passages are held to speak of the same matter when they share enough words that carry it. They
contradict each other when they name other amounts or other days for it, or when one of them says no
and the other does not. This reads no meaning: a contradiction in other words is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kulanz.core.drafts.cues import CUED, cue_columns
from kulanz.core.drafts.mentions import amounts, days, stems
from kulanz.core.drafts.pieces import Piece, pieces
from kulanz.core.posts import Post

SAME_MATTER: Final = 2
SAME_STATEMENT: Final = 3
_NOT: Final = re.compile(
    r"(?<!\w)(?:nicht|kein\w*|nie|niemals|not|no|never|\w+n't|cannot)(?!\w)", re.IGNORECASE
)
_IF: Final = re.compile(r"(?<!\w)(?:wenn|falls|sollte|sollten|sofern|if|unless|should)(?!\w)", re.IGNORECASE)
_CHANGED: Final = re.compile(
    r"""(?<!\w)(?:statt|anders\sals|korrig\w+|korrektur|irrtum|irrtümlich|versehentlich|verschoben|verschiebt|neue[rsnm]?|inzwischen
      |mittlerweile|doch\snoch|leider\sdoch|zugesagt|versprochen|angekündigt|falsch|instead|rather\sthan|correct\w*|mistake\w*|moved
      |postponed|new|meanwhile|after\sall|promised|wrong\w*|by\snow|changed|geändert)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_KEPT: Final = re.compile(
    r"""(?<!\w)(?:wie\s(?:versprochen|zugesagt|angekündigt|besprochen|geschrieben)|(?:versprochen|zugesagt|angekündigt|versprechen
      |zusage|zusagen)|as\s(?:promised|agreed|announced)|promised|promise|said\s(?:i|we)(?:'d|\swould))(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_BY_ME: Final = re.compile(r"(?<!\w)(?:[Ii]ch|[Ww]ir|I|[Ww]e)(?!\w)")
_DONE: Final = re.compile(
    r"(?<!\w)(?:habe|haben|hatte|war|wurde|have|has|had|was|were|I've|we've)(?!\w)", re.IGNORECASE
)


class Contradiction(NamedTuple):
    """A passage of the draft, and the earlier words that it does not agree with."""

    start: int
    end: int
    earlier: str
    post_id: str


class Promised(NamedTuple):
    """A promise of the company in the thread of which the draft says nothing."""

    text: str
    post_id: str


def contradictions(draft: str, earlier: Sequence[Post]) -> Iterator[Contradiction]:
    """Yield passages that do not agree with an earlier one; the newest earlier one counts."""
    said = [(piece.text, post.post_id) for post in reversed(earlier) for piece in pieces(post.text)]
    for piece in pieces(draft):
        if _CHANGED.search(piece.text):
            continue
        for text, post_id in said:
            if disagree(piece.text, text):
                yield Contradiction(piece.start, piece.end, text, post_id)
                break


def disagree(one: str, other: str) -> bool:
    """Whether two passages speak of the same matter and name other amounts, other days, or yes and no."""
    shared = len(stems(one) & stems(other))
    if shared < SAME_MATTER or "?" in one + other:
        return False
    for mine, theirs in (
        ({value for _, _, value in amounts(one)}, {value for _, _, value in amounts(other)}),
        (_comparable(days(one), days(other)), _comparable(days(other), days(one))),
    ):
        if mine and theirs and not mine & theirs:
            return True
    if _IF.search(one) or _IF.search(other):
        return False
    return shared >= SAME_STATEMENT and (_NOT.search(one) is None) != (_NOT.search(other) is None)


def _comparable(mine: set[str], theirs: set[str]) -> set[str]:
    """Weekdays are compared with weekdays and dates with dates: which of them fall together is not known."""
    kinds = {day.startswith("weekday") for day in theirs}
    return {day for day in mine if day.startswith("weekday") in kinds}


def open_promises(draft: str, earlier: Sequence[Post], lang: str) -> list[Promised]:
    """Return promises with a time in earlier posts that neither a later post nor the draft comes back to."""
    found = []
    for number, post in enumerate(earlier):
        later = [after.text for after in earlier[number + 1 :]] + [draft]
        found += [
            Promised(piece.text, post.post_id)
            for piece in _promises(post.text, lang)
            if not any(_comes_back(text, piece.text) for text in later)
        ]
    return found


def _promises(text: str, lang: str) -> Iterator[Piece]:
    listed = pieces(text)
    columns = cue_columns(listed, lang, ())
    for piece, row in zip(listed, columns, strict=True):
        promises = row[CUED.index("action")] and row[CUED.index("deadline")]
        if promises and _BY_ME.search(piece.text) and not _DONE.search(piece.text) and "?" not in piece.text:
            yield piece


def _comes_back(text: str, promise: str) -> bool:
    return _KEPT.search(text) is not None or len(stems(text) & stems(promise)) >= SAME_MATTER
