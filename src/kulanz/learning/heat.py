"""Train the heat columns: how uncivil, impolite or offensive a post is, for the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from kulanz.core.features import HEAT, GramWeights
from kulanz.learning.examples import got
from kulanz.learning.signals import train_heat

FOLDS: Final = 3


@dataclass(frozen=True, slots=True)
class HeatTexts:
    """Texts, the thread of each ("" if none), and what was judged: (texts x HEAT), NaN if not."""

    texts: tuple[str, ...]
    threads: tuple[str, ...]
    wanted: NDArray[np.float32]

    def without(self, fold: int) -> HeatTexts:
        """The texts whose threads are not in a fold."""
        kept = [number for number, thread in enumerate(self.threads) if not thread or fold_of(thread) != fold]
        return HeatTexts(
            tuple(self.texts[number] for number in kept),
            tuple(self.threads[number] for number in kept),
            self.wanted[kept],
        )


def fold_of(thread: str) -> int:
    """The fold of a thread, the same in every run."""
    return crc32(thread.encode()) % FOLDS


def read_heat(paths: Sequence[Path]) -> HeatTexts:
    """Lines with text, any of the columns HEAT (0 or 1), and thread_id where there is one."""
    texts, threads, wanted = [], [], []
    for path in paths:
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                record = msgspec.json.decode(line)
                texts.append(str(record["text"]))
                wanted.append([float(record.get(name, np.nan)) for name in HEAT])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                expected = f"expected text and any of {', '.join(HEAT)}"
                raise ValueError(f"{path}:{number}: {expected}, got {got(error)}") from error
            threads.append(str(record.get("thread_id") or ""))
    return HeatTexts(tuple(texts), tuple(threads), np.array(wanted, np.float32))


def fit_heat(given: HeatTexts) -> GramWeights:
    """The n-gram columns HEAT."""
    return train_heat(given.texts, given.wanted)
