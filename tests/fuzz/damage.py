"""Good inputs, damaged: bytes changed, cut, doubled, swapped, and pieces put in that parsers stumble over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

LARGEST: Final = 256 * 1024
_MOST_EDITS: Final = 5
_MOST_TIMES: Final = 20_000
_LONGEST_PIECE: Final = 64
PIECES: Final = (
    b"", b"\0", b"\xff", b"\xed\xa0\x80", b"\r", b"\n", b"\r\n\r\n", b"\n\n", b'"', b"\\", b"\\ud800", b"<", b">", b"&", b"&#x0;",
    b"&#1114112;", b"<!--", b"]]>", b"<![CDATA[", b'<!DOCTYPE a [<!ENTITY b "c">]>', b"<blockquote>", b"[", b"]", b"{",
    b"}", b"null", b"true", b"-1", b"0", b"-0", b"1e999", b"9" * 30, b"9" * 5000, b"NaN", b"[]", b"{}", b'""', b"\x1b[31m",
    b"9999-99-99T99:99:99Z", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"1970-01-01", b"=?x?b?!!?=",
    b"=?utf-16?q?a?=", b"charset=utf-7", b"charset=idna", b"charset=rot13", b"http://[", b"http://a:99999/", b"//", b"..", b"%", b"%00", b"%ff",
    b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xff\xfe", "\N{SUPERSCRIPT TWO}".encode(), "\N{ARABIC-INDIC DIGIT TWO}".encode(), "İ".encode(), "ſ".encode(), b",", b";", b"\t", b":", b"@", b"*", b"`", b"_", b"(", b")",
    b"> ", b"From ", b"\nFrom x\n", b"--", b"boundary=", b"\x1f\x8b", b"PK\x03\x04", b"x" * 300, b" " * 300,
)  # fmt: skip


def damaged(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return a strategy of what becomes of the seeds, each at most ``LARGEST`` bytes."""
    piece = st.sampled_from(PIECES) | st.binary(max_size=8)
    where = st.integers(0, 2**20)
    edit = st.one_of(
        st.tuples(st.just("put"), where, piece),
        st.tuples(st.just("over"), where, piece),
        st.tuples(st.just("cut"), where, where),
        st.tuples(st.just("end"), where, st.just(0)),
        st.tuples(st.just("flip"), where, st.integers(1, 255)),
        st.tuples(st.just("copy"), where, where),
        st.tuples(
            st.just("often"), where, st.tuples(st.integers(1, _LONGEST_PIECE), st.integers(2, _MOST_TIMES))
        ),
        st.tuples(st.just("many"), where, st.tuples(piece, st.integers(2, _MOST_TIMES))),
        st.tuples(st.just("join"), where, st.sampled_from(range(len(seeds)))),
    )
    edits = st.lists(edit, min_size=1, max_size=_MOST_EDITS)
    whole = st.builds(_edited, st.just(tuple(seeds)), st.sampled_from(range(len(seeds))), edits)
    return whole | st.binary(max_size=64)


def _edited(seeds: Sequence[bytes], number: int, edits: Sequence[tuple[str, int, object]]) -> bytes:
    data = seeds[number][:LARGEST]
    for kind, place, value in edits:
        data = _EDITS[kind](data, place % (len(data) + 1), value, seeds)[:LARGEST]
    return data


def _often(data: bytes, at: int, size: int, times: int) -> bytes:
    """Repeat what stands at a place, which shows where the time taken grows faster than the input."""
    piece = data[at : at + size]
    return data[:at] + piece * min(times, LARGEST // max(1, len(piece))) + data[at:]


_EDITS = {
    "put": lambda data, at, piece, _: data[:at] + piece + data[at:],
    "over": lambda data, at, piece, _: data[:at] + piece + data[at + len(piece) :],
    "cut": lambda data, at, size, _: data[:at] + data[at + size % 64 :],
    "end": lambda data, at, _size, _: data[:at],
    "flip": lambda data, at, bits, _: (
        data[:at] + bytes(each ^ bits for each in data[at : at + 1]) + data[at + 1 :]
    ),
    "copy": lambda data, at, other, _: (
        data[:at] + data[other % (len(data) + 1) :][:_LONGEST_PIECE] + data[at:]
    ),
    "often": lambda data, at, how, _: _often(data, at, *how),
    "many": lambda data, at, how, _: (
        data[:at] + how[0] * min(how[1], LARGEST // max(1, len(how[0]))) + data[at:]
    ),
    "join": lambda data, at, other, seeds: data[:at] + seeds[other][at:],
}
