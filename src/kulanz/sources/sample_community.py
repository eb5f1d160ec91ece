"""Where the sample community lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kulanz.sources.errors import SourceError

_PACKAGED: Final = Path(__file__).parents[1] / "sample"
_REPOSITORY: Final = Path(__file__).parents[3] / "sample"


def sample_folder() -> Path:
    """Return the folder with ``threads/*.jsonl`` and ``blogs.atom``: installed, or in the repository.

    Raise SourceError where neither is there.
    """
    for folder in (_PACKAGED, _REPOSITORY):
        if (folder / "threads").is_dir():
            return folder
    raise SourceError(f"expected the sample community in {_PACKAGED}, found nothing: install kulanz again")
