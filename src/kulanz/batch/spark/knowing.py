"""Reach in Spark: who has to do with whom is joined inside Spark, and counters travel along, hop by hop.

Nothing of it comes to the driver, and nothing but numbers about single accounts leaves this module.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import add
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kulanz.batch.spark.rows import Row, batches_of
from kulanz.batch.spark.session import functions
from kulanz.batch.spark.whole import summed, threads
from kulanz.core.network import parts
from kulanz.sources.parquet import arrow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_TOLD: Final = "giver string, receiver string, folded string, units long"
_STATE: Final = "account string, counter binary, within array<long>"
_REACH: Final = "account string, accounts long, within array<long>, error double"
_ROW_BYTES: Final = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What threads say of pairs, and, where ``receiver`` is null, of an account: rows ``_TOLD``.

    ``folded`` is a name without regard to case; ``units`` of an account are above 0 for the company's.
    """

    as_of: datetime

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        pa = arrow()
        names = [(name, pa.string()) for name in ("giver", "receiver", "folded")]
        schema = pa.schema([*names, ("units", pa.int64())])
        rows = (
            (giver, receiver, (giver if receiver is None else receiver).casefold(), units)
            for (giver, receiver), units in summed(self._found(batches), add)
        )
        return batches_of(rows, schema, _length)

    def _found(self, batches: Iterable[Any]) -> Iterator[tuple[tuple[str, str | None], int]]:
        for thread in threads(batches):
            for account, company in parts.people_of(thread).items():
                yield (account, None), int(company)
            yield from parts.units_between(thread, self.as_of).items()


def told(lines: DataFrame, as_of: datetime, company: Collection[str]) -> DataFrame:
    """Return what posts in order (one column of lines) say, and that accounts are the company's own."""
    ours = [(name, None, name.casefold(), 1) for name in company]
    return lines.mapInArrow(Told(as_of), _TOLD).union(lines.sparkSession.createDataFrame(ours, _TOLD))


def edges(said: DataFrame) -> DataFrame:
    """Return who has to do with whom as rows (account, other), both ways, and each person with themselves."""
    f = functions()
    accounts = (
        said.where("receiver is null").groupBy("giver", "folded").agg((f.sum("units") > 0).alias("company"))
    )
    people = accounts.where("not company")
    meant = people.groupBy("folded").agg(f.min("giver").alias("meant"))
    known = accounts.select(f.col("giver").alias("receiver"), "company")
    pairs = (
        said.where("receiver is not null")
        .join(known, "receiver", "left")
        .join(meant, "folded", "left")
        .withColumn("other", f.expr("if(company is null, meant, if(company, null, receiver))"))
        .where("other != giver")
        .join(people.select("giver"), "giver", "left_semi")
        .groupBy("giver", "other")
        .agg(f.sum("units").alias("units"))
        .where(f.col("units") >= parts.LEAST_UNITS)
    )
    ways = (("giver", "other"), ("other", "giver"))
    one, other = (pairs.select(f.col(a).alias("account"), f.col(b).alias("other")) for a, b in ways)
    own = people.select(f.col("giver").alias("account"), f.col("giver").alias("other"))
    return one.union(other).union(own).distinct().repartition("account")


def reaches(ties: DataFrame, seed: int) -> DataFrame:
    """Return the rows ``_REACH``, estimated: of ``edges``, which are gone through once a hop.

    The plan has no loop in it: each hop reads the one before once, so that nothing is computed twice, and
    what a lost executor held is computed again from there.
    """
    f = functions()
    count = ties.where("account = other").count()
    state = ties.groupBy("account").agg(f.count("*").alias("known")).mapInArrow(_Own(seed), _STATE)
    for hop in range(parts.HOPS):
        sent = state.join(ties, "account").select(
            f.col("other").alias("account"), "counter", f.expr("if(account = other, within, null) as within")
        )
        arriving = sent.mapInArrow(_joined, _STATE).repartition("account").sortWithinPartitions("account")
        state = arriving.mapInArrow(_Arrived(estimates=hop > 0), _STATE)
    return state.select("account", "within").mapInArrow(_Settled(count), _REACH)


@dataclass(frozen=True, slots=True)
class _Own:
    """Gives every account a counter that holds itself, and how many are within one hop, itself included."""

    seed: int

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            accounts, known = (column.to_pylist() for column in batch.columns)
            if accounts:
                yield _state(accounts, parts.holding(accounts, self.seed), [[count] for count in known])


def _joined(batches: Iterable[Any]) -> Iterator[Any]:
    """Join what goes to the same account before it travels: to those with many contacts much does."""
    for batch in batches:
        if batch.num_rows:
            yield _state(*_one_each(*_read(batch)))


@dataclass(frozen=True, slots=True)
class _Arrived:
    """Joins what came to each account, in order of accounts, and estimates how many its counter holds."""

    estimates: bool

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        held: _Found | None = None
        for batch in batches:
            if batch.num_rows:
                accounts, rows, within = _one_each(*_after(held, _read(batch)))
                held = accounts[-1:], rows[-1:], within[-1:]  # its account may go on in the next batch
                yield from self._told((accounts[:-1], rows[:-1], within[:-1]))
        if held is not None:
            yield from self._told(held)

    def _told(self, found: _Found) -> Iterator[Any]:
        accounts, rows, within = found
        if accounts and self.estimates:
            more = parts.estimated(rows).tolist()
            yield _state(
                accounts, rows, [[*(known or ()), one] for known, one in zip(within, more, strict=True)]
            )
        elif accounts:
            yield _state(accounts, rows, within)


@dataclass(frozen=True, slots=True)
class _Settled:
    count: int

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        pa = arrow()
        columns = [("accounts", pa.int64()), ("within", pa.list_(pa.int64())), ("error", pa.float64())]
        return batches_of(self._rows(batches), pa.schema([("account", pa.string()), *columns]), _length)

    def _rows(self, batches: Iterable[Any]) -> Iterator[Row]:
        error = parts.relative_error()
        for batch in batches:
            accounts, within = (column.to_pylist() for column in batch.columns)
            if accounts:
                numbers = parts.settled(np.array(within, np.int64), self.count).tolist()
                yield from (
                    (name, self.count, each, error) for name, each in zip(accounts, numbers, strict=True)
                )


_Within = list[list[int] | None]
_Found = tuple[list[str], parts.Rows, _Within]


def _one_each(accounts: list[str], rows: parts.Rows, within: _Within) -> _Found:
    """Return each account once, in order; one of its rows at most says what was within."""
    said = {name: each for name, each in zip(accounts, within, strict=True) if each is not None}
    names, together = parts.joined(accounts, rows)
    return names, together, [said.get(name) for name in names]


def _after(held: _Found | None, found: _Found) -> _Found:
    if held is None:
        return found
    return held[0] + found[0], np.concatenate((held[1], found[1])), held[2] + found[2]


def _read(batch: Any) -> _Found:
    accounts, counters, within = (column.to_pylist() for column in batch.columns)
    return accounts, np.frombuffer(b"".join(counters), np.uint8).reshape(len(accounts), -1), within


def _state(accounts: list[str], rows: parts.Rows, within: _Within) -> Any:
    pa = arrow()
    arrays = [
        pa.array(accounts, pa.string()),
        pa.array([row.tobytes() for row in rows], pa.binary()),
        pa.array(within, pa.list_(pa.int64())),
    ]
    return pa.RecordBatch.from_arrays(arrays, names=["account", "counter", "within"])


def _length(row: Row) -> int:
    return _ROW_BYTES + len(row[0])
