"""The witness protocol (c2sp.org/tlog-witness): what a log asks of a witness, and what a witness answers.

Nothing here opens a connection or keeps anything: the log passes a function that posts to
``<address of the witness>/add-checkpoint``, and who runs a witness keeps the last checkpoint of each log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from kulanz.tlog.checkpoints import Checkpoint, checked_checkpoint, parse_hash, parse_number, write_hash
from kulanz.tlog.cosignatures import Cosigner, WitnessKey
from kulanz.tlog.errors import (
    ForkError,
    FormatError,
    ProofError,
    SignatureError,
    TlogError,
    TruncatedError,
    WitnessError,
)
from kulanz.tlog.merkle import EMPTY_ROOT, HashReader, check_consistency, consistency_proof
from kulanz.tlog.notes import MAX_NOTE, Note, Signature, Verifier, parse_note, parse_signature, verified

SIZE_TYPE: Final = "text/x.tlog.size"
TEXT_TYPE: Final = "text/plain; charset=utf-8"
_MAX_HASHES: Final = 63
_MAX_SUBMISSION: Final = MAX_NOTE + 10_000
_MAX_ANSWER: Final = 100_000


class Status(IntEnum):
    """The statuses of HTTP that the protocol gives a meaning."""

    OK = 200
    BAD_REQUEST = 400
    FORBIDDEN = 403
    NOT_FOUND = 404
    CONFLICT = 409
    UNPROCESSABLE_ENTITY = 422


Post = Callable[[bytes], tuple[int, bytes]]
"""Sends a body to a witness's add-checkpoint and returns status and body of its answer."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a log sends: the size that the witness saw last, the proof from there, the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        lines = [f"old {self.old}", *map(write_hash, self.proof), "", ""]
        return "\n".join(lines).encode() + self.checkpoint


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness sends back. ``remember`` must be kept for its origin before the answer is sent."""

    status: int
    body: bytes = b""
    media_type: str = TEXT_TYPE
    remember: Checkpoint | None = None


def parse_submission(content: bytes) -> Submission:
    """What a log sent, of which nothing is verified; FormatError where it has another form."""
    if len(content) > _MAX_SUBMISSION:
        raise FormatError(f"expected at most {_MAX_SUBMISSION} bytes, got {len(content)}")
    head, blank, checkpoint = content.partition(b"\n\n")
    old, *proof = head.decode("ascii", errors="replace").split("\n")
    if not blank or not old.startswith("old ") or len(proof) > _MAX_HASHES:
        raise FormatError(
            f"expected 'old N', at most {_MAX_HASHES} hashes and a checkpoint, got {old[:80]!r}"
        )
    return Submission(parse_number(old.removeprefix("old ")), tuple(map(parse_hash, proof)), checkpoint)


def cosignatures_from(
    post: Post, checkpoint: bytes, hashes: HashReader, witnesses: Sequence[WitnessKey], old: int = 0
) -> list[Signature]:
    """Ask one witness to cosign a checkpoint; ``old`` is the size it is thought to have seen last.

    ``witnesses`` are the keys it may sign with. A witness that remembers another size is asked again from
    there. Raises ForkError or TruncatedError where it has seen another history of the log, WitnessError
    where it refuses or answers nonsense.
    """
    note = parse_note(checkpoint)
    head = Checkpoint.parse(note.text)
    answer = _ask(post, checkpoint, hashes, old)
    if isinstance(answer, int) and answer != old:
        if answer > head.size:
            raise TruncatedError(
                f"expected the witness to have seen at most {head.size} entries, got {answer}: "
                "the log was set back, or somebody else signs with its key"
            )
        old = answer
        answer = _ask(post, checkpoint, hashes, old)
    if isinstance(answer, int) and answer != old:
        raise WitnessError(Status.CONFLICT)
    if isinstance(answer, int):
        raise ForkError(
            f"expected the witness to have seen the same {old} entries, got a conflict: "
            "it has seen another history"
        )
    return _trusted(note, answer, witnesses)


def _ask(post: Post, checkpoint: bytes, hashes: HashReader, old: int) -> bytes | int:
    """The signatures that a witness answers, or the size that it remembers instead."""
    size = Checkpoint.parse(parse_note(checkpoint).text).size
    proof = tuple(consistency_proof(hashes, old, size))
    status, body = post(bytes(Submission(old, proof, checkpoint)))
    if status == Status.OK:
        return body
    if status == Status.CONFLICT:
        return parse_number(body[:30].decode("ascii", errors="replace").removesuffix("\n"))
    if status == Status.UNPROCESSABLE_ENTITY:
        raise ForkError(
            f"expected the witness to agree that the log of {size} entries begins with the {old} "
            "it has seen, got a refusal: it has seen another history"
        )
    raise WitnessError(status)


def _trusted(note: Note, body: bytes, witnesses: Sequence[WitnessKey]) -> list[Signature]:
    lines = body[:_MAX_ANSWER].decode(errors="replace").split("\n")[:-1]
    return verified(Note(note.text, tuple(map(parse_signature, lines))), witnesses)


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness of the logs whose keys it is given, by their origin."""

    cosigner: Cosigner
    logs: Mapping[str, Sequence[Verifier]]

    def answer(self, content: bytes, seen: Mapping[str, Checkpoint], at: int) -> Answer:
        """Answer a log at the time ``at``, in seconds since 1970.

        ``seen`` is what was remembered of each origin. Reading it and keeping ``remember`` must be one step:
        of two answers at once one would be undone.
        """
        try:
            submission = parse_submission(content)
            note = parse_note(submission.checkpoint)
            checkpoint = Checkpoint.parse(note.text)
        except FormatError as error:
            return _refusal(Status.BAD_REQUEST, error)
        if checkpoint.origin not in self.logs:
            return Answer(Status.NOT_FOUND)
        try:
            checked_checkpoint(note, self.logs[checkpoint.origin], checkpoint.origin)
        except SignatureError as error:
            return _refusal(Status.FORBIDDEN, error)
        last = seen.get(checkpoint.origin) or Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
        return self._grown(submission, last, checkpoint, at)

    def _grown(self, submission: Submission, last: Checkpoint, new: Checkpoint, at: int) -> Answer:
        if submission.old > new.size:
            return Answer(Status.BAD_REQUEST)
        if submission.old != last.size or (last.size == new.size and last.root != new.root):
            return Answer(Status.CONFLICT, f"{last.size}\n".encode(), SIZE_TYPE)
        try:
            check_consistency(last.size, last.root, new.size, new.root, submission.proof)
        except ProofError as error:
            return _refusal(Status.UNPROCESSABLE_ENTITY, error)
        return Answer(Status.OK, str(self.cosigner.cosign(new.text, at)).encode(), remember=new)


def _refusal(status: Status, error: TlogError) -> Answer:
    return Answer(status, f"{error}\n".encode())
