"""Reads and writes ConvoKit corpora: folders of JSON files.

Utterances are read one at a time, so that a corpus may be larger than memory; only the
titles of its conversations are held. Written corpora carry every field of a Post in the
utterance's ``meta`` and say so in corpus.json, so that they read back as the same posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item, document
from kulanz.sources.json_list import list_elements
from kulanz.sources.lines import numbered_lines
from kulanz.sources.times import parse_time

OWN_MARK: Final = "kulanz_posts"
"""Set to 1 in corpus.json of a corpus whose ``meta`` holds the fields of Posts."""

UNKNOWN_SPEAKER: Final = "(unknown)"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND: Final = 30_000_000_000
_LINES: Final = "utterances.jsonl"
_LIST: Final = "utterances.json"
_TITLES: Final = ("thread_title", "title", "subject", "page_title", "name")
_BASE: Final = ("thread_id", "post_id", "author_id", "created_at", "text", "reply_to")
_BAD: Final = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)
_REMEDY: Final = "an utterance needs id, speaker, conversation_id, text and timestamp"

_Json = Mapping[str, Any]


def is_corpus(folder: Path) -> bool:
    """Whether a folder holds a ConvoKit corpus."""
    has_utterances = (folder / _LINES).is_file() or (folder / _LIST).is_file()
    return has_utterances and any(
        (folder / name).is_file()
        for name in ("conversations.json", "speakers.json", "users.json", "corpus.json")
    )


def read_corpus(folder: Path, problems: Problems, options: ReadOptions) -> Iterator[Post]:
    """Yield one post per utterance; broken ones are reported and skipped.

    Raises SourceError where conversations.json is larger than a document may be.
    """
    is_own = _document(folder / "corpus.json", problems, options).get(OWN_MARK) == 1
    titles = {} if is_own else _titles(_document(folder / "conversations.json", problems, options))
    path = folder / _LINES if (folder / _LINES).is_file() else folder / _LIST
    with path.open("rb") as stream:
        item = Item(str(path), stream)
        for number, value in _utterances(item, problems, options):
            try:
                yield _own_post(value) if is_own else _post(value, titles, keep_extra=options.keep_extra)
            except _BAD as error:
                problems.add(item.name, number, str(error), _REMEDY)


def write_corpus(posts: Iterable[Post], folder: Path) -> int:
    """Write posts as a corpus that ConvoKit's ``Corpus(filename=...)`` loads; return their number.

    The folder is made where it is missing; a corpus in it is overwritten. Memory holds the
    ids of speakers and threads, not the posts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    speakers: dict[str, Any] = {}
    conversations: dict[str, dict[str, Any]] = {}
    types: dict[str, list[str]] = {}
    count = 0
    with (folder / _LINES).open("wb") as lines:
        for count, post in enumerate(posts, start=1):  # noqa: B007 (the count is returned)
            meta = _meta(post)
            lines.write(msgspec.json.encode(_utterance(post, meta)) + b"\n")
            speakers.setdefault(_speaker(post), {"meta": {}, "vectors": []})
            conversations.setdefault(post.thread_id, {}).update(_of_thread(meta))
            types.update({name: [str(type(value))] for name, value in meta.items() if name not in types})
    wrapped = {thread: {"meta": meta, "vectors": []} for thread, meta in conversations.items()}
    _write(folder / "speakers.json", speakers)
    _write(folder / "conversations.json", wrapped)
    _write(folder / "corpus.json", {OWN_MARK: 1})
    _write(folder / "index.json", _index(types))
    return count


def _utterances(item: Item, problems: Problems, options: ReadOptions) -> Iterator[tuple[int, Any]]:
    limit = options.limits.max_line_bytes
    if item.name.endswith(".json"):
        yield from enumerate(list_elements(item, limit), start=1)
        return
    for number, line in numbered_lines(item, problems, limit):
        try:
            yield number, msgspec.json.decode(line)
        except _BAD as error:
            if line.strip():
                problems.add(item.name, number, str(error), _REMEDY)


def _document(path: Path, problems: Problems, options: ReadOptions) -> _Json:
    """Return a JSON object, empty where the file is missing or broken."""
    if not path.is_file():
        return {}
    with path.open("rb") as stream:
        data = document(Item(str(path), stream), options.limits)
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except _BAD as error:
        problems.add(str(path), None, f"is not a JSON object: {error}", "titles are left out")
        return {}


def _titles(conversations: _Json) -> dict[str, str]:
    """The title of each conversation whose metadata names one; older files lack ``meta``."""
    titles: dict[str, str] = {}
    for conversation, data in conversations.items():
        meta = data.get("meta", data) if isinstance(data, dict) else None
        if isinstance(meta, dict):
            names = (meta.get(key) for key in _TITLES)
            title = next((name for name in names if isinstance(name, str) and name), None)
            if title is not None:
                titles[conversation] = title
    return titles


def _post(value: Any, titles: Mapping[str, str], *, keep_extra: bool) -> Post:
    entry = _object(value)
    post_id = _id(entry.get("id"))
    reply_to = _id(entry.get("reply_to", entry.get("reply-to")))
    thread_id = _id(entry.get("conversation_id", entry.get("root"))) or (None if reply_to else post_id)
    text = entry.get("text")
    if not post_id or not thread_id or not isinstance(text, str | None):
        raise ValueError("expected id, conversation_id and text of an utterance, and one is missing")
    meta = entry.get("meta")
    return Post(
        thread_id=thread_id,
        post_id=post_id,
        author_id=_id(entry.get("speaker", entry.get("user"))),
        created_at=_time(entry.get("timestamp")),
        text=text or "",
        reply_to=reply_to,
        thread_title=titles.get(thread_id),
        extra=meta if keep_extra and isinstance(meta, dict) and meta else msgspec.UNSET,
    )


def _own_post(value: Any) -> Post:
    entry = _object(value)
    meta = _object(entry.get("meta"))
    base = {
        "thread_id": entry.get("conversation_id"),
        "post_id": entry.get("id"),
        "author_id": None if meta.get("author_unknown") else entry.get("speaker"),
        "created_at": _time(entry.get("timestamp")),
        "text": entry.get("text"),
        "reply_to": entry.get("reply-to"),
    }
    return msgspec.convert({**meta, **base}, Post)


def _object(value: Any) -> _Json:
    if isinstance(value, dict):
        return value
    raise ValueError(f"expected a JSON object, got {type(value).__name__}")


def _id(value: Any) -> str | None:
    """Return an id as text; ConvoKit's own files hold numbers and, once, objects with an id."""
    if isinstance(value, dict):
        value = value.get("id", value.get("name"))
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _time(value: Any) -> datetime | None:
    """Return a time from epoch seconds or ISO text; None stands for a corpus without times."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"timestamp is not a number: {value!r:.60}")  # noqa: TRY004 (input, not a bug)
    return (
        parse_time(value) if isinstance(value, str) and not _is_number(value) else _from_epoch(float(value))
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _from_epoch(seconds: float) -> datetime:
    if not abs(seconds) < _LAST_SECOND:
        raise ValueError(f"timestamp is not in epoch seconds: {seconds!r}")
    return _EPOCH + timedelta(seconds=seconds)


def _utterance(post: Post, meta: _Json) -> dict[str, Any]:
    return {
        "id": post.post_id,
        "conversation_id": post.thread_id,
        "text": post.text,
        "speaker": _speaker(post),
        "meta": meta,
        "reply-to": post.reply_to,
        "timestamp": None if post.created_at is None else post.created_at.timestamp(),
        "vectors": [],
    }


def _speaker(post: Post) -> str:
    return UNKNOWN_SPEAKER if post.author_id is None else post.author_id


def _meta(post: Post) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(post)
    meta = {name: value for name, value in fields.items() if name not in _BASE}
    return {**meta, "author_unknown": True} if post.author_id is None else meta


def _of_thread(meta: _Json) -> dict[str, Any]:
    return {name: value for name, value in meta.items() if name.startswith("thread_")}


def _index(types: Mapping[str, list[str]]) -> dict[str, Any]:
    """ConvoKit's index: the types of the metadata fields of each kind of object."""
    return {
        "utterances-index": types,
        "speakers-index": {},
        "conversations-index": {name: kind for name, kind in types.items() if name.startswith("thread_")},
        "overall-index": {OWN_MARK: [str(int)]},
        "version": 1,
        "vectors": [],
    }


def _write(path: Path, value: Any) -> None:
    path.write_bytes(msgspec.json.encode(value))
