"""What travels between Spark and Python: rows of lines, in Arrow batches of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from kulanz.sources.parquet import arrow

MOST_ROWS: Final = 2048
MOST_BYTES: Final = 8 * 1024 * 1024

Row = tuple[Any, ...]


def batches_of(rows: Iterable[Row], schema: Any, size: Callable[[Row], int]) -> Iterator[Any]:
    """Yield rows as Arrow batches, cut by the number of rows and by the bytes that ``size`` tells of each."""
    waiting: list[Row] = []
    free = MOST_BYTES
    for row in rows:
        waiting.append(row)
        free -= size(row)
        if free < 0 or len(waiting) == MOST_ROWS:
            yield _batch(waiting, schema)
            waiting, free = [], MOST_BYTES
    if waiting:
        yield _batch(waiting, schema)


def _batch(rows: Sequence[Row], schema: Any) -> Any:
    pa = arrow()
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
