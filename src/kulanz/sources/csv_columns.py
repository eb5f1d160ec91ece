"""Which column of a table holds which field of a Post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kulanz.sources.errors import SourceError

MAPPABLE: Final = (
    "thread_id", "post_id", "author_id", "created_at", "text", "reply_to", "role", "lang", "likes",
    "accepted", "url", "hidden", "thread_title", "thread_url", "thread_views", "thread_closed_at", "source",
)  # fmt: skip
NEEDED: Final = ("thread_id", "text")
_GUESSES: Final[dict[str, tuple[str, ...]]] = {
    "thread_id": (
        "thread_id", "threadid", "thread", "topic_id", "topicid", "topic", "conversation_id", "conversation",
        "ticket_id", "ticket", "ticketnummer", "ticket_nr", "vorgang", "vorgangsnummer", "discussion_id",
        "thema_id", "thema", "themen_id", "diskussion", "strang", "faden", "betreff_id",
    ),
    "post_id": (
        "post_id", "postid", "post", "message_id", "messageid", "comment_id", "commentid", "beitrag_id",
        "beitragsnummer", "nachricht_id", "nachrichten_id", "kommentar_id", "id", "nr", "nummer",
    ),
    "author_id": (
        "author_id", "author", "autor", "autorin", "autor_id", "user_id", "userid", "username", "user",
        "benutzer", "benutzername", "nutzer", "nutzername", "verfasser", "absender", "von", "from", "sender",
        "account", "kunde", "customer", "mitglied", "name",
    ),
    "created_at": (
        "created_at", "createdat", "created", "date", "datum", "datum_uhrzeit", "time", "timestamp", "zeit",
        "zeitpunkt", "zeitstempel", "uhrzeit", "erstellt", "erstellt_am", "erstelldatum", "posted_at",
        "eingang", "eingegangen", "eingangsdatum",
        "published", "gesendet", "gesendet_am", "sent", "sent_at", "datetime",
    ),
    "text": (
        "text", "body", "message", "content", "nachricht", "nachrichtentext", "beitrag", "beitragstext",
        "inhalt", "kommentar", "comment", "mitteilung", "beschreibung", "description", "post_text", "raw",
    ),
    "reply_to": (
        "reply_to", "replyto", "in_reply_to", "parent_id", "parent", "antwort_auf", "bezug", "antwort_zu",
    ),
    "role": ("role", "rolle"),
    "lang": ("lang", "language", "sprache"),
    "likes": ("likes", "like_count", "gefällt_mir", "gefaellt_mir", "upvotes", "zustimmungen"),
    "accepted": ("accepted", "accepted_answer", "is_accepted", "akzeptiert", "beste_antwort"),
    "url": ("url", "link", "permalink", "adresse"),
    "hidden": ("hidden", "versteckt", "ausgeblendet", "verborgen"),
    "thread_title": ("thread_title", "title", "titel", "subject", "betreff", "topic_title", "überschrift"),
    "thread_url": ("thread_url", "topic_url"),
    "thread_views": ("thread_views", "views", "aufrufe", "ansichten"),
    "thread_closed_at": ("thread_closed_at", "closed_at", "geschlossen_am"),
    "source": ("source", "quelle", "kanal", "channel"),
}  # fmt: skip


def resolve_columns(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Return the position of every Post field that the table holds.

    Fields named in ``columns`` are taken from there, the others guessed from usual German and
    English names. Raise SourceError where a needed field is nowhere.
    """
    _check_fields(columns)
    if not header:
        raise SourceError("has no header row: the first row must name the columns")
    positions = {_normal(name): i for i, name in reversed(list(enumerate(header)))}
    found = {field: _position(header, positions, field, name) for field, name in columns.items()}
    taken = set(found.values())
    for field in MAPPABLE:
        guesses = (positions[guess] for guess in _GUESSES[field] if guess in positions)
        free = next((position for position in guesses if position not in taken), None)
        if field not in found and free is not None:
            found[field] = free
            taken.add(free)
    missing = [field for field in NEEDED if field not in found]
    if missing:
        raise SourceError(_missing(missing, header))
    return found


def _check_fields(columns: Mapping[str, str]) -> None:
    unknown = [field for field in columns if field not in MAPPABLE]
    if unknown:
        raise SourceError(
            f"unknown field {unknown[0]!r} in the column map: expected one of {', '.join(MAPPABLE)}"
        )


def _position(header: Sequence[str], positions: Mapping[str, int], field: str, name: str) -> int:
    if name in header:
        return header.index(name)
    if _normal(name) in positions:
        return positions[_normal(name)]
    raise SourceError(f"no column {name!r} for {field}: the columns are {_listed(header)}")


def _missing(fields: Sequence[str], header: Sequence[str]) -> str:
    example = ",".join(f"{field}={header[i % len(header)]}" for i, field in enumerate(fields))
    return (
        f"no column could be recognised for {' and '.join(fields)}: the columns are {_listed(header)};"
        f" name them, for example --columns {example!r}"
    )


def _listed(header: Sequence[str]) -> str:
    return ", ".join(repr(name[:40]) for name in header[:50])


def _normal(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_").replace("/", "_")
