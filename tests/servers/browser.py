"""A person's browser: requests that keep cookies, and JSON both ways."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from servers.frame import ServerError

TIMEOUT = 60


@dataclass(slots=True)
class Browser:
    """Somebody at a site: anonymous until one logs in with it."""

    url: str
    cookies: CookieJar = field(default_factory=CookieJar)
    headers: dict[str, str] = field(default_factory=dict)
    _opener: OpenerDirector = field(init=False)

    def __post_init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))

    def cookie(self, name: str) -> str | None:
        """The value of a cookie that the site set."""
        return next((cookie.value for cookie in self.cookies if cookie.name == name), None)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON, or bytes as a form, and return the answer's JSON; ServerError where refused."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        request = Request(self.url + path, data, method=method)  # noqa: S310 - loopback only
        kind = "application/x-www-form-urlencoded" if isinstance(body, bytes) else "application/json"
        for name, value in {"Content-Type": kind, **self.headers, **headers}.items():
            request.add_header(name.replace("_", "-"), value)
        answer = self._send(request)
        return json.loads(answer) if answer[:1] in (b"{", b"[", b'"') else answer.decode(errors="replace")

    def _send(self, request: Request) -> bytes:
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            with error:
                words = error.read()[:500].decode(errors="replace")
            raise ServerError(f"{request.method} {request.full_url}: {error.code} {words}") from error
