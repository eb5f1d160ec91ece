"""CSV files in a folder, for billing systems that can export and import but not be asked.

Billing writes tables into ``in/claims``, ``in/confirmations``, ``in/events`` and ``in/gestures``; orders for
it lie in ``out``, one file an act. A file that was read moves to ``done``. Lines that could not be read are
reported, and copied to ``rejected`` with the reason beside them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from kulanz.billing.correspondence import Act, Correspondence, Order
from kulanz.billing.csvdrop.tables import FOLDERS, Mark, Refused, Table, TableError, read
from kulanz.billing.errors import TryAgainError
from kulanz.billing.files import make_folder, write_whole
from kulanz.billing.inbox import PLAIN, Codec, Inbox
from kulanz.core.cells import harmless
from kulanz.sources.errors import Problems

MOST_BYTES: Final = 64 << 20
QUIET: Final = timedelta(seconds=10)
"""A file that was written to so lately is left alone: its writer may not have ended."""
_UNFINISHED: Final = (".tmp", ".part", ".filepart", ".crdownload")
_READ: Final = ("done", "rejected")
_HOLD: Final = ("act", "key", "customer", "claim_id", "reason", "review_on")
_GESTURE: Final = ("act", "key", "kind", "customer", "claim_id", "amount", "currency", "until", "reason")


def read_files(folder: Path) -> Sequence[Path]:
    """Return the files below a folder that were read, and those of lines that could not be."""
    found = (path for place in _READ for path in (folder / place).rglob("*"))
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


class CsvDrop(Correspondence):
    """A folder shared with billing. ``columns`` maps the fields of claims to the columns of its export.

    ``codec`` is how its inbox is written; the tables are for billing to read.
    """

    name: Final = "csv"

    def __init__(  # noqa: PLR0913 - a folder, how its tables are, and what is given to every adapter
        self,
        folder: Path,
        *,
        columns: Mapping[str, str] | None = None,
        decimal_mark: Mark = ".",
        quiet: timedelta = QUIET,
        codec: Codec = PLAIN,
        now: Callable[[], datetime],
        problems: Problems,
    ) -> None:
        self._folder = folder
        self._columns = columns or {}
        self._mark: Mark = decimal_mark
        self._quiet = quiet
        self._problems = problems
        with _reachable(folder):
            for place in (*(f"in/{name}" for name in FOLDERS), "out", *_READ):
                make_folder(folder / place)
            super().__init__(Inbox(folder / ".kulanz" / "inbox.sqlite", codec), now)

    def deliver(self, act: Act, order: Order) -> None:
        fields = {"act": act, **msgspec.to_builtins(order), "reason": harmless(order.reason)}
        columns = _GESTURE if act == "give" else _HOLD
        if act == "give":
            fields |= fields["amount"] or {"amount": None, "currency": None}
        row = [fields[name] or "" for name in columns]
        with _reachable(self._folder):
            write_whole(self._folder / "out" / f"{order.key}-{act}.csv", _csv([columns, row]))

    def collect(self) -> None:
        """Read the files that billing has put down; nothing of a file is taken twice, none is lost."""
        with _reachable(self._folder):
            for name in FOLDERS:
                for path in sorted((self._folder / "in" / name).iterdir()):
                    if self._is_ready(path):
                        self._take(name, path)

    def _is_ready(self, path: Path) -> bool:
        if path.name.startswith(".") or path.suffix.lower() in _UNFINISHED:
            return False
        if path.is_symlink() or not path.is_file():
            self._problems.add(str(path), None, "it is no plain file", "put the file itself there")
            return False
        known = path.stat()
        if known.st_size > MOST_BYTES:
            self._problems.add(str(path), None, f"it has more than {MOST_BYTES:,} bytes", "split it")
            return False
        return datetime.fromtimestamp(known.st_mtime, UTC) + self._quiet <= self._now()

    def _take(self, name: str, path: Path) -> None:
        """Keep the good lines first, then write down the others, then move the file.

        Whoever is killed in between left the file where it was; read again, it has the same mark.
        """
        data = path.read_bytes()
        mark = hashlib.sha256(data + str(path.stat().st_mtime_ns).encode()).hexdigest()[:16]
        columns = self._columns if name == "claims" else {}
        try:
            table = read(data, FOLDERS[name], columns, self._mark)
        except TableError as error:
            remedy = "correct its header, or name its columns, and put it into the folder again"
            self._problems.add(str(path), 1, str(error), remedy)
            self._move(path, self._folder / "rejected" / name / f"{mark}-{path.name}")
            return
        self.keep(FOLDERS[name], mark, table.good)
        if table.refused:
            self._reject(path, table, self._folder / "rejected" / name / f"{mark}-{path.name}")
        self._move(path, self._folder / "done" / name / f"{mark}-{path.name}")

    def _reject(self, path: Path, table: Table, copy: Path) -> None:
        for each in table.refused:
            self._problems.add(str(path), each.line, each.reason, each.remedy)
        make_folder(copy.parent)
        write_whole(
            copy, _csv([[*table.header, "line", "problem"], *_rejected(table.refused, len(table.header))])
        )

    def _move(self, path: Path, place: Path) -> None:
        make_folder(place.parent)
        path.replace(place)


@contextmanager
def _reachable(folder: Path) -> Iterator[None]:
    """Turn a folder that is away, full or closed to us into an error of billing."""
    try:
        yield
    except OSError as error:
        raise TryAgainError(f"the folder {folder} cannot be used: {error}") from error


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8")


def _rejected(refused: Sequence[Refused], width: int) -> Iterator[list[str]]:
    for each in refused:
        yield [*each.cells, *[""] * (width - len(each.cells)), str(each.line), each.reason]
