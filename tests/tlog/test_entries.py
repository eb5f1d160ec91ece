"""Entries of the public log: their form, and what they may not hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.tlog import entries
from kulanz.tlog.entries import (
    ACTS,
    KINDS,
    Entry,
    EntryError,
    RuleRef,
    commitment,
    decode,
    encode,
    moment,
    opens,
)
from kulanz.tlog.errors import TlogError
from kulanz.tlog.impersonal import LONGEST, PersonalError, check_impersonal

KEY = bytes(range(32))
HASH = commitment(KEY, b"content")
MEASURE = Entry(
    v=1, kind="measure", act="hide", at="2026-11-23T04:05:06Z", id="00" * 16, source="s3", scope="post",
    subjects={"post": HASH, "before": HASH}, rule=RuleRef("no-insults", 2), reasons=("abuse",),
    note="A word against another member was hidden.", origin="desk",
)  # fmt: skip
FULL: dict[str, Any] = {
    "source": "s1", "subjects": {"thread": HASH}, "rule": RuleRef("tone", 1),
    "digests": {"text_en": HASH}, "refers": HASH, "note": "said", "vkey": "kulanz+01020304+AbCd",
}  # fmt: skip


def changed(**values: object) -> Entry:
    return msgspec.structs.replace(MEASURE, **values)


def test_the_bytes_of_an_entry_stay_as_they_are() -> None:
    """Whoever changes this makes entries of before unreadable: that needs a new version of the format."""
    assert encode(MEASURE) == (
        b'{"act":"hide","at":"2026-11-23T04:05:06Z","id":"00000000000000000000000000000000","kind":"measure",'
        b'"note":"A word against another member was hidden.","origin":"desk","reasons":["abuse"],'
        b'"rule":{"key":"no-insults","version":2},"scope":"post","source":"s3","subjects":{"before":"'
        + HASH.encode()
        + b'","post":"'
        + HASH.encode()
        + b'"},"v":1}'
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_written_and_read(kind: entries.Kind) -> None:
    needed = {name: FULL[name] for name in entries._FORMS[kind].needs}
    for act in ACTS[kind]:
        entry = Entry(v=1, kind=kind, act=act, at=MEASURE.at, id=MEASURE.id, **needed)
        assert decode(encode(entry)) == entry


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (changed(act="publish"), "act: expected one of"),
        (changed(subjects={}), "a measure needs subjects"),
        (changed(vkey=FULL["vkey"]), "a measure has no vkey"),
        (changed(subjects={"name": HASH}), "subjects: expected only"),
        (changed(subjects={"post": "Bob"}), "hash"),
        (changed(reasons=("bob",)), "reasons: expected only"),
        (changed(reasons=("abuse", "abuse")), "each once"),
        (changed(at="2026-11-23T04:05:06+00:00"), "at: expected a moment"),
        (changed(at="2026-13-23T04:05:06Z"), "at: expected a moment"),
        (changed(until="soon"), "until: expected a moment"),
        (changed(source="https://forum.example/u/bob"), "source: expected the form"),
        (changed(rule=RuleRef("tone", 0)), "a version from 1"),
        (changed(id="Bob"), "id: expected the form"),
        (changed(refers="12"), "hash: expected the form"),
    ],
)
def test_what_is_no_entry_is_refused(entry: Entry, said: str) -> None:
    with pytest.raises(EntryError, match=said):
        encode(entry)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"null", b"\xff", b"[" * 5000, b"{" * 70_000,
        encode(MEASURE).replace(b'"v":1', b'"v":2'),
        encode(MEASURE).replace(b'"v":1', b'"v":1.0'),
        encode(MEASURE).replace(b'"v":1', b'"v":1,"name":"Bob"'),
        encode(MEASURE).replace(b'"v":1', b'"v":1,"v":1'),
        encode(MEASURE).replace(b'"v":1', b'"until":"","v":1'),
        encode(MEASURE).replace(b'"act"', b' "act"'),
        encode(MEASURE).replace(b'"measure"', b'"gossip"'),
    ],
)  # fmt: skip
def test_other_bytes_are_no_entry(content: bytes) -> None:
    with pytest.raises(EntryError, match="expected"):
        decode(content)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_hostile_bytes_raise_errors_of_the_log_alone(content: bytes) -> None:
    with pytest.raises(TlogError):
        decode(content)


def test_a_later_code_is_read_by_its_form() -> None:
    later = encode(MEASURE).replace(b'"abuse"', b'"a_later_reason"')
    assert decode(later).reasons == ("a_later_reason",)


def test_a_commitment_opens_with_its_key_and_content_alone() -> None:
    assert opens(MEASURE, "post", KEY, b"content")
    assert not opens(MEASURE, "post", KEY, b"other content")
    assert not opens(MEASURE, "post", bytes(32), b"content")
    assert not opens(MEASURE, "thread", KEY, b"content")
    with pytest.raises(EntryError, match="32 bytes"):
        commitment(b"short", b"content")


def test_moments_are_written_in_utc_to_the_second() -> None:
    berlin = timezone(timedelta(hours=1))
    assert moment(datetime(2026, 11, 23, 5, 5, 6, 99, berlin)) == "2026-11-23T04:05:06Z"
    assert moment(datetime(900, 1, 1, tzinfo=UTC)).endswith("900-01-01T00:00:00Z")
    with pytest.raises(EntryError, match="time zone"):
        moment(datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


PERSONAL = (
    "said by @rolf_p", "write to rolf@example.org", "rolf (at) example org", "see https://example.org/u/9",
    "see example.org/u/9", "www.example", "call +49 89 123456", "0171/555 66-77",
    "DE02 1203 0000 0000 2020 51", "GB82 WEST 1234 5698 7654 32", "customer 4711-0815-9", "born 12.03.1971",
    "from 10.0.0.17", "fe80:0:0:1::2", "rolf\uff20example", "two\nlines", "back\u202ewards",
    "nothing\u200bseen",
    "x" * 501,
)  # fmt: skip


@pytest.mark.parametrize("text", PERSONAL)
def test_a_note_with_personal_data_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(PersonalError) as caught:
        encode(changed(note=text))
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Beleidigung eines Mitglieds, Regel 3 Absatz 2 – nach Hinweis geändert.",
        "12 posts were moved, e.g. to another thread, z. B. wegen Werbung; 100 % of them.",
        "At 16:30 the thread was locked for 24 h.",
    ],
)
def test_a_plain_note_passes(text: str) -> None:
    check_impersonal(text)


def test_the_reference_names_every_field_kind_and_code() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/log-entries.md").read_text("utf-8")
    for kind, form in entries._FORMS.items():
        cells = (ACTS[kind], form.needs, form.may)
        words = (" ".join(f"`{each}`" for each in sorted(names)) for names in cells)
        assert f"| `{kind}` | {' | '.join(words)} |" in page
    codes = {*entries.SUBJECTS, *entries.DIGESTS, *entries.REASONS, *entries.SCOPES, *Entry.__struct_fields__}
    assert {code for code in codes if f"`{code}`" not in page} == set()


def test_a_text_may_be_as_long_as_is_said() -> None:
    check_impersonal("a " * (LONGEST // 2))
    with pytest.raises(PersonalError, match="shorten it"):
        check_impersonal("a " * (LONGEST // 2) + "a")


@pytest.mark.parametrize("version", [1, 10**6])
def test_a_rule_has_any_version_within_its_bounds(version: int) -> None:
    entry = changed(rule=RuleRef("no-insults", version))
    assert decode(encode(entry)) == entry


def test_a_measure_has_eight_reasons_at_most() -> None:
    reasons = ("abuse", "advertising", "crime", "fraud", "hate", "heated", "minors", "spam", "threat")
    assert encode(changed(reasons=reasons[:8]))
    with pytest.raises(EntryError, match="at most 8 reasons"):
        encode(changed(reasons=reasons))
