"""The forms by which sources are added and changed, as they were typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.hooks import PUSH
from kulanz.desk.services.sources import BUDGET_PER_DAY, INTERVAL_S, Wanted
from kulanz.desk.web.deeds import number
from kulanz.desk.web.pages import DeskRequest
from kulanz.desk.web.source_words import DESCRIBED, KEYS, PLAIN_KEYS, Text
from kulanz.sources.connectors import CONNECTORS, connector_named

MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class KeyField:
    """A key that a connector understands; ``secret`` where what is typed is not shown."""

    name: str
    label: Text
    secret: bool


def key_fields(connector: str) -> tuple[KeyField, ...]:
    """Return the keys that a connector declares, as fields."""
    declared = connector_named(connector).keys if connector in CONNECTORS else ()
    return tuple(KeyField(f"key_{name}", KEYS.get(name, name), name not in PLAIN_KEYS) for name in declared)


def takes_answers(connector: str) -> bool:
    """Whether a source of this kind can be one at which the desk posts answers in public."""
    declared = connector_named(connector) if connector in CONNECTORS else None
    return declared is not None and bool(declared.answers_with or declared.mailed_to)


def wanted_of(request: DeskRequest, connector: str) -> Wanted:
    """Read the form; raise RuleError where a number is none."""
    typed = {name: str(value).strip() for name, value in request.POST.items()}
    keys = {field.name.removeprefix("key_"): typed.get(field.name, "") for field in key_fields(connector)}
    fetched = connector != PUSH
    return Wanted(
        name=typed.get("name", ""),
        connector=connector,
        address=typed.get("address", ""),
        keys={name: value for name, value in keys.items() if value},
        interval_s=_whole(typed, "minutes") * MINUTE if fetched else INTERVAL_S,
        budget_per_day=_whole(typed, "budget") if fetched else BUDGET_PER_DAY,
    )


def typed_words(request: DeskRequest) -> dict[str, str]:
    """Return what was typed, without secrets: those are not sent back to a browser."""
    fields = {field.name for field in key_fields(request.POST.get("connector", "")) if field.secret}
    return {name: str(value) for name, value in request.POST.items() if name not in fields}


def known_kind(name: str) -> str:
    """Return the kind of source that a form is for; raise RuleError for an unknown one."""
    if name not in DESCRIBED:
        raise RuleError("unknown kind of source %(name)r: choose one of the list", name=name[:40])
    return name


def _whole(typed: dict[str, str], name: str) -> int:
    value = number(typed.get(name, ""))
    if value is None:
        raise RuleError(
            "%(name)s: expected a whole number, got %(got)r", name=name, got=typed.get(name, "")[:40]
        )
    return value
