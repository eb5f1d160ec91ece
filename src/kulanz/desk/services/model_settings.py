"""The company's language model: set, switched on, and tried by an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kulanz.desk.conf import conf
from kulanz.desk.models import LanguageModel
from kulanz.desk.queries.language_model import language_model
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.language_model import (
    LONGEST_NAME,
    SECONDS,
    Answered,
    Talk,
    Turn,
    endpoint,
    request_body,
)
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.chat_completions import Endpoint, complete, refuse_readable
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.setting_up import keep
from kulanz.sources.web.network import AddressPolicy

LONGEST_KEY: Final = 2_000
_TRIED: Final = Talk(turns=(Turn(by="{customer 1}", text="Is anybody there?"),))
_TOKENS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody sets. ``key`` None keeps the one that is there, as long as the address stays."""

    active: bool
    address: str
    name: str
    seconds: int
    key: str | None = None


def set_language_model(*, actor: Actor, wanted: Wanted, seen: int, now: datetime) -> LanguageModel:
    """Set the model; ``seen`` is 0 where there was none. A key does not follow to another address."""
    actor.need(Right.SET_SOURCES)
    address, name = endpoint(wanted.address), " ".join(wanted.name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise RuleError(
            "name: expected 1 to %(most)s characters, got %(length)s", most=LONGEST_NAME, length=len(name)
        )
    if wanted.seconds not in SECONDS:
        raise RuleError(
            "seconds: expected %(least)s to %(most)s, got %(got)s",
            least=SECONDS[0],
            most=SECONDS[-1],
            got=wanted.seconds,
        )
    refuse_readable(address, AddressPolicy(allowed=conf().allow_private))
    row = language_model() or LanguageModel()
    values = {
        "active": wanted.active,
        "address": address,
        "name": name,
        "seconds": wanted.seconds,
        "sealed_key": _sealed(row, address, wanted.key),
    }
    return keep(actor, row, seen, now, values, hidden=("sealed_key",))


def try_language_model(*, actor: Actor, now: datetime) -> Answered:
    """Ask the model that is set a question without anybody's data, switched on or not; keep nothing."""
    actor.need(Right.SET_SOURCES)
    row = language_model()
    if row is None:
        raise RuleError("there is no language model yet: set one first")
    body = request_body(model=row.name, task="answer", lang="en", talks=[_TRIED], tokens=_TOKENS)
    return complete(Endpoint.of(row), body, policy=AddressPolicy(allowed=conf().allow_private), now=now)


def _sealed(row: LanguageModel, address: str, key: str | None) -> bytes:
    if key is None:
        return bytes(row.sealed_key) if row.address == address else b""
    if len(key) > LONGEST_KEY:
        raise RuleError(
            "key: expected at most %(most)s characters, got %(got)s", most=LONGEST_KEY, got=len(key)
        )
    return seal(key.strip().encode())
