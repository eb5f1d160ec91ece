"""Keeps the garbage collector from searching again and again what it cannot free."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OBJECTS: Final = 200_000


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect only after so many new objects as a few thousand posts and their reports make.

    Posts and reports hold no cycles and go when nobody refers to them; the default threshold
    spends a tenth of an analysis on finding that out.
    """
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
