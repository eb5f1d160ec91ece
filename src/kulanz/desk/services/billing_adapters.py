"""The adapters of billing systems: made from what is kept of a system, for one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from kulanz.billing import BillingAdapter, BillingError, RefusedError, Scope
from kulanz.billing.asking import client
from kulanz.billing.csvdrop import CsvDrop
from kulanz.billing.inbox import Codec, Inbox
from kulanz.billing.lago import Lago
from kulanz.billing.odoo import Odoo
from kulanz.billing.tryton import Tryton
from kulanz.billing.webhook import Webhook
from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem
from kulanz.desk.rules.billing import CSV, TELLING, WEBHOOK, Books, Drop, Reached, config_in
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.rotation import good
from kulanz.desk.services.sealing import SealError, seal, sealed_before, unseal
from kulanz.sources.errors import Problems
from kulanz.sources.web.client import HttpClient
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret

TOLD: Final = 10
"""How many things that a billing system delivers and that cannot be read are told one by one."""
_AT_ONCE: Final = 500
_PLACES: Final[dict[int, int]] = {}
"""Up to which entry this worker has looked through each inbox."""

Secrets = Mapping[str, str]


@contextmanager
def adapter_for(
    system: BillingSystem, now: datetime, *, problems: Problems | None = None
) -> Iterator[BillingAdapter]:
    """Open a billing system for one run; raise BillingErrors alone, whatever is wrong with it.

    What it could not read is added to ``problems``.
    """
    with client(AddressPolicy(allowed=conf().allow_private), conf().contact, lambda: now) as http:
        yield _made(system, http, now, problems or Problems(keep=TOLD))


def gives_of(adapter: str) -> frozenset[str]:
    """Return the kinds of gestures that billing systems of a kind carry out."""
    return frozenset(getattr(_class_of(adapter), "gives", ()))


def scopes_of(adapter: str) -> frozenset[Scope]:
    """Return what billing systems of a kind can hold; nothing where dunning is paused there by hand."""
    return frozenset(getattr(_class_of(adapter), "scopes", ()))


def secrets_of(system: BillingSystem) -> dict[str, str]:
    """Return a billing system's secrets; raise SealError where they cannot be opened."""
    opened = unseal(system.sealed_keys)
    return msgspec.json.decode(opened, type=dict[str, str]) if opened else {}


def inbox_path(system: BillingSystem) -> Path:
    """Return the folder in which a billing system's deliveries lie, and the files exchanged with it."""
    return conf().data / "billing" / str(system.pk)


def inbox_of(system: BillingSystem) -> Inbox:
    """Return where a billing system that sends is read from."""
    hidden = ".kulanz/" if system.adapter == CSV else ""
    return Inbox(inbox_path(system) / f"{hidden}inbox.sqlite", SEALED)


def reseal_inboxes() -> int:
    """Seal a slice of each inbox anew where only the old key opens it; nothing to do without an old key."""
    renewed = [0]

    def is_old(body: bytes) -> bool:
        renewed[0] += (old := sealed_before(body))
        return old

    systems = BillingSystem.objects.filter(adapter__in=TELLING) if conf().secret_key_old else ()
    for system in systems:
        with suppress(BillingError):
            place = inbox_of(system).renew(is_old, _PLACES.get(system.pk, 0), _AT_ONCE)
            _PLACES[system.pk] = place
    return renewed[0]


def _unsealed(body: bytes) -> bytes:
    try:
        return unseal(body)
    except SealError as error:
        raise RefusedError(str(error)) from error


SEALED: Final = Codec(seal, _unsealed)
"""How deliveries are kept: as sealed as what is made of them."""


@dataclass(frozen=True, slots=True)
class _Connection:
    """What an adapter is made of."""

    system: BillingSystem
    secrets: Secrets
    http: HttpClient
    moment: datetime
    problems: Problems

    @property
    def config(self) -> Any:
        return config_in(self.system.adapter, self.system.config)

    def now(self) -> datetime:
        return self.moment

    def secret(self, name: str) -> Secret:
        return Secret(self.secrets.get(name, ""))

    def good(self, name: str) -> tuple[Secret, ...]:
        """A secret that may have been made anew, with the one before while that is good."""
        return tuple(Secret(each) for each in good(self.secrets.get(name, ""), self.moment))


def _tryton(to: _Connection) -> BillingAdapter:
    at: Books = to.config
    return Tryton(
        at.url,
        at.database,
        at.login,
        to.secret("password"),
        http=to.http,
        now=to.now,
        problems=to.problems,
    )


def _odoo(to: _Connection) -> BillingAdapter:
    at: Books = to.config
    return Odoo(
        at.url, at.database, at.login, to.secret("key"), http=to.http, now=to.now, problems=to.problems
    )


def _lago(to: _Connection) -> BillingAdapter:
    at: Reached = to.config
    return Lago(at.url, to.secret("key"), http=to.http, problems=to.problems)


def _webhook(to: _Connection) -> BillingAdapter:
    at: Reached = to.config
    return Webhook(
        at.url,
        to.good("secret"),
        to.good("their_secret"),
        source=conf().url,
        inbox=inbox_of(to.system),
        http=to.http,
        now=to.now,
    )


def _csv(to: _Connection) -> BillingAdapter:
    at: Drop = to.config
    return CsvDrop(
        inbox_path(to.system),
        columns=at.columns,
        decimal_mark=at.decimal_mark,
        codec=SEALED,
        now=to.now,
        problems=to.problems,
    )


_ADAPTERS: Final[Mapping[str, tuple[type, Callable[[_Connection], BillingAdapter]]]] = {
    "tryton": (Tryton, _tryton),
    "odoo": (Odoo, _odoo),
    "lago": (Lago, _lago),
    WEBHOOK: (Webhook, _webhook),
    CSV: (CsvDrop, _csv),
}


def _class_of(adapter: str) -> type | None:
    return _ADAPTERS[adapter][0] if adapter in _ADAPTERS else None


def _made(system: BillingSystem, http: HttpClient, now: datetime, problems: Problems) -> BillingAdapter:
    _adapter, make = _ADAPTERS[system.adapter]
    try:
        return make(_Connection(system, secrets_of(system), http, now, problems))
    except RuleError as error:
        raise RefusedError(str(error)) from error
