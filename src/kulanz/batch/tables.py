"""Reports as tables: the columns of Parquet have the names of the JSON lines' fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kulanz.core.report import ThreadReport
from kulanz.sources.parquet import arrow


def report_row(report: ThreadReport) -> dict[str, Any]:
    """Return a report as a row of ``report_schema``."""
    fields: dict[str, Any] = msgspec.structs.asdict(report)
    return fields | {"reasons": [msgspec.structs.asdict(reason) for reason in report.reasons]}


def report_schema(signals: Sequence[str]) -> Any:
    """Return the Arrow schema of reports that have these signals."""
    pa = arrow()
    text, whole, time = pa.string(), pa.int64(), pa.timestamp("us", tz="UTC")
    reason = pa.struct([("code", text), ("text", text), ("posts", pa.list_(text))])
    columns = {
        "thread_id": text,
        "rank": whole,
        "score": pa.float64(),
        "stage": text,
        "onset_post": text,
        "affected": whole,
        "reasons": pa.list_(reason),
        "signals": numbers(signals),
        "scored": pa.bool_(),
        **dict.fromkeys(("source", "title", "url"), text),
        **dict.fromkeys(("posts", "participants", "views"), whole),
        **dict.fromkeys(("opened_at", "last_at", "closed_at"), time),
        "analysed_posts": whole,
    }
    return pa.schema(list(columns.items()))


def numbers(names: Sequence[str]) -> Any:
    """Return the type of a struct of numbers; Parquet has none without fields."""
    pa = arrow()
    return pa.struct([(name, pa.float64()) for name in names] or [("belief", pa.float64())])
