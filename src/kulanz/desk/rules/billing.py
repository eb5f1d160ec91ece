"""What each adapter of a billing system has to be told to reach it: settings, and secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from kulanz.desk.rules.errors import RuleError

LONGEST: Final = 500
WEBHOOK: Final = "webhook"
CSV: Final = "csv"
TELLING: Final = (WEBHOOK, CSV)
"""Adapters that are not asked: what they tell lies in an inbox."""
Word = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class Reached(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A billing system with an address, such as ``https://billing.example.org``."""

    url: Word


class Books(Reached, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A database of a server, used with a login."""

    database: Word
    login: Word


class Drop(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tables in a folder; ``columns`` maps the fields of claims to the names of columns."""

    columns: dict[Word, Word] = {}
    decimal_mark: Literal[".", ","] = "."


@dataclass(frozen=True, slots=True)
class Kind:
    """What an adapter is told: the shape of its settings, and the names of its secrets."""

    config: type[Struct]
    secrets: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its settings."""
        return self.config.__struct_fields__


KINDS: Final[Mapping[str, Kind]] = {
    "tryton": Kind(Books, ("password",)),
    WEBHOOK: Kind(Reached, ("secret", "their_secret")),
    CSV: Kind(Drop),
    "odoo": Kind(Books, ("key",)),
    "lago": Kind(Reached, ("key",)),
}


def kind_named(adapter: str) -> Kind:
    """Return what an adapter is told; raise RuleError for an unknown one."""
    kind = KINDS.get(adapter)
    if kind is None:
        raise RuleError(
            "adapter: expected one of %(known)s, got %(got)r", known=", ".join(KINDS), got=adapter[:40]
        )
    return kind


def config_in(adapter: str, values: Mapping[str, Any]) -> Any:
    """Return settings as their adapter's shape; raise RuleError for what no billing system has."""
    try:
        config = msgspec.convert(dict(values), kind_named(adapter).config)
    except msgspec.ValidationError as error:
        raise RuleError(
            "settings of %(adapter)s: %(error)s: correct it", adapter=adapter, error=error
        ) from error
    if isinstance(config, Reached):
        _check_url(config.url)
    return config


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    if not good:
        raise RuleError(
            "address: expected one such as https://billing.example.org, got %(url)r", url=url[:80]
        )
