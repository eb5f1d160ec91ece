"""Labelled posts for training: own texts and the corpora a user may add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kulanz.core.labels import INDEX, LABELS


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled post. ``known`` names the labels that were judged: others are unknown.

    ``free`` says whether a model that carries vocabulary may be trained on the text,
    ``real`` whether it was written by a customer or an agent and not for training.
    """

    text: str
    context: str | None
    staff: bool
    labels: frozenset[str]
    known: frozenset[str] = frozenset(LABELS)
    free: bool = True
    real: bool = True
    lang: str = "en"


FREE_SOURCES: Final = frozenset({"github-derailment", "github-locked-vcu", "ibm-twitter-care"})


def read_labelled(path: Path) -> Iterator[Example]:
    """Lines with text, labels and optional context, role, source and lang."""
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            record = msgspec.json.decode(line)
            yield _example(record)
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(f"{path}:{number}: expected text and labels, got {got(error)}") from error


def got(error: Exception) -> str:
    """Return what a line holds instead: of a field that is not there an error says the name alone."""
    return f"no {error.args[0]}" if isinstance(error, KeyError) else str(error)


def _example(record: dict[str, Any]) -> Example:
    unknown = set(record["labels"]) - set(LABELS)
    if unknown:
        raise ValueError(f"unknown labels {sorted(unknown)}")
    source = record.get("source")
    return Example(
        text=record["text"],
        context=record.get("context"),
        staff=record.get("role") == "staff",
        labels=frozenset(record["labels"]),
        free=source is None or source in FREE_SOURCES,
        real=source is not None,
        lang=record.get("lang", "en"),
    )


def targets(examples: Iterable[Example]) -> NDArray[np.float32]:
    """(examples x labels): 1 yes, 0 no, NaN not judged."""
    listed = list(examples)
    out = np.full((len(listed), len(LABELS)), np.nan, np.float32)
    for row, example in zip(out, listed, strict=True):
        row[[INDEX[label] for label in example.known]] = 0
        row[[INDEX[label] for label in example.labels]] = 1
    return out
