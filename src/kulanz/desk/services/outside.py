"""What a read needs of the world: clock, chance, manners, and where it may lead."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random, SystemRandom

import msgspec

from kulanz.desk.conf import conf
from kulanz.desk.models import Source
from kulanz.desk.services.sealing import seal, unseal
from kulanz.sources.connecting import Connector, Context, Known
from kulanz.sources.connectors import connector_named
from kulanz.sources.errors import Problems
from kulanz.sources.web.client import HttpClient, Pacing, WebLimits
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret

Keys = Mapping[str, str]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Given to every service that reads sources; ``outside()`` is the real one."""

    clock: Callable[[], datetime] = utc_now
    random: Random = field(default_factory=SystemRandom)
    policy: AddressPolicy = field(default_factory=AddressPolicy)
    pacing: Pacing = field(default_factory=Pacing)
    limits: WebLimits = field(default_factory=WebLimits)
    contact: str = ""

    def client(self, budget: int | None) -> HttpClient:
        """Return a client for one run of at most ``budget`` requests."""
        return HttpClient(
            policy=self.policy,
            limits=self.limits,
            pacing=self.pacing,
            contact=self.contact,
            budget=budget,
            now=self.clock,
            sleep=time.sleep,
            random=self.random.random,
        )

    def connector(
        self, name: str, address: str, keys: Keys, *, http: HttpClient, known: Known, problems: Problems
    ) -> Connector:
        """Return a connector; raise PermanentError for a wrong address, SourceError for an unknown name."""
        context = Context(
            address=address,
            http=http,
            now=self.clock,
            known=known,
            problems=problems,
            policy=self.policy,
            secrets={key: Secret(value) for key, value in keys.items() if value},
        )
        return connector_named(name).make(context)


def outside() -> Outside:
    """Return the world as the settings let sources be read."""
    return Outside(policy=AddressPolicy(allowed=conf().allow_private), contact=conf().contact)


def sealed(keys: Keys) -> bytes:
    """Return a connector's keys, sealed for the database."""
    given = {name: value for name, value in keys.items() if value}
    return seal(msgspec.json.encode(given)) if given else b""


def keys_of(source: Source) -> dict[str, str]:
    """Return a source's keys; raise SealError where they cannot be opened."""
    opened = unseal(bytes(source.sealed_keys))
    return msgspec.json.decode(opened, type=dict[str, str]) if opened else {}
