"""Results as Parquet, with the column names of the JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kulanz.cli.output import complete_file

if TYPE_CHECKING:
    from kulanz.core.report import ThreadReport

_ROWS: Final = 2048


def write_reports(reports: Iterable[ThreadReport], path: Path) -> int:
    """Write one row a thread; ``reports`` is gone through twice. Return their number."""
    from kulanz.batch.tables import report_row, report_schema

    names: dict[str, None] = {}
    for report in reports:
        names |= dict.fromkeys(report.signals)
    return _write(map(report_row, reports), report_schema(list(names)), path)


def write_signals(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Write one row a post; ``signals`` is null where a post was not scored."""
    from kulanz.batch.tables import numbers
    from kulanz.core.labels import LABELS
    from kulanz.sources.parquet import arrow

    pa = arrow()
    schema = _schema(
        [("thread_id", pa.string()), ("post_id", pa.string()), ("lang", pa.string())],
        [("signals", numbers(LABELS)), ("scored", pa.bool_())],
    )
    return _write(({**row, "signals": row["signals"] or None} for row in rows), schema, path)


def write_beliefs(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Write one row a post."""
    from kulanz.sources.parquet import arrow

    pa = arrow()
    texts = [("thread_id", pa.string()), ("post_id", pa.string())]
    return _write(rows, _schema(texts, [("belief", pa.float64()), ("scored", pa.bool_())]), path)


def _schema(*parts: list[tuple[str, Any]]) -> Any:
    from kulanz.sources.parquet import arrow

    return arrow().schema([column for part in parts for column in part])


def _write(rows: Iterable[dict[str, Any]], schema: Any, path: Path) -> int:
    from kulanz.sources.parquet import arrow

    pa = arrow()
    count = 0
    with (
        complete_file(path) as unfinished,
        pa.parquet.ParquetWriter(unfinished, schema, compression="zstd") as file,
    ):
        for some in _in_batches(rows):
            file.write_batch(pa.RecordBatch.from_pylist(some, schema=schema))
            count += len(some)
    return count


def _in_batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    waiting = iter(rows)
    while some := list(islice(waiting, _ROWS)):
        yield some
