"""Posts from pandas data frames, without importing pandas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from kulanz.core.posts import Post
from kulanz.sources.errors import SourceError
from kulanz.sources.jsonl import POST_FIELDS, REQUIRED_FIELDS, post_from, remedy_for

_ROWS: Final = 4096


def is_frame(given: object) -> bool:
    """Whether an object is a pandas DataFrame."""
    return type(given).__name__ == "DataFrame" and type(given).__module__.partition(".")[0] == "pandas"


def posts_of_frame(frame: Any) -> Iterator[Post]:
    """Yield one post a row; columns have the field names of Kulanz JSONL, others are left out.

    Times without a zone are UTC; NaN, NaT and NA mean that there is nothing. Raise SourceError
    for a missing column and for a row that is no post.
    """
    missing = [name for name in REQUIRED_FIELDS if name not in frame.columns]
    if missing:
        raise SourceError(f"the data frame lacks the columns {', '.join(missing)}: rename or add them")
    known = frame[[name for name in frame.columns if name in POST_FIELDS]]
    for start in range(0, len(known), _ROWS):
        rows = known.iloc[start : start + _ROWS].to_dict("records")
        for number, row in enumerate(rows, start):
            yield _post(row, number)


def _post(row: dict[str, Any], number: int) -> Post:
    try:
        return post_from({name: _plain(value) for name, value in row.items() if not _is_missing(name, value)})
    except (msgspec.ValidationError, OverflowError) as error:
        raise SourceError(f"row {number} of the data frame: {error} ({remedy_for(error)})") from error


def _is_missing(name: str, value: Any) -> bool:
    """Whether an optional value is absent; required fields stay, as null."""
    return name not in REQUIRED_FIELDS and _plain(value) is None


def _plain(value: Any) -> Any:
    """Return what a cell means to msgspec, which takes built-in types only."""
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, datetime):
        return _time(value)
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return _number(value)
    return None if type(value).__name__ == "NAType" else value


def _time(value: datetime) -> datetime | None:
    if value != value:  # noqa: PLR0124 - NaT is not equal to itself
        return None
    utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return datetime.fromtimestamp(utc.timestamp(), UTC)


def _number(value: float) -> float | int | None:
    if value != value:  # noqa: PLR0124 - NaN is not equal to itself
        return None
    return int(value) if value.is_integer() else value
