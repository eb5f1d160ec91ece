"""Standing in Spark: contributions are summed by thread, and then by account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from itertools import groupby
from operator import add, itemgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import asdict, astuple

from kulanz.batch.spark.rows import Row, batches_of
from kulanz.batch.spark.session import imported
from kulanz.batch.spark.whole import summed, threads
from kulanz.core.contributions import Contributions, contributions
from kulanz.core.standing import NO_FLAGS, Flags, standing
from kulanz.sources.parquet import arrow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_COUNTED: Final = "account string, counted binary"
_ROW_BYTES: Final = 1024
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Contributions).decode


def standings(lines: DataFrame, as_of: datetime, flags: Mapping[str, Flags]) -> DataFrame:
    """Return a row for each account of posts in order (a column of lines): its name, and its standing."""
    counted = lines.mapInArrow(_contributed, _COUNTED)
    sorted_rows = counted.repartition("account").sortWithinPartitions("account")
    to_spark = imported("pyspark.sql.pandas.types").from_arrow_schema
    return sorted_rows.mapInArrow(_Standings(as_of, flags), to_spark(_schema()))


def _contributed(batches: Iterable[Any]) -> Iterator[Any]:
    pa = arrow()
    schema = pa.schema([("account", pa.string()), ("counted", pa.binary())])
    found = (one for thread in threads(batches) for one in contributions(thread).items())
    rows = ((account, _encode(one)) for account, one in summed(found, add))
    return batches_of(rows, schema, lambda row: len(row[1]))


@dataclass(frozen=True, slots=True)
class _Standings:
    """Sums what came of each account, and tells its standing."""

    as_of: datetime
    flags: Mapping[str, Flags]

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        return batches_of(self._rows(batches), _schema(), lambda _: _ROW_BYTES)

    def _rows(self, batches: Iterable[Any]) -> Iterator[Row]:
        for account, given in groupby(_counted(batches), itemgetter(0)):
            total = reduce(add, (one for _, one in given))
            found = standing(total, self.as_of, self.flags.get(account, NO_FLAGS))
            parts = [asdict(part) for part in found.parts]
            yield account, *astuple(msgspec.structs.replace(found, parts=parts))


def _counted(batches: Iterable[Any]) -> Iterator[tuple[str, Contributions]]:
    for batch in batches:
        accounts, lines = (column.to_pylist() for column in batch.columns)
        yield from zip(accounts, map(_decode, lines), strict=True)


@cache
def _schema() -> Any:
    pa = arrow()
    text, real, whole = pa.string(), pa.float64(), pa.int64()
    part = pa.struct([("code", text), ("number", real), ("weight", real), ("points", real)])
    columns = {
        "account": text,
        "role": text,
        "roles": pa.list_(text),
        "value": real,
        "parts": pa.list_(part),
        "freshness": real,
        "tenure_days": whole,
        "idle_days": whole,
        "activity": pa.list_(whole),
    }
    return pa.schema(list(columns.items()))
