"""Tryton's JSON-RPC: a session, calls, and values that JSON has no words for."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from kulanz.billing.asking import decoded, explained
from kulanz.billing.errors import RefusedError, TryAgainError
from kulanz.sources.web.client import Answer, HttpClient
from kulanz.sources.web.secrets import Secret

_UNAUTHORIZED: Final = 401
_MOST_SHOWN: Final = 500
_REFUSALS: Final = frozenset({"UserError", "UserWarning", "LoginException"})


class _Said(Struct):
    result: Any = None
    error: list[Any] | None = None


class TrytonRpc:
    """Calls methods of one database; logs in when it has to."""

    def __init__(self, http: HttpClient, url: str, database: str, login: str, password: Secret) -> None:
        self._http = http
        self._url = f"{url.rstrip('/')}/{quote(database, safe='')}/rpc/"
        self._login, self._password = login, password
        self._session: Secret | None = None
        self._context: dict[str, Any] = {}

    def model(self, name: str, method: str, *words: Any) -> Any:
        """Call a method of a model; raise RefusedError where Tryton refuses, TryAgainError else."""
        return self._call(f"model.{name}.{method}", words, {})

    def wizard(self, name: str, state: str, form: dict[str, Any], model: str, number: int) -> None:
        """Go through a wizard of one form on a record, past it to a state; the same errors."""
        session = self._call(f"wizard.{name}.create", (), {})[0]
        chosen = {"active_model": model, "active_id": number, "active_ids": [number]}
        self._call(f"wizard.{name}.execute", (session, form, state), chosen)
        self._call(f"wizard.{name}.delete", (session,), {})

    def rows(self, name: str, domain: Sequence[Any], fields: Sequence[str], limit: int | None = None) -> Any:
        """Return the records of a model that fit, by their number."""
        return self.model(name, "search_read", domain, 0, limit, [["id", "ASC"]], fields)

    def _call(self, method: str, words: Sequence[Any], chosen: dict[str, Any]) -> Any:
        if self._session is None:
            self._log_in()
        answer = self._ask(method, [*words, {**self._context, **chosen}])
        if answer.status == _UNAUTHORIZED:  # the session is over
            self._log_in()
            answer = self._ask(method, [*words, {**self._context, **chosen}])
        return self._result(answer)

    def _log_in(self) -> None:
        self._session = None
        words = [self._login, {"password": self._password.reveal()}, "en"]
        said = self._result(self._ask("common.db.login", words))
        try:
            number, token = said[0], said[1]
        except (TypeError, LookupError):
            raise TryAgainError(f"{self._url} gave no session: check the address") from None
        shown = base64.b64encode(f"{self._login}:{number}:{token}".encode()).decode()
        self._session = Secret(f"Session {shown}")
        # The company and the language of this login, without which Tryton hides what belongs to a company.
        preferences = self._ask("model.res.user.get_preferences", [True, {}])
        context = to_tryton(self._result(preferences))
        # Dunnings of claims that are settled count as inactive, and are wanted all the same.
        self._context = {**(context if isinstance(context, dict) else {}), "active_test": False}

    def _ask(self, method: str, words: Sequence[Any]) -> Answer:
        body = msgspec.json.encode({"id": 1, "method": method, "params": to_tryton(words)})
        headers = {"authorization": self._session} if self._session is not None else {}
        with explained():
            return self._http.post(
                self._url,
                body=body,
                media_type="application/json",
                headers=headers,
                accepted=(_UNAUTHORIZED,),
            )

    def _result(self, answer: Answer) -> Any:
        if answer.status == _UNAUTHORIZED:
            raise RefusedError(f"{self._url} does not know {self._login!r} with this password: correct them")
        said = decoded(answer, _Said)
        try:
            if said.error is None:
                return from_tryton(said.result)
            kind, message = _shown(said.error[:1]), _shown(said.error[1:])
        except RecursionError as error:
            raise TryAgainError(f"{self._url} answered too deeply nested: check the address") from error
        if kind in _REFUSALS:
            raise RefusedError(f"Tryton refused: {message}")
        raise TryAgainError(f"Tryton failed with {kind}: try again later, and look at its log")


def to_tryton(value: Any) -> Any:
    """Write times, dates and decimals as Tryton does."""
    if isinstance(value, dict):
        return {name: to_tryton(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_tryton(each) for each in value]
    if isinstance(value, datetime):
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime", **{part: getattr(value, part) for part in parts}}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    return value


def from_tryton(value: Any) -> Any:
    """Read dates and decimals as Tryton writes them; other values of its own stay as they are."""
    if isinstance(value, list):
        return [from_tryton(each) for each in value]
    if not isinstance(value, dict):
        return value
    try:
        match value.get("__class__"):
            case "date":
                return date(value["year"], value["month"], value["day"])
            case "Decimal":
                return Decimal(value["decimal"])
    except (LookupError, TypeError, ValueError, OverflowError, InvalidOperation) as error:
        raise TryAgainError(f"Tryton sent a {value['__class__']} that is none: {error!r}") from error
    return {name: from_tryton(each) for name, each in value.items()}


def _shown(words: Sequence[Any]) -> str:
    """The first text in an error, which may be nested in lists."""
    for word in words:
        text = _shown(word) if isinstance(word, list) else word
        if isinstance(text, str) and text.strip():
            return " ".join(text.split())[:_MOST_SHOWN]
    return "it did not say why"
