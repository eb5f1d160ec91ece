"""Kulanz Parquet: the columns of Kulanz JSONL, one row per post."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import msgspec

from kulanz.core.posts import Post
from kulanz.sources.errors import LimitError, Problems, SourceError
from kulanz.sources.formats import ReadOptions
from kulanz.sources.guarding import describe, seekable_copy
from kulanz.sources.items import MIB, DamagedError, Item, Limits
from kulanz.sources.jsonl import POST_FIELDS, REQUIRED_FIELDS, post_from, remedy_for

_MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 4096
_RATIO_GRACE: Final = 64 * MIB


class MissingLibraryError(SourceError, ImportError):
    """A format needs a library that is not installed."""


def arrow() -> Any:
    """Return pyarrow; raise MissingLibraryError, which names what to install, where it is missing."""
    try:
        import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingLibraryError("Parquet needs pyarrow: pip install 'kulanz[parquet]'") from error
    return import_module("pyarrow")


class ParquetReader:
    """Reads Kulanz Parquet, a batch of rows at a time. Times without a zone are UTC."""

    name: Final = "parquet"

    def accepts(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - content decides
        return head.startswith(_MAGIC)

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:
        file = _opened(item, options.limits)
        columns = [str(name) for name in file.schema_arrow.names]
        check_columns(columns)
        chosen = columns if options.keep_extra else [name for name in columns if name in POST_FIELDS]
        for number, row in enumerate(_rows(file, chosen), start=1):
            try:
                post = post_of_row(row)
            except (msgspec.ValidationError, OverflowError) as error:
                problems.add(item.name, number, str(error), remedy_for(error))
                continue
            yield post


def _opened(item: Item, limits: Limits) -> Any:
    pa = arrow()
    source = seekable_copy(item.stream)
    try:
        file = pa.parquet.ParquetFile(source)
        unpacked = sum(
            file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups)
        )
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DamagedError(f"is damaged or incomplete: {describe(error)}") from error
    if unpacked > _RATIO_GRACE and unpacked > limits.max_ratio * source.seek(0, 2):
        raise LimitError(f"unpacks to more than {limits.max_ratio:g} times its size, like a bomb (max_ratio)")
    return file


def check_columns(columns: list[str]) -> None:
    """Raise SourceError where a column is missing without which there is no post."""
    missing = [name for name in REQUIRED_FIELDS if name not in columns]
    if missing:
        raise SourceError(f"lacks the columns {', '.join(missing)}; it has {', '.join(columns) or 'none'}")


def _rows(file: Any, columns: list[str]) -> Iterator[dict[str, Any]]:
    pa = arrow()
    batches = file.iter_batches(batch_size=_BATCH_ROWS, columns=columns, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
            rows = [] if batch is None else with_utc_times(batch).to_pylist()
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            raise DamagedError(f"is damaged or incomplete: {describe(error)}") from error
        if batch is None:
            return
        yield from rows


def with_utc_times(batch: Any) -> Any:
    """Return the batch with times as UTC microseconds, the finest that Python knows."""
    pa = arrow()
    wanted = pa.timestamp("us", tz="UTC")
    columns = [
        column.cast(wanted, safe=False) if pa.types.is_timestamp(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def post_of_row(row: dict[str, Any]) -> Post:
    """Return the Post of a row; raise ValidationError or OverflowError."""
    known = {name: _whole(value) for name, value in row.items() if name in POST_FIELDS}
    known = {name: value for name, value in known.items() if value is not None or name in REQUIRED_FIELDS}
    extra = {name: value for name, value in row.items() if name not in POST_FIELDS and value is not None}
    return post_from({**known, "extra": extra} if extra else known)


def _whole(value: Any) -> Any:
    """Undo what data frames do to whole numbers that may be missing: 5.0, and NaN for nothing."""
    if not isinstance(value, float):
        return value
    return None if math.isnan(value) else int(value) if value.is_integer() else value


READER: Final = ParquetReader()
