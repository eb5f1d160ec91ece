"""How alike texts are that tell of a problem: by their words' vectors, without what is said there anyway."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

ALIKE_FROM: Final = 0.35
USUAL_FROM: Final = 20
SHORTEST_WORD: Final = 4
_DIGITS: Final = re.compile(r"\d+")

Floats = NDArray[np.float32]


def similarities(vectors: Floats, of: int, usual: Sequence[bool]) -> Floats:
    """Return the cosine of every row with one of them, after the mean of the ``usual`` rows was taken away.

    Those are what people talk of there anyway; where they are few, all rows are taken. Rows of zeros, which
    are texts that could not be read, are like nothing.
    """
    # squares of small numbers vanish in 32 bits
    exact = vectors.astype(np.float64)
    known = np.linalg.norm(exact, axis=1) > 0
    if not known[of]:
        return np.zeros(len(vectors), np.float32)
    common = known & np.array(usual, bool)
    mean = exact[common if common.sum() >= USUAL_FROM else known].mean(axis=0)
    centred = np.where(known[:, None], exact - mean, 0)
    length = np.maximum(np.linalg.norm(centred, axis=1), np.finfo(np.float64).tiny)
    unit = centred / length[:, None]
    found: Floats = (unit @ unit[of]).astype(np.float32)
    return found


def letter(text: str) -> str:
    """Return a letter without what differs from customer to customer: numbers, space and case."""
    return " ".join(_DIGITS.sub("0", text).casefold().split())


def kind_of_claim(what: str) -> str:
    """Return what a claim is for without numbers, space and case; empty where that says nothing of it.

    A number of an invoice is of one claim alone, and what is left of it when its digits go is of all.
    """
    words = [word for word in what.casefold().split() if not _DIGITS.search(word)]
    return " ".join(words) if any(len(word) >= SHORTEST_WORD for word in words) else ""
