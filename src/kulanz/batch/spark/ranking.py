"""Ranks reports inside Spark: sorted over all executors, each partition told how many come before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from kulanz.batch.spark.analysing import decode_report
from kulanz.batch.spark.session import functions, imported
from kulanz.batch.tables import report_row, report_schema
from kulanz.sources.parquet import arrow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_BATCH: Final = 1024


@dataclass(frozen=True, slots=True)
class Ranked:
    """Reports in their order: ``lines`` as JSON, ``frame`` with one column a field."""

    lines: DataFrame

    def frame(self) -> DataFrame:
        """Return the reports with their ranks, one column a field of ``ThreadReport``."""
        f = functions()
        counts = {
            row.part: row.reports
            for row in self.lines.groupBy(f.spark_partition_id().alias("part"))
            .agg(f.count("*").alias("reports"))
            .collect()
        }
        before, total = {}, 0
        for part in sorted(counts):
            before[part] = total
            total += counts[part]
        schema = report_schema(self._signals())
        to_spark = imported("pyspark.sql.pandas.types").from_arrow_schema
        return self.lines.select("report").mapInArrow(_Rows(before, schema), to_spark(schema))

    def close(self) -> None:
        """Let go of what Spark keeps."""
        self.lines.unpersist()

    def _signals(self) -> list[str]:
        """Return the names of the signals, of any report."""
        f = functions()
        signals = f.from_json(
            f.get_json_object(f.col("report").cast("string"), "$.signals"), "map<string,double>"
        )
        names = self.lines.select(f.explode(f.map_keys(signals)).alias("name")).distinct().collect()
        return sorted(row.name for row in names)


def ranked(analysed: DataFrame) -> Ranked:
    """Return the reports of a scan, best first, ties by thread_id."""
    f = functions()
    reports = analysed.where("report is not null").select("score", "thread_id", "report")
    return Ranked(reports.orderBy(f.desc("score"), "thread_id").persist())


@dataclass(frozen=True, slots=True)
class _Rows:
    before: dict[int, int]
    schema: Any

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        pa = arrow()
        rank = self.before.get(imported("pyspark").TaskContext.get().partitionId(), 0)
        for batch in batches:
            lines = batch.column(0).to_pylist()
            for start in range(0, len(lines), _BATCH):
                reports = map(decode_report, lines[start : start + _BATCH])
                rows = [
                    report_row(replace(each, rank=number))
                    for number, each in enumerate(reports, start=rank + 1)
                ]
                rank += len(rows)
                yield pa.RecordBatch.from_pylist(rows, schema=self.schema)
