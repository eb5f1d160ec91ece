"""All that is held about a person as one ZIP, made while it is sent: nothing of it is kept.

JSON Lines and CSV for each class, the posts as ActivityStreams 2.0, and a data dictionary in both languages.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kulanz.core.cells import harmless
from kulanz.core.spoken import LANGS
from kulanz.desk.models import Retention
from kulanz.desk.rules.data_catalogue import DataClass
from kulanz.desk.rules.data_dictionary import dictionary
from kulanz.desk.services.held import rows_of
from kulanz.desk.services.held_rows import Row, Subject

CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
_PIECE: Final = 64 * 1024
_READ_ME: Final = {"de": "LIES-MICH.txt", "en": "READ-ME.txt"}


class _Pipe:
    """What a ZIP is written to, taken away piece by piece; it cannot be sought in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = self._at = 0

    def write(self, data: bytes, /) -> int:
        self._pieces.append(bytes(data))
        self._size += len(data)
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing waits below."""

    def close(self) -> None:
        """What was written is still taken away."""

    def taken(self, least: int) -> Iterator[bytes]:
        """Yield what was written, if it is that much."""
        if self._size and self._size >= least:
            yield b"".join(self._pieces)
            self._pieces, self._size = [], 0


def archive(subject: Subject) -> Iterator[bytes]:
    """Yield the ZIP piece by piece."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as zipped:
        for name, lines in _files(subject):
            with zipped.open(_info(name, subject), "w", force_zip64=True) as file:
                for line in lines:
                    file.write(line)
                    yield from pipe.taken(_PIECE)
    yield from pipe.taken(0)


def activity(row: Row) -> dict[str, Any]:
    """Return a post as a Note of ActivityStreams 2.0."""
    note = {
        "@context": CONTEXT,
        "type": "Note",
        "id": row["url"] or f"urn:kulanz:{row['source']}:{row['post']}",
        "attributedTo": row["account"],
        "content": row["text"],
        "mediaType": "text/plain",
        "published": row["created_at"],
        "url": row["url"],
        "context": row["conversation"],
        "contentMap": {row["language"]: row["text"]} if row["language"] else None,
    }
    return {name: value for name, value in note.items() if value}


def _files(subject: Subject) -> Iterator[tuple[str, Iterator[bytes]]]:
    days = dict(Retention.objects.values_list("data_class", "days"))
    for lang in LANGS:
        text = dictionary(lang, days, made_at=subject.now, classes=subject.classes)
        yield _READ_ME[lang], iter([text.encode()])
    for each in subject.classes:
        yield f"json/{each.name}.jsonl", _lines(rows_of(subject, each.name))
        yield f"csv/{each.name}.csv", _table(each, rows_of(subject, each.name))
    yield "activitystreams/posts.json", _collection(rows_of(subject, "posts"))


def _lines(rows: Iterable[Row]) -> Iterator[bytes]:
    for row in rows:
        yield _json(row) + b"\n"


def _table(each: DataClass, rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield a table that begins with a mark by which spreadsheets know UTF-8."""
    yield "\ufeff".encode() + _cells(each.fields)
    for row in rows:
        yield _cells([_cell(row[name]) for name in each.fields])


def _collection(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield an OrderedCollection note by note; how many there are is known at the end."""
    yield f'{{"@context":"{CONTEXT}","type":"OrderedCollection","orderedItems":['.encode()
    count = 0
    for row in rows:
        note = {name: value for name, value in activity(row).items() if name != "@context"}
        yield (b",\n" if count else b"\n") + _json(note)
        count += 1
    yield f'],"totalItems":{count}}}\n'.encode()


def _cells(values: Iterable[str]) -> bytes:
    out = StringIO()
    csv.writer(out).writerow([harmless(value) for value in values])
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value).decode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _info(name: str, subject: Subject) -> ZipInfo:
    moment = subject.now
    info = ZipInfo(name, (moment.year, moment.month, moment.day, moment.hour, moment.minute, 0))
    info.compress_type = ZIP_DEFLATED
    return info
