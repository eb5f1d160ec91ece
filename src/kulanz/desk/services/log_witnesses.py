"""Witnesses: others who sign the log's checkpoints once they have seen that it has only grown.

They are asked after a checkpoint is published, so that one that is away keeps nobody waiting.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from random import random
from typing import Final, NamedTuple

from kulanz.desk.conf import conf
from kulanz.desk.rules.errors import RuleError
from kulanz.sources.errors import FetchError
from kulanz.sources.web.client import HttpClient, Pacing, WebLimits
from kulanz.sources.web.network import AddressPolicy
from kulanz.tlog.checkpoints import Checkpoint
from kulanz.tlog.cosignatures import WitnessKey
from kulanz.tlog.errors import ForkError, TlogError
from kulanz.tlog.notes import Note, parse_note
from kulanz.tlog.sequencing import Objects, StoreError, show
from kulanz.tlog.tiles import CHECKPOINT_PATH, CheckedTiles
from kulanz.tlog.witnessing import TEXT_TYPE, Status, cosignatures_from

_PATH: Final = "/add-checkpoint"
_LIMITS: Final = WebLimits(
    connect_seconds=5.0, read_seconds=10.0, total_seconds=15.0, body_bytes=128 * 1024, redirects=0
)

logger = logging.getLogger(__name__)


class Asked(NamedTuple):
    """A witness: its key, and the address below which it is asked."""

    key: WitnessKey
    address: str


def witnesses() -> list[Asked]:
    """Return the witnesses of the settings; raise RuleError where one is not a key and an address."""
    return [_asked(entry) for entry in conf().log_witnesses]


def have_witnessed(objects: Objects) -> int:
    """Have the published checkpoint signed by those witnesses that have not; return how many still have not.

    Raises ForkError where a witness has seen another history of this log, once all were asked.
    """
    asked = witnesses()
    content = objects.read(CHECKPOINT_PATH) if asked else None
    if content is None:
        return 0
    note = parse_note(content)
    missing = [each for each in asked if not _has_signed(note, each.key)]
    contradicted: list[ForkError] = []
    unsigned = sum(not _witnessed(objects, content, each, contradicted) for each in missing)
    if contradicted:
        raise contradicted[0]
    return unsigned


def _asked(entry: str) -> Asked:
    vkey, _, address = entry.partition(" ")
    try:
        if not address.strip().startswith(("https://", "http://")):
            raise RuleError("KULANZ_LOG_WITNESSES: expected a vkey, a space and an address for each witness")
        return Asked(WitnessKey.parse(vkey), address.strip().rstrip("/"))
    except TlogError as error:
        raise RuleError("KULANZ_LOG_WITNESSES: %(why)s", why=str(error)) from error


def _has_signed(note: Note, key: WitnessKey) -> bool:
    ours = (each for each in note.signatures if (each.name, each.key_id) == (key.name, key.key_id))
    return any(key.verifies(note.text, each.content) for each in ours)


def _witnessed(objects: Objects, content: bytes, asked: Asked, contradicted: list[ForkError]) -> bool:
    """Ask one witness and publish what it signed; False where it did not, ``contradicted`` keeps why."""
    note = parse_note(content)
    said = Checkpoint.parse(note.text)
    try:
        with _client() as client:
            signatures = cosignatures_from(
                lambda body: _posted(client, asked.address, body),
                content,
                CheckedTiles(said.size, said.root, objects.read),
                [asked.key],
            )
    except ForkError as error:
        logger.critical("the witness %s has seen another history of the public log", asked.key.name)
        contradicted.append(error)
        return False
    except (FetchError, TlogError) as error:
        if isinstance(error, StoreError):
            raise
        logger.warning("the witness %s did not sign: %s", asked.key.name, error)
        return False
    show(objects, bytes(note.signed_also(signatures)))
    return True


def _posted(client: HttpClient, address: str, body: bytes) -> tuple[int, bytes]:
    statuses = tuple(int(status) for status in Status)
    answer = client.post(f"{address}{_PATH}", body=body, media_type=TEXT_TYPE, accepted=statuses)
    return answer.status, answer.body


def _client() -> HttpClient:
    return HttpClient(
        policy=AddressPolicy(allowed=conf().allow_private),
        limits=_LIMITS,
        pacing=Pacing(interval=0.0, attempts=1),
        contact=conf().contact,
        now=lambda: datetime.now(UTC),
        sleep=time.sleep,
        random=random,
    )
