"""Entries of the public log: what was done, without a word about whom. ADR 4 says why they are as they are.

An entry is canonical JSON. What it is about stands in it as keyed commitments: whoever has key and content
can show that they belong to it, and once both are erased nobody can.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

import msgspec

from kulanz.tlog.canonical import canonical
from kulanz.tlog.errors import TlogError
from kulanz.tlog.impersonal import check_impersonal

Kind: TypeAlias = Literal[
    "measure", "reversal", "rule", "silent_edit", "promise", "report", "key", "erasure", "annotation"
]
Origin: TypeAlias = Literal["", "desk", "source"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

VERSION: Final = 1
LARGEST: Final = 65_535
"""Bytes of an entry: an entry bundle has two bytes for the length."""
KEY_BYTES: Final = 32

ACTS: Final[Mapping[Kind, frozenset[str]]] = MappingProxyType(
    {
        "measure": frozenset({"edit", "hide", "remove", "lock", "move", "warn", "suspend", "slow", "split"}),
        "reversal": frozenset({"reverse", "change", "end"}),
        "rule": frozenset({"publish", "withdraw"}),
        "silent_edit": frozenset({"edit", "hide", "remove", "lock", "move"}),
        "promise": frozenset({"keep", "break"}),
        "report": frozenset({"publish"}),
        "key": frozenset({"begin", "end"}),
        "erasure": frozenset({"erase"}),
        "annotation": frozenset({"note"}),
    }
)
SUBJECTS: Final = frozenset(
    {"thread", "post", "account", "before", "after", "statement", "promise", "appeal"}
)
"""What a commitment may be to."""
DIGESTS: Final = frozenset({"text_de", "text_en", "report", "statement"})
"""What is public anyway and named by its plain SHA-256."""
REASONS: Final = frozenset(
    {
        "abuse", "advertising", "appeal_upheld", "asked_by_author", "company_criticised", "court_order",
        "crime", "data_of_others", "double_post", "fraud", "hate", "heated", "impersonation",
        "intellectual_property", "key_lost", "key_rotation", "minors", "mistake", "no_measure_known",
        "off_topic", "order_of_authority", "other", "person_asked", "rule_broken", "self_harm",
        "sexual_content", "spam", "technical", "threat", "time_over", "unsafe_product", "untrue", "violence",
    }
)  # fmt: skip
SCOPES: Final = frozenset({"post", "thread", "account", "source"})

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_HEX_16: Final = re.compile(r"[0-9a-f]{32}")
_HEX_32: Final = re.compile(r"[0-9a-f]{64}")
_VKEY: Final = re.compile(r"[!-*,-~]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{1,500}")
_MOST_REASONS: Final = 8
_LATEST_VERSION: Final = 10**6


class EntryError(TlogError):
    """Something is no entry of this log; the message says what was expected."""


class RuleRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as it was published: its key, and which version of it."""

    key: str
    version: int


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One entry. What is empty is left out of its bytes.

    ``at`` is RFC 3339 in UTC to the second, so is ``until``, the end of a measure. ``id`` is 16 random bytes
    in hex: no two entries are alike. ``source`` is the log's own name of a source. ``subjects`` are
    commitments by name, ``digests`` SHA-256 of what is public, both in hex. ``origin`` says where a measure
    was taken: at the desk, or at the source, where it was only seen. ``since`` is when a rule takes effect.
    ``refers`` is the leaf hash of an earlier entry, which is known before its index is. ``vkey`` is a key of
    the log that begins or ends.
    """

    v: Literal[1]
    kind: Kind
    act: str
    at: str
    id: str
    source: str = ""
    subjects: dict[str, str] = {}
    digests: dict[str, str] = {}
    rule: RuleRef | None = None
    reasons: tuple[str, ...] = ()
    note: str = ""
    scope: str = ""
    origin: Origin = ""
    since: str = ""
    until: str = ""
    refers: str = ""
    vkey: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """Which fields a kind of entry needs, and which it may have beside ``reasons`` and ``note``."""

    needs: frozenset[str]
    may: frozenset[str] = frozenset()


def _form(needs: str, may: str = "") -> _Form:
    return _Form(frozenset(needs.split()), frozenset(may.split()))


_FORMS: Final[Mapping[Kind, _Form]] = MappingProxyType(
    {
        "measure": _form("source subjects", "rule scope origin until digests refers"),
        "reversal": _form("source refers", "subjects rule scope origin until digests"),
        "rule": _form("rule digests", "since until refers"),
        "silent_edit": _form("source subjects", "scope refers"),
        "promise": _form("", "source subjects until refers"),
        "report": _form("digests", "source refers"),
        "key": _form("vkey", "refers until"),
        "erasure": _form("", "refers subjects"),
        "annotation": _form("refers note", "source"),
    }
)
_OPTIONAL: Final = frozenset(
    {
        "source", "subjects", "digests", "rule", "note", "scope", "origin", "since", "until", "refers",
        "vkey",
    }
)  # fmt: skip


def commitment(key: bytes, content: bytes) -> str:
    """Return HMAC-SHA256 of a content under its own random key of 32 bytes, in hex."""
    if len(key) != KEY_BYTES:
        raise EntryError(f"commitment: expected a key of {KEY_BYTES} bytes, got {len(key)}")
    return hmac.digest(key, content, "sha256").hex()


def opens(entry: Entry, name: str, key: bytes, content: bytes) -> bool:
    """Whether a key and a content are those that an entry commits to under a name."""
    return hmac.compare_digest(entry.subjects.get(name, ""), commitment(key, content))


def moment(at: datetime) -> str:
    """Return a moment as entries write it: UTC, to the second."""
    if at.tzinfo is None:
        raise EntryError("entry: expected a moment with its time zone, got one without")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def encode(entry: Entry) -> bytes:
    """Return the canonical bytes of a new entry.

    Raise EntryError where its kind asks for something else or a code is not in its list, PersonalError for a
    note with personal data.
    """
    if entry.act not in ACTS[entry.kind]:
        raise EntryError(_expected("act", f"one of {', '.join(sorted(ACTS[entry.kind]))}", entry.act))
    for what, names, known in (
        ("subjects", entry.subjects, SUBJECTS),
        ("digests", entry.digests, DIGESTS),
        ("reasons", entry.reasons, REASONS),
        ("scope", {entry.scope} - {""}, SCOPES),
    ):
        if not known.issuperset(names):
            unknown = ", ".join(sorted(set(names) - known))
            raise EntryError(_expected(what, f"only {', '.join(sorted(known))}", unknown))
    check_impersonal(entry.note)
    return _bytes(_checked(entry))


def decode(content: bytes) -> Entry:
    """Return the entry that bytes of a log are; raise EntryError where they are not exactly one.

    Codes that a later version of the lists added are accepted by their form.
    """
    if len(content) > LARGEST:
        raise EntryError(f"entry: expected at most {LARGEST} bytes, got {len(content)}")
    try:
        entry = _checked(msgspec.json.decode(content, type=Entry))
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise EntryError(f"entry: expected an entry of version {VERSION}, got: {error}") from error
    if _bytes(entry) != content:
        raise EntryError("entry: expected canonical JSON (RFC 8785), got the same content written otherwise")
    return entry


def _bytes(entry: Entry) -> bytes:
    content = canonical(msgspec.to_builtins(entry))
    if len(content) > LARGEST:
        raise EntryError(f"entry: expected at most {LARGEST} bytes, got {len(content)}: shorten it")
    return content


def _checked(entry: Entry) -> Entry:
    """Return an entry whose form is right."""
    given = {name for name in _OPTIONAL if getattr(entry, name)}
    form = _FORMS[entry.kind]
    if missing := form.needs - given:
        raise EntryError(f"entry: a {entry.kind} needs {', '.join(sorted(missing))}: add it")
    if surplus := given - form.needs - form.may - {"note"}:
        raise EntryError(f"entry: a {entry.kind} has no {', '.join(sorted(surplus))}: leave it out")
    if len(entry.reasons) > _MOST_REASONS or len(set(entry.reasons)) != len(entry.reasons):
        raise EntryError(f"entry: expected at most {_MOST_REASONS} reasons, each once: leave some out")
    for name in ("at", *(each for each in ("since", "until") if getattr(entry, each))):
        _check_moment(name, getattr(entry, name))
    for name, form_of, value in _shaped(entry):
        if not form_of.fullmatch(value):
            raise EntryError(_expected(name, f"the form {form_of.pattern}", value))
    if entry.rule and not 1 <= entry.rule.version <= _LATEST_VERSION:
        raise EntryError(_expected("rule", "a version from 1 on", str(entry.rule.version)))
    return entry


def _shaped(entry: Entry) -> list[tuple[str, re.Pattern[str], str]]:
    """Return every short text with the form that it must have."""
    slugs = [("reasons", each) for each in entry.reasons]
    slugs += [("subjects", each) for each in entry.subjects] + [("digests", each) for each in entry.digests]
    slugs += [(name, getattr(entry, name)) for name in ("act", "source", "scope")]
    slugs += [("rule", entry.rule.key)] if entry.rule else []
    hashes = [*entry.subjects.values(), *entry.digests.values(), *([entry.refers] if entry.refers else [])]
    shaped = [(name, _SLUG, value) for name, value in slugs if value or name == "act"]
    shaped += [("hash", _HEX_32, value) for value in hashes]
    shaped += [("vkey", _VKEY, entry.vkey)] if entry.vkey else []
    return [*shaped, ("id", _HEX_16, entry.id)]


def _check_moment(name: str, text: str) -> None:
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        at = None
    if at is None or moment(at) != text:
        raise EntryError(_expected(name, "a moment such as 2026-11-23T04:05:06Z", text))


def _expected(name: str, expected: str, got: str) -> str:
    return f"entry: {name}: expected {expected}, got {got[:80]!r}"
