"""Kulanz JSONL: one post per line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item
from kulanz.sources.json_head import top_level_keys
from kulanz.sources.lines import numbered_lines

POST_FIELDS: Final = tuple(name for name in Post.__struct_fields__ if name != "extra")
REQUIRED_FIELDS: Final = ("thread_id", "post_id", "author_id", "created_at", "text")
ID_FIELDS: Final = ("thread_id", "post_id", "author_id", "reply_to")
BAD_LINE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
_LINES_TRIED: Final = 50
_REMEDIES: Final = (
    ("timezone", "write the time zone too, such as 2024-05-01T12:00:00Z"),
    ("RFC3339", "write times like 2024-05-01T12:00:00Z"),
    ("created_at", "write times like 2024-05-01T12:00:00Z, or null"),
    ("missing required field", f"every line needs {', '.join(REQUIRED_FIELDS)}"),
    ("`$.role`", "a role is customer, staff or moderator"),
)
_FIELD: Final = re.compile(r"at `\$\.(\w+)")
_KINDS: Final = {
    **dict.fromkeys(("likes", "thread_views"), "a whole number from 0, without quotation marks, or null"),
    **dict.fromkeys(("thread_id", "post_id"), "text that is not empty"),
    "text": "text",
    "accepted": "true, false or null",
}


def decoder(*, keep_extra: bool = False) -> Callable[[bytes], Post]:
    """Return a function from one line to its Post; it raises one of ``BAD_LINE``.

    With ``keep_extra`` unknown fields go into ``Post.extra``, at about a third of the speed.
    """
    if keep_extra:
        return _keeping_extra
    fast = msgspec.json.Decoder(Post).decode

    def decode(line: bytes) -> Post:
        try:
            return fast(line)
        except msgspec.DecodeError:
            return post_from(_fields(line))

    return decode


def post_from(fields: dict[str, Any]) -> Post:
    """Return the Post of a JSON object; ids may be whole numbers. Raise ValidationError."""
    for name in ID_FIELDS:
        value = fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            fields[name] = str(value)
    return msgspec.convert(fields, Post)


def remedy_for(error: Exception) -> str:
    """Return what to do about a line that could not be decoded."""
    message = str(error)
    if remedy := next((remedy for part, remedy in _REMEDIES if part in message), None):
        return remedy
    if not (field := _FIELD.search(message)):
        return "every line must be one JSON object in UTF-8"
    kind = _KINDS.get(field[1])
    return f"{field[1]} must be {kind}" if kind else f"correct the field {field[1]}"


def report_line(file: str, number: int, line: bytes, error: Exception, problems: Problems) -> None:
    """Report a line that raised one of ``BAD_LINE``; an empty line is no problem."""
    if line.strip():
        problems.add(file, number, str(error), remedy_for(error))


def _keeping_extra(line: bytes) -> Post:
    fields = _fields(line)
    extra = {name: value for name, value in fields.items() if name not in POST_FIELDS}
    known = {name: value for name, value in fields.items() if name not in extra}
    return post_from({**known, "extra": extra} if extra else known)


def _fields(line: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError as error:
        if b"NaN" not in line or isinstance(error, msgspec.ValidationError):
            raise
        return _fields_with_nan(line)


def _fields_with_nan(line: bytes) -> dict[str, Any]:
    """Read the NaN that data frames write, though it is no JSON, as null."""
    try:
        fields = json.loads(line, parse_constant=lambda _constant: None)
    except ValueError as error:
        raise msgspec.DecodeError(f"JSON is malformed: {error}") from error
    return msgspec.json.decode(msgspec.json.encode(fields), type=dict[str, Any])


class JsonlReader:
    """Reads Kulanz JSONL."""

    name: Final = "jsonl"

    def accepts(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - content decides
        if b'"text"' not in head:
            return False
        return any(_is_post(line) for line in head.split(b"\n", _LINES_TRIED)[:_LINES_TRIED])

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:
        decode = decoder(keep_extra=options.keep_extra)
        for number, line in numbered_lines(item, problems, options.limits.max_line_bytes):
            try:
                post = decode(line)
            except BAD_LINE as error:
                report_line(item.name, number, line, error, problems)
                continue
            yield post


def _is_post(line: bytes) -> bool:
    if b'"thread_id"' not in line and b'"post_id"' not in line:
        return False
    keys = set(top_level_keys(line)) if line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{") else set()
    return b"text" in keys and not keys.isdisjoint({b"thread_id", b"post_id"})


READER: Final = JsonlReader()
