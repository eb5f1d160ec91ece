"""Cosignatures and the witness protocol, with the witness that sites can run themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from kulanz.tlog.cosignatures import Cosigned, Cosigner, WitnessKey, cosigned
from kulanz.tlog.errors import ForkError, FormatError, SignatureError, TlogError, TruncatedError, WitnessError
from kulanz.tlog.merkle import EMPTY_ROOT, consistency_proof
from kulanz.tlog.notes import SigningKey, VerifierKey, parse_note
from kulanz.tlog.witnessing import SIZE_TYPE, Answer, Submission, Witness, cosignatures_from, parse_submission
from written_log import KEY, ORIGIN, VERIFIERS, WrittenLog, entry, with_changed_byte, written

COSIGNER = Cosigner("witness.example/w1", bytes(range(1, 33)))
OTHER = Cosigner("witness.example/w2", bytes(32))
NOW = 1_679_315_147
LOG = written([3, 300])


@dataclass
class Place:
    """A witness with its memory, reached as over HTTP."""

    witness: Witness = field(default_factory=lambda: Witness(COSIGNER, {ORIGIN: VERIFIERS}))
    seen: dict[str, Checkpoint] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def post(self, body: bytes) -> tuple[int, bytes]:
        self.asked.append(parse_submission(body).old)
        answer = self.witness.answer(body, self.seen, NOW)
        if answer.remember:
            self.seen[answer.remember.origin] = answer.remember
        return answer.status, answer.body

    def cosign(self, log: WrittenLog, old: int = 0) -> bytes:
        signatures = cosignatures_from(self.post, log.checkpoint, log.tiles(), [COSIGNER.key], old)
        return bytes(parse_note(log.checkpoint).signed_also(signatures))


def test_a_witness_follows_a_log_that_grows():
    place, log = Place(), written([3])
    for size in (3, 3, 4, 300):
        log.add([entry(number) for number in range(log.heads[-1].size, size)])
        note = place.cosign(log, old=place.seen[ORIGIN].size if place.seen else 0)
        assert place.seen[ORIGIN] == log.heads[-1] == open_checkpoint(note, VERIFIERS)
        assert cosigned(parse_note(note), [COSIGNER.key, OTHER.key]) == [Cosigned(COSIGNER.name, NOW)]
    assert place.asked == [0, 3, 3, 4]


def test_a_witness_that_remembers_another_size_is_asked_again_from_there():
    place = Place(seen={ORIGIN: LOG.heads[1]})
    place.cosign(LOG)
    assert place.asked == [0, 3]


def forked() -> WrittenLog:
    log = written([2])
    log.add([b"another"])
    return log


def test_a_log_with_another_history_gets_no_cosignature():
    place = Place(seen={ORIGIN: LOG.heads[1]})
    log = forked()
    with pytest.raises(ForkError, match="the same 3 entries"):
        place.cosign(log, old=3)
    log.add([b"more"])
    with pytest.raises(ForkError, match="of 4 entries begins with the 3 it has seen"):
        place.cosign(log)
    assert place.seen[ORIGIN] == LOG.heads[1]


def test_a_log_that_was_set_back_gets_no_cosignature():
    place = Place(seen={ORIGIN: LOG.heads[-1]})
    with pytest.raises(TruncatedError, match="at most 3 entries, got 300"):
        place.cosign(written([3]))


def submission(old: int = 3, log: WrittenLog = LOG, **changed: object) -> Submission:
    proof = tuple(consistency_proof(log.tiles(), old, log.heads[-1].size))
    return replace(Submission(old, proof, log.checkpoint), **changed)


FOREIGN = SigningKey(ORIGIN, bytes(32))
UNKNOWN = WrittenLog(key=SigningKey("unknown.example", bytes(32)))
UNKNOWN.add([b""])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (submission(), 200),
        (submission(0), 409),
        (submission(300), 409),
        (replace(submission(), old=301), 400),
        (submission(proof=()), 422),
        (submission(proof=(bytes(32), *submission().proof[1:])), 422),
        (submission(checkpoint=sign_checkpoint(LOG.heads[-1], [FOREIGN])), 403),
        (submission(0, log=UNKNOWN), 404),
        (submission(checkpoint=LOG.checkpoint[:-2]), 400),
        (submission(3, log=forked()), 409),
        (submission(checkpoint=LOG.checkpoint + bytes(1_010_000)), 400),
    ],
    ids=range(11),
)
def test_answers_have_the_statuses_of_the_protocol(body: Submission, status: int):
    answer = Place().witness.answer(bytes(body), {ORIGIN: LOG.heads[1]}, NOW)
    assert answer.status == status
    assert (answer.remember is not None) == (status == 200)
    if status == 409:
        assert (answer.body, answer.media_type) == (b"3\n", SIZE_TYPE)


def test_a_proof_from_nothing_must_be_empty():
    witness = Place().witness
    assert witness.answer(bytes(submission(0)), {}, NOW).status == 200
    assert witness.answer(bytes(submission(0, proof=(bytes(32),))), {}, NOW).status == 422


def test_a_submission_has_the_lines_of_the_specification():
    head, checkpoint = bytes(submission()).split(b"\n\n", 1)
    assert head.split(b"\n")[0] == b"old 3"
    assert checkpoint == LOG.checkpoint
    assert parse_submission(bytes(submission())) == submission()
    assert bytes(submission(0)).startswith(b"old 0\n\n" + ORIGIN.encode())


BODY = bytes(submission())


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_changed_byte_of_a_submission_is_not_cosigned_as_another(place: int, by: int):
    answer = Place().witness.answer(with_changed_byte(BODY, place, by), {ORIGIN: LOG.heads[1]}, NOW)
    assert isinstance(answer, Answer)
    assert answer.status in {400, 403, 404, 409, 422}


@given(st.binary(max_size=100) | st.text().map(lambda text: f"old 0\n\n{text}".encode()))
def test_a_hostile_submission_is_answered(content: bytes):
    assert Place().witness.answer(content, {}, NOW).status in {400, 404}


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (404, b"", WitnessError, "tell its operator the log's origin and vkey"),
        (403, b"", WitnessError, "does not trust the key"),
        (503, b"", WitnessError, "got 503: try again later"),
        (200, b"", SignatureError, "expected a signature of witness.example/w1"),
        (200, "— witness.example/w1 AAAA\n".encode(), FormatError, "expected a line like"),
        (200, str(OTHER.cosign(LOG.heads[-1].text, NOW)).encode(), SignatureError, "got signatures of"),
        (200, str(COSIGNER.cosign(LOG.heads[1].text, NOW)).encode(), SignatureError, "signed this text"),
        (200, bytes(200_000), SignatureError, "got signatures of nobody"),
        (409, b"many\n", FormatError, "expected a number"),
        (409, bytes(100), FormatError, "expected a number"),
        (409, b"2\n", WitnessError, "got 409"),
    ],
    ids=range(11),
)
def test_what_a_witness_answers_is_not_believed(status: int, body: bytes, error: type[TlogError], words: str):
    answers = iter([(status, body), (status, b"3\n")])
    with pytest.raises(error, match=words):
        cosignatures_from(lambda _: next(answers), LOG.checkpoint, LOG.tiles(), [COSIGNER.key])


def test_keys_of_witnesses_are_kept_apart_from_those_of_logs():
    assert WitnessKey.parse(str(COSIGNER.key)) == COSIGNER.key
    with pytest.raises(FormatError, match="signature type 4"):
        WitnessKey.parse(str(KEY.verifier))
    with pytest.raises(FormatError, match="signature type 1"):
        VerifierKey.parse(str(COSIGNER.key))


def test_so_many_witnesses_as_asked_must_have_cosigned():
    note = parse_note(LOG.checkpoint).signed_also([COSIGNER.cosign(LOG.heads[-1].text, NOW)])
    assert len(cosigned(note, [COSIGNER.key, OTHER.key], at_least=1)) == 1
    with pytest.raises(SignatureError, match="expected 2 of 2 witnesses"):
        cosigned(note, [COSIGNER.key, OTHER.key], at_least=2)


@given(st.integers(0, 71), st.integers(1, 255))
def test_a_changed_byte_of_a_cosignature_is_found(place: int, by: int):
    signature = COSIGNER.cosign(LOG.heads[-1].text, NOW)
    changed = replace(signature, content=with_changed_byte(signature.content, place, by))
    with pytest.raises(SignatureError):
        cosigned(parse_note(LOG.checkpoint).signed_also([changed]), [COSIGNER.key])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: COSIGNER.cosign("", -1),
        lambda: COSIGNER.cosign("", 2**63),
        lambda: Cosigner("w", bytes(31)),
        lambda: Cosigner("w 1", bytes(32)),
    ],
    ids=range(4),
)
def test_what_cannot_be_a_cosignature_is_not_made(wrong: Callable[[], object]):
    with pytest.raises(FormatError):
        wrong()


@pytest.mark.parametrize("at", [0, 2**63 - 1])
def test_every_second_that_the_format_can_say_can_be_cosigned(at: int):
    signed = parse_note(LOG.checkpoint).signed_also([COSIGNER.cosign(LOG.heads[-1].text, at)])
    assert cosigned(signed, [COSIGNER.key]) == [Cosigned(COSIGNER.name, at)]


def test_an_empty_log_is_cosigned_as_such():
    log = written([0])
    assert log.heads[-1].root == EMPTY_ROOT
    assert cosigned(parse_note(Place().cosign(log)), [COSIGNER.key])
