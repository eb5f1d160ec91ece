"""Signed notes and checkpoints: published keys and notes, several signers, and hostile files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from kulanz.tlog.errors import FormatError, SignatureError, TlogError
from kulanz.tlog.merkle import MAX_SIZE
from kulanz.tlog.notes import MAX_NOTE, Note, SigningKey, VerifierKey, parse_note, sign, verified
from written_log import KEY, ORIGIN, VERIFIERS, with_changed_byte, written

# A key and notes that the Go project publishes with its own implementation.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
OTHER_VKEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"  # noqa: E501
OTHER_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"  # noqa: E501
GO_SUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
# The example of the specification.
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""  # noqa: E501 - the specification's lines


def test_published_keys_are_read_and_written_as_they_are():
    for vkey in (VKEY, OTHER_VKEY, GO_SUM):
        assert str(VerifierKey.parse(vkey)) == vkey
    key = SigningKey.parse(SKEY)
    assert key.secret == SKEY
    assert str(key.verifier) == VKEY
    assert SKEY[-40:] not in repr(key)


def test_published_notes_are_verified_and_made_the_same():
    note = parse_note((TEXT + "\n" + LINE).encode())
    assert bytes(note) == (TEXT + "\n" + LINE).encode() == bytes(sign(TEXT, [SigningKey.parse(SKEY)]))
    assert verified(note, [VerifierKey.parse(VKEY)]) == list(note.signatures)


def test_the_text_ends_at_the_last_empty_line():
    note = parse_note(POEM.encode())
    assert note.text.endswith("di sole:\n\ned è subito sera.\n")
    assert [each.name for each in note.signatures] == ["quasimodo.example/salvatore"]


def test_of_several_signatures_those_of_known_keys_count():
    both = parse_note((TEXT + "\n" + LINE + OTHER_LINE).encode())
    peter, enoch = VerifierKey.parse(VKEY), VerifierKey.parse(OTHER_VKEY)
    assert [each.name for each in verified(both, [enoch, peter])] == ["PeterNeumann", "EnochRoot"]
    assert [each.name for each in verified(both, [enoch])] == ["EnochRoot"]
    assert both.signed_also(both.signatures) == both
    with pytest.raises(
        SignatureError, match=r"expected a signature of log.example/kulanz, got signatures of Eno"
    ):
        verified(both, VERIFIERS)
    with pytest.raises(SignatureError, match="expected a signature of a key"):
        verified(both, [])


def test_a_known_keys_wrong_signature_refuses_the_note_even_beside_a_right_one():
    note = parse_note((TEXT + "\n" + LINE + OTHER_LINE).encode())
    wrong = replace(note.signatures[1], content=with_changed_byte(note.signatures[1].content, 5))
    keys = [VerifierKey.parse(VKEY), VerifierKey.parse(OTHER_VKEY)]
    with pytest.raises(SignatureError, match="expected EnochRoot to have signed this text"):
        verified(Note(note.text, (note.signatures[0], wrong)), keys)
    assert len(verified(Note(note.text, (*note.signatures, wrong)), keys)) == 2, (
        "the first line of a key counts"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "PeterNeumann",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("Peter", "peter"),
        VKEY[:-1],
        VKEY + "A",
        VKEY.replace("+A", "+B"),
        OTHER_VKEY.replace("+AT", "+BD"),
        "a b+00000000+AAAA",
        "+00000000+AAAA",
        "é+00000000+é",
        "\ud800+00000000+AAAA",
    ],
    ids=range(12),
)
def test_mistyped_keys_are_refused(wrong: str):
    with pytest.raises(FormatError):
        VerifierKey.parse(wrong)
    with pytest.raises(FormatError):
        SigningKey.parse("PRIVATE+KEY+" + wrong)


def test_a_mistyped_signing_key_is_not_shown():
    for wrong in (SKEY.replace("c74f", "c74e"), SKEY.removeprefix("PRIVATE+")):
        with pytest.raises(FormatError) as raised:
            SigningKey.parse(wrong)
        assert SKEY[-20:] not in str(raised.value)
    with pytest.raises(FormatError, match="seed of 32 bytes, got 31"):
        SigningKey("log", bytes(31))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        (TEXT + LINE).encode(),
        (TEXT + "\n" + LINE[:-1]).encode(),
        (TEXT + "\n" + LINE[2:]).encode(),
        (TEXT + "\n" + LINE.replace("PeterNeumann", "Peter+Neumann")).encode(),
        (TEXT + "\n" + LINE.replace("x08go", "x08g*")).encode(),
        (TEXT + "\n— PeterNeumann x08goA==\n").encode(),
        (TEXT + "\n" + LINE.replace("AM=", "AN=")).encode(),
        ("\r" + TEXT + "\n" + LINE).encode(),
        (TEXT + "\n" + LINE).encode().replace(b"\xe2", b"\xff"),
        (TEXT + "\n" + LINE * 101).encode(),
        bytes(MAX_NOTE + 1),
    ],
    ids=range(15),
)
def test_what_is_no_note_is_refused(content: bytes):
    with pytest.raises(FormatError, match="expected"):
        parse_note(content)


def test_a_note_has_a_hundred_signatures_at_most():
    assert len(parse_note((TEXT + "\n" + LINE * 100).encode()).signatures) == 100


@pytest.mark.parametrize("text", ["\ud7ff\n", "\ue000\n"], ids=range(2))
def test_what_stands_beside_half_characters_is_a_text(text: str):
    assert sign(text, [KEY]).text == text


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "\ud800\n", chr(0xDFFF) + "\n"], ids=range(5))
def test_what_cannot_be_a_notes_text_is_not_signed(text: str):
    with pytest.raises(FormatError, match="text that ends with a newline"):
        sign(text, [KEY])


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])).map("{}\n".format))
def test_notes_come_back(text: str):
    note = sign(text, [KEY, SigningKey("second", bytes(32))])
    assert parse_note(bytes(note)) == note
    assert len(verified(note, VERIFIERS)) == 1


CHECKPOINT = written([5]).checkpoint


def test_a_checkpoint_is_the_text_of_the_specification():
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    checkpoint = Checkpoint.parse(text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == text
    assert Checkpoint.parse(text + "more\n").extensions == ("more",)
    assert Checkpoint.parse(text + "more\n").text == text + "more\n"


def test_a_checkpoint_is_opened_by_the_logs_key_alone():
    assert open_checkpoint(CHECKPOINT, VERIFIERS).size == 5
    assert open_checkpoint(CHECKPOINT, VERIFIERS, ORIGIN).origin == ORIGIN
    with pytest.raises(SignatureError, match=r"expected a checkpoint of other.example, got one of 'log.ex"):
        open_checkpoint(CHECKPOINT, VERIFIERS, "other.example")
    other = SigningKey("other.example", bytes(32))
    foreign = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), [other])
    with pytest.raises(SignatureError, match=r"expected a checkpoint of other.example"):
        open_checkpoint(foreign, [other.verifier])
    assert open_checkpoint(foreign, [other.verifier], ORIGIN).size == 0


@given(st.integers(0, len(CHECKPOINT) - 1), st.integers(1, 255))
def test_a_changed_byte_of_a_checkpoint_is_found(place: int, by: int):
    with pytest.raises((FormatError, SignatureError)):
        open_checkpoint(with_changed_byte(CHECKPOINT, place, by), VERIFIERS)


HASH = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n5\n",
        f"log\n5\n{HASH}",
        f"\n5\n{HASH}\n",
        f"log\n05\n{HASH}\n",
        f"log\n-5\n{HASH}\n",
        f"log\n٥\n{HASH}\n",
        f"log\n9999999999999999999\n{HASH}\n",
        f"log\n{'9' * 5000}\n{HASH}\n",
        f"log\n5\n{HASH[:-1]}\n",
        f"log\n5\n{HASH.replace('2I=', '2J=')}\n",
        f"log\n5\n{HASH}\n\n",
        f"log\n5\n{HASH}\n\nmore\n",
    ],
    ids=range(13),
)
def test_what_is_no_checkpoint_is_refused(text: str):
    with pytest.raises(FormatError, match="expected"):
        Checkpoint.parse(text)


@pytest.mark.parametrize("size", [0, MAX_SIZE])
def test_a_checkpoint_says_any_size_that_a_log_can_have(size: int):
    assert Checkpoint.parse(Checkpoint("log", size, bytes(32)).text).size == size


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Checkpoint("", 0, bytes(32)),
        lambda: Checkpoint("log\n", 0, bytes(32)),
        lambda: Checkpoint("log", 0, bytes(31)),
        lambda: Checkpoint("log", -1, bytes(32)),
        lambda: Checkpoint("log", 0, bytes(32), ("",)),
    ],
    ids=range(5),
)
def test_what_cannot_be_a_checkpoint_is_not_made(wrong: Callable[[], Checkpoint]):
    with pytest.raises(FormatError):
        wrong()


@given(
    st.binary(max_size=200)
    | st.text().map(str.encode)
    | st.text().map(lambda text: f"{text}\n{LINE}".encode())
)
def test_a_hostile_file_raises_nothing_else(content: bytes):
    with suppress(TlogError):
        open_checkpoint(content, [*VERIFIERS, VerifierKey.parse(VKEY)])
    with suppress(TlogError):
        VerifierKey.parse(content.decode("latin-1"))
