"""The journal of erasures: a file outside the database by which people stay erased after a restore.

A line says whom an erasure met, by keyed digests alone (HMAC-SHA256 under the key of the tombstones, which
lies sealed in the database): without that key it leads to nobody. See ``erasing_again`` for how it is used.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kulanz.desk.conf import conf
from kulanz.desk.models import Erasure, Person, Tombstone
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.veiling import digest_key, key_digest, person_digest

LONGEST_LINE: Final = 16 * 1024 * 1024
_FORMAT: Final = 1


class Buried(msgspec.Struct, frozen=True):
    """An account with what it is called from now on."""

    source: int
    key: str
    pseudonym: str


class Stone(msgspec.Struct, frozen=True, kw_only=True):
    """A tombstone as ``models.Tombstone`` has it; ``source`` is None for what counts everywhere."""

    digest: str
    source: int | None
    pseudonym: str
    words: int
    bare: bool
    silent: bool


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """One erasure: what the person is called since, digests of all their profiles, and their stones.

    ``key`` tells the key that the digests were made with.
    """

    v: int
    at: datetime
    key: str
    pseudonym: str
    people: tuple[str, ...]
    stones: tuple[Stone, ...]


def journal_line(
    *, pseudonym: str, people: Iterable[Person], accounts: Iterable[Buried], now: datetime
) -> str:
    """Return the line of an erasure, once its names are buried and while its profiles are still there."""
    key, called = digest_key(), [pseudonym, *(each.pseudonym for each in accounts)]
    rows = Tombstone.objects.filter(pseudonym__in=called).order_by("pk")
    fields = ("digest", "source", "pseudonym", "words", "bare", "silent")
    erased = Erased(
        v=_FORMAT,
        at=now,
        key=key_digest(key),
        pseudonym=pseudonym,
        people=tuple(person_digest(key, each) for each in people),
        stones=tuple(Stone(**row) for row in rows.values(*fields)),
    )
    return msgspec.json.encode(erased).decode()


def keep_journal(place: Path | None = None) -> None:
    """Write into the journal, or a copy of it, every erasure of the database that it lacks."""
    path = place or conf().erasure_journal
    lines = list(Erasure.objects.exclude(journal="").order_by("pk").values_list("journal", flat=True))
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8", newline="\n") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        content = file.read()
        kept = set(content.splitlines())
        # a line that a death has cut is closed, so that it spoils none after it
        file.write("\n" if content and not content.endswith("\n") else "")
        file.writelines(f"{line}\n" for line in lines if line not in kept)
        file.flush()
        os.fsync(file.fileno())


def read_journals(paths: Sequence[Path]) -> list[Erased]:
    """Return the erasures of journals, each once; a line that a death has cut is left out.

    Raise RuleError for a file that is no journal.
    """
    found = dict.fromkeys(line for path in paths for line in _lines(path))
    return [each for each in map(_read, found) if each is not None]


def check_ours(erased: Sequence[Erased]) -> None:
    """Raise RuleError unless the digests of erasures were made with the key of this database."""
    key = key_digest(digest_key())
    if any(each.key != key for each in erased):
        raise RuleError(
            "the journal of erasures is of another desk, or was begun with another key: name the one that"
            " belongs to this backup, and move KULANZ_ERASURE_JOURNAL away where it does not"
        )


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise RuleError(
                    "%(path)s: a line is longer than any of a journal of erasures", path=str(path)
                )
            if line.strip():
                yield line.decode("utf-8", "replace").rstrip("\n")


def _read(line: str) -> Erased | None:
    try:
        erased = msgspec.json.decode(line, type=Erased)
    except msgspec.ValidationError as error:
        raise RuleError("this is no journal of erasures: %(why)s", why=str(error)) from error
    except msgspec.DecodeError:
        return None
    if erased.v != _FORMAT:
        raise RuleError("the journal of erasures was written by a newer Kulanz: restore with that one")
    return erased
