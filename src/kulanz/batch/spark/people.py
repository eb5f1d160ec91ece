"""Standing and reach of everybody at a source, for archives and graphs beyond the memory of one machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Final, Self

from kulanz.batch.options import Window
from kulanz.batch.spark import contributing, knowing
from kulanz.batch.spark.inputs import lines_of, noted, of_frame
from kulanz.batch.spark.placing import placed
from kulanz.batch.spark.session import check_classic, plain_errors
from kulanz.core.standing import Flags
from kulanz.sources import Problems

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_ALL: Final = Window()
_NO_FLAGS: Final[Mapping[str, Flags]] = MappingProxyType({})


class SparkPeople:
    """Everybody at one source, as of a moment; a context manager that lets go of what Spark keeps for it.

    Its frames are lazy, and good until ``close``.
    """

    def __init__(self, kept: DataFrame, as_of: datetime) -> None:
        self._as_of = as_of
        self._lines = kept.where("note is null").select("line")
        self._kept = [kept]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def standings(self, flags: Mapping[str, Flags] = _NO_FLAGS) -> DataFrame:
        """Return a row for each account: ``account``, and the fields of ``kulanz.core.standing.Standing``.

        ``flags`` are by account.
        """
        return contributing.standings(self._lines, self._as_of, dict(flags))

    def reaches(self, seed: int, company: Collection[str] = ()) -> DataFrame:
        """Return a row for each account: ``account``, ``accounts``, ``within`` and ``error``.

        They are those of ``kulanz.core.network.NetworkReach``, estimated as ``Network.reaches`` does with
        ``seed``. ``company`` names accounts of the company's own, beside those whose posts say so.
        """
        with plain_errors():
            said = self._keep(knowing.told(self._lines, self._as_of, company))
            return knowing.reaches(self._keep(knowing.edges(said)), seed)

    def close(self) -> None:
        """Let go of what Spark keeps."""
        while self._kept:
            self._kept.pop().unpersist()

    def _keep(self, frame: DataFrame) -> DataFrame:
        self._kept.append(frame.persist())
        return frame


def people(frame: DataFrame, *, as_of: datetime, problems: Problems | None = None) -> SparkPeople:
    """Read all posts of one source from a DataFrame as ``scan`` takes it; ``as_of`` has a time zone.

    What later posts say counts, too: leave them out of the frame. Raise UnreadableError when there was not
    one post, SparkError where Spark gave up, and ValueError for a moment without a time zone.
    """
    if as_of.tzinfo is None:
        raise ValueError(f"as_of needs a time zone, got {as_of.isoformat()}: add one, such as +00:00")
    check_classic(frame.sparkSession)
    with plain_errors():
        kept = placed(lines_of([of_frame(frame)], _ALL), _ALL).persist()
        try:
            noted(kept, ["DataFrame"], Problems() if problems is None else problems)
        except BaseException:
            kept.unpersist()
            raise
    return SparkPeople(kept, as_of)
