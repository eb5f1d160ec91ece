"""What a billing system sent and what it was told, in one SQLite file: nothing twice, nothing lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from kulanz.billing.errors import TryAgainError
from kulanz.billing.files import make_file, make_folder

Kind = Literal["claim", "event", "confirmation", "order", "gesture", "gesture order"]

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    kept_at TEXT NOT NULL,
    UNIQUE (kind, message)
)
"""
_INDEX: Final = "CREATE INDEX IF NOT EXISTS entry_key ON entry (kind, key)"
_BUSY_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Codec:
    """How bodies are written, and read again: as they are, unless whoever uses an inbox seals them.

    Both may raise BillingErrors.
    """

    seal: Callable[[bytes], bytes] = bytes
    unseal: Callable[[bytes], bytes] = bytes


PLAIN: Final = Codec()


class Inbox:
    """Entries in the order in which they came; several processes may use one file."""

    def __init__(self, path: Path, codec: Codec = PLAIN) -> None:
        self._path = path
        self._codec = codec
        make_folder(path.parent)
        with self._open() as connection:
            connection.execute(_TABLE)
            connection.execute(_INDEX)

    def keep(self, kind: Kind, entries: Iterable[tuple[str, str, bytes]], now: datetime) -> int:
        """Keep (message, key, body), all or none; return how many messages had not come before."""
        at = now.astimezone(UTC).isoformat()
        with self._open() as connection:
            before = connection.total_changes
            connection.executemany(
                "INSERT OR IGNORE INTO entry (kind, message, key, body, kept_at) VALUES (?, ?, ?, ?, ?)",
                ((kind, message, key, self._codec.seal(body), at) for message, key, body in entries),
            )
            return connection.total_changes - before

    def after(self, kind: Kind, number: int, limit: int) -> list[tuple[int, bytes]]:
        """Return the entries of a kind that came after a number, with theirs."""
        wanted = "SELECT number, body FROM entry WHERE kind = ? AND number > ? ORDER BY number LIMIT ?"
        with self._open() as connection:
            rows = connection.execute(wanted, (kind, number, limit)).fetchall()
        return [(number, self._codec.unseal(body)) for number, body in rows]

    def about(self, kind: Kind, key: str) -> list[bytes]:
        """Return the entries of a kind about a key, the oldest first."""
        wanted = "SELECT body FROM entry WHERE kind = ? AND key = ? ORDER BY number"
        with self._open() as connection:
            rows = connection.execute(wanted, (kind, key)).fetchall()
        return [self._codec.unseal(body) for (body,) in rows]

    def forget(self, before: datetime) -> None:
        """Remove claims and events kept before a time; what was said of holds and gestures stays."""
        with self._open() as connection:
            connection.execute(
                "DELETE FROM entry WHERE kind IN ('claim', 'event') AND kept_at < ?",
                (before.astimezone(UTC).isoformat(),),
            )

    def renew(self, is_old: Callable[[bytes], bool], number: int, limit: int) -> int:
        """Write old bodies after a number anew; return how far that went, 0 at the end."""
        wanted = "SELECT number, body FROM entry WHERE number > ? ORDER BY number LIMIT ?"
        with self._open() as connection:
            rows = connection.execute(wanted, (number, limit)).fetchall()
            anew = [(self._codec.seal(self._codec.unseal(body)), key) for key, body in rows if is_old(body)]
            connection.executemany("UPDATE entry SET body = ? WHERE number = ?", anew)
        return rows[-1][0] if len(rows) == limit else 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction, kept where the block ends well."""
        try:
            make_file(self._path)
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                with connection:
                    yield connection
        except (sqlite3.Error, OSError) as error:
            raise TryAgainError(
                f"the inbox {self._path} cannot be used ({error}): check file and disk"
            ) from error
