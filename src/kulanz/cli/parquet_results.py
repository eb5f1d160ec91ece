"""Results as Parquet, with the column names of the JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kulanz.cli.output import complete_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kulanz.core.report import ThreadReport

_ROWS: Final = 2048


def write_reports(reports: Iterable[ThreadReport], path: Path) -> int:
    """Write one row a thread; ``reports`` is gone through twice. Return their number."""
    names: dict[str, None] = {}
    for report in reports:
        names |= dict.fromkeys(report.signals)
    return _write(map(_report_row, reports), _report_schema(list(names)), path)


def write_signals(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Write one row a post; ``signals`` is null where a post was not scored."""
    from kulanz.core.labels import LABELS
    from kulanz.sources.parquet import arrow

    pa = arrow()
    schema = _schema(
        [("thread_id", pa.string()), ("post_id", pa.string()), ("lang", pa.string())],
        [("signals", _numbers(LABELS)), ("scored", pa.bool_())],
    )
    return _write(({**row, "signals": row["signals"] or None} for row in rows), schema, path)


def write_beliefs(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Write one row a post."""
    from kulanz.sources.parquet import arrow

    pa = arrow()
    texts = [("thread_id", pa.string()), ("post_id", pa.string())]
    return _write(rows, _schema(texts, [("belief", pa.float64()), ("scored", pa.bool_())]), path)


def _report_row(report: ThreadReport) -> dict[str, Any]:
    import msgspec

    fields: dict[str, Any] = msgspec.structs.asdict(report)
    return fields | {"reasons": [msgspec.structs.asdict(reason) for reason in report.reasons]}


def _report_schema(names: Sequence[str]) -> Any:
    from kulanz.sources.parquet import arrow

    pa = arrow()
    text, whole, time = pa.string(), pa.int64(), pa.timestamp("us", tz="UTC")
    reason = pa.struct([("code", text), ("text", text), ("posts", pa.list_(text))])
    return _schema(
        [("thread_id", text), ("rank", whole), ("score", pa.float64()), ("stage", text)],
        [
            ("onset_post", text),
            ("affected", whole),
            ("reasons", pa.list_(reason)),
            ("signals", _numbers(names)),
        ],
        [("scored", pa.bool_()), ("source", text), ("title", text), ("url", text), ("posts", whole)],
        [
            ("participants", whole),
            ("views", whole),
            ("opened_at", time),
            ("last_at", time),
            ("closed_at", time),
            ("analysed_posts", whole),
        ],
    )


def _schema(*parts: list[tuple[str, Any]]) -> Any:
    from kulanz.sources.parquet import arrow

    return arrow().schema([column for part in parts for column in part])


def _numbers(names: Iterable[str]) -> Any:
    from kulanz.sources.parquet import arrow

    pa = arrow()
    # Parquet has no structs without fields
    return pa.struct([(name, pa.float64()) for name in names] or [("belief", pa.float64())])


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
