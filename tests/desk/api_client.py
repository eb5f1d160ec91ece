"""Who asks the API: a program with a token, or a person with a session."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from kulanz.desk.access import actor_of
from kulanz.desk.models import Member
from kulanz.desk.rules.scopes import Scope, usable
from kulanz.desk.services.tokens import make_token


class Program:
    """Asks with a token of a member: with all scopes that its roles can use, unless some are named."""

    def __init__(self, member: Member, *scopes: Scope) -> None:
        actor = actor_of(member)
        wanted = scopes or tuple(scope for scope in Scope if usable(scope, actor.roles))
        self.token, self.text = make_token(
            actor=actor, name="test", scopes=wanted, days=1, now=timezone.now()
        )
        self._client = Client(raise_request_exception=False)
        self._shown = {"Authorization": f"Bearer {self.text}"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return Django's answer; a body that is not bytes is sent as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self._client.generic(
            method, f"/api/v1{path}", data=data, content_type="application/json",
            headers={**self._shown, **headers},
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, {} if body is None else body, **headers)


class Visitor(Program):
    """A member who is logged in at a page."""

    def __init__(self, member: Member) -> None:
        self._client, self._shown = Client(raise_request_exception=False), {}
        self._client.force_login(member)
