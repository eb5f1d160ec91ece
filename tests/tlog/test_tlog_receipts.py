"""Receipts: made from tiles, read back, proven without the log, refused when anything was changed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.tlog.errors import FormatError, ProofError, RangeError, SignatureError, TlogError
from kulanz.tlog.receipts import Receipt, make_receipt, parse_receipt
from written_log import VERIFIERS, entry, with_changed_byte, written

LOG = written([300, 1000])
INDEX = 299
RECEIPT = make_receipt(INDEX, LOG.checkpoint, LOG.tiles(), extra=b"v1")
CONTENT = bytes(RECEIPT)


@given(st.integers(0, 999), st.none() | st.binary(max_size=50))
def test_receipts_come_back_and_prove_their_entry(index: int, extra: bytes | None):
    receipt = make_receipt(index, LOG.checkpoint, LOG.tiles(), extra)
    read = parse_receipt(bytes(receipt))
    assert read == receipt
    assert read.check(entry(index), VERIFIERS) == LOG.heads[-1]


def test_a_receipt_has_the_lines_of_the_specification():
    header, extra, index, *proof = CONTENT.split(b"\n\n")[0].split(b"\n")
    assert [header, extra, index] == [b"c2sp.org/tlog-proof@v1", b"extra djE=", b"index 299"]
    assert {len(line) for line in proof} == {44}
    assert CONTENT.endswith(b"\n\n" + LOG.checkpoint)


def test_a_receipt_of_a_log_with_one_entry_has_no_hashes():
    log = written([1])
    receipt = make_receipt(0, log.checkpoint, log.tiles())
    assert bytes(receipt).startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example/kulanz\n1\n")
    parse_receipt(bytes(receipt)).check(entry(0), VERIFIERS)


AFTER_EXTRA = CONTENT.index(b"index")


@given(st.integers(AFTER_EXTRA, len(CONTENT) - 1), st.integers(1, 255))
def test_a_changed_byte_of_a_receipt_is_found(place: int, by: int):
    with pytest.raises((FormatError, ProofError, RangeError, SignatureError)):
        parse_receipt(with_changed_byte(CONTENT, place, by)).check(entry(INDEX), VERIFIERS)


def test_another_entry_or_place_is_not_proven():
    with pytest.raises(ProofError, match="this entry is not at place 299 of the log"):
        RECEIPT.check(entry(INDEX + 1), VERIFIERS)
    for index in (0, INDEX - 1, INDEX + 1, 999):
        with pytest.raises(ProofError):
            replace(RECEIPT, index=index).check(entry(INDEX), VERIFIERS)
    with pytest.raises(RangeError):
        make_receipt(1000, LOG.checkpoint, LOG.tiles())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        CONTENT.replace(b"@v1", b"@v2"),
        CONTENT.replace(b"djE=", b"dj*="),
        CONTENT.replace(b"index 299\n", b""),
        CONTENT.replace(b"index 299", b"index 0299"),
        CONTENT.replace(b"index 299\n", b"index 299\n" + (b"A" * 43 + b"=\n") * 64),
        CONTENT.split(b"\n\n")[0],
        CONTENT.replace(b"index", "índex".encode()),
        bytes(2_000_001),
    ],
    ids=range(9),
)
def test_what_is_no_receipt_is_refused(content: bytes):
    with pytest.raises(FormatError, match="expected"):
        parse_receipt(content)


@given(st.binary(max_size=100) | st.text().map(lambda text: b"c2sp.org/tlog-proof@v1\n" + text.encode()))
def test_a_hostile_receipt_raises_nothing_else(content: bytes):
    with suppress(TlogError):
        assert isinstance(parse_receipt(content), Receipt)
