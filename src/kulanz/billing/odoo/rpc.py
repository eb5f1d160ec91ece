"""Odoo's external API: JSON-RPC at ``/jsonrpc``, which every version from 8 to 19 has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw, Struct

from kulanz.billing.asking import decoded, explained
from kulanz.billing.errors import RefusedError, TryAgainError
from kulanz.sources.web.client import HttpClient
from kulanz.sources.web.secrets import Secret

T = TypeVar("T")

_REFUSALS: Final = "odoo.exceptions."
_MOST_SHOWN: Final = 500


class _Details(Struct, frozen=True):
    name: str = ""
    message: str = ""


class _Error(Struct):
    message: str = ""
    data: _Details = _Details()


class _Said(Struct):
    result: Raw = Raw(b"null")
    error: _Error | None = None


class OdooRpc:
    """Calls methods of models in one database, as one account with its API key."""

    def __init__(self, http: HttpClient, url: str, database: str, login: str, key: Secret) -> None:
        self._http = http
        self._url = f"{url.rstrip('/')}/jsonrpc"
        self._database, self._login, self._key = database, login, key
        self._number: int | None = None

    def call(self, model: str, method: str, words: Sequence[Any], named: Mapping[str, Any]) -> Raw:
        """Call a method; raise RefusedError where Odoo refuses, TryAgainError where it fails."""
        if self._number is None:
            self._number = self._logged_in()
        who = [self._database, self._number, self._key.reveal()]
        return self._ask("object", "execute_kw", [*who, model, method, words, named])

    def rows(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        kind: type[T],
        limit: int | None = None,
    ) -> list[T]:
        """Return the records that fit, by their number."""
        named = {"fields": fields, "order": "id asc", "limit": limit, "context": {"active_test": False}}
        found = self.call(model, "search_read", [domain], named)
        try:
            return msgspec.json.decode(found, type=list[kind])  # type: ignore[valid-type]
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise TryAgainError(
                f"Odoo answered, but not as with account_credit_control ({error}): check its version"
            ) from error

    def _logged_in(self) -> int:
        words = [self._database, self._login, self._key.reveal(), {}]
        try:
            return msgspec.json.decode(self._ask("common", "authenticate", words), type=int)
        except msgspec.ValidationError:  # Odoo says false
            raise RefusedError(
                f"{self._url} does not know {self._login!r} with this key: correct them"
            ) from None

    def _ask(self, service: str, method: str, words: Sequence[Any]) -> Raw:
        params = {"service": service, "method": method, "args": words}
        body = msgspec.json.encode({"jsonrpc": "2.0", "method": "call", "id": 1, "params": params})
        with explained():
            answer = self._http.post(self._url, body=body, media_type="application/json")
        said = decoded(answer, _Said)
        if said.error is None:
            return said.result
        kind, told = said.error.data.name, said.error.data.message or said.error.message
        message = " ".join(told.split())[:_MOST_SHOWN] or "it did not say why"
        if kind.startswith(_REFUSALS):
            raise RefusedError(f"Odoo refused: {message}")
        raise TryAgainError(f"Odoo failed with {kind[:100] or 'an error'}: {message}: try again later")
