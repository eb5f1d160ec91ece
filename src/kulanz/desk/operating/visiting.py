"""A visit to a running desk by HTTP, as a browser would make it."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from threading import Thread, main_thread
from typing import Final
from urllib.parse import urlencode, urlsplit

from kulanz.desk.operating.starting import OperatingError

_PATIENCE_S: Final = 300.0
"""A busy machine takes a minute for the first page."""
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_OK: Final = 200


class Visit:
    """One visitor with cookies; ``host`` is the name under which the desk knows itself."""

    def __init__(self, address: str, host: str, *, secure: bool = False) -> None:
        self._place = urlsplit(address)
        self._headers = {"Host": host} | ({"X-Forwarded-Proto": "https"} if secure else {})
        self._referer = f"{'https' if secure else 'http'}://{host}/"
        self._cookies: dict[str, str] = {}
        self.slowest_s = 0.0

    def get(self, path: str) -> str:
        """Return a page, following its redirects; raise OperatingError where there is none."""
        return self._asked("GET", path, None)

    def see(self, path: str) -> str:
        """Get a page and return a sentence that says so."""
        self.get(path)
        return f"pages answer at {self._place.geturl()}"

    def log_in(self, name: str, password: str) -> str:
        """Log in and return the page that follows."""
        token = _TOKEN.search(self.get("/login/login/"))
        given = {"csrfmiddlewaretoken": token[1] if token else "", "login": name, "password": password}
        page = self._asked("POST", "/login/login/", given)
        if "sessionid" not in self._cookies:
            raise OperatingError(f"{name} could not log in: look at the log above")
        return page

    def _asked(self, method: str, path: str, form: Mapping[str, str] | None) -> str:
        status, location, body = self._ask(method, path, form)
        if location:
            return self._asked("GET", location, None)
        if status != _OK:
            raise OperatingError(f"{path}: expected a page, got status {status}")
        return body

    def _ask(self, method: str, path: str, form: Mapping[str, str] | None) -> tuple[int, str, str]:
        link = HTTPConnection(self._place.hostname or "", self._place.port, timeout=_PATIENCE_S)
        began = time.monotonic()
        sent = {**self._headers, "Referer": self._referer, "Cookie": _joined(self._cookies)}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            link.request(method, path, body=urlencode(form) if form is not None else None, headers=sent)
            answer = link.getresponse()
            body = answer.read().decode("utf-8", "replace")
        except TimeoutError as error:
            raise OperatingError(f"{path}: no answer within {_PATIENCE_S:.0f} s") from error
        except (OSError, HTTPException) as error:
            raise OperatingError(f"{path}: no answer: {error}") from error
        finally:
            link.close()
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        for line in answer.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        return answer.status, urlsplit(answer.headers.get("Location") or "").path, body


class OneVisit:
    """Makes one visit as soon as a desk answers, and then ends it as Ctrl-C would.

    An object of this class is what ``serve`` calls when it is ready; ``told`` is asked afterwards.
    """

    def __init__(self, host: str, errand: Callable[[Visit], str], *, secure: bool = False) -> None:
        self._host, self._errand, self._secure = host, errand, secure
        self._told: list[str] = []
        self._failed: list[OperatingError] = []
        self._thread: Thread | None = None

    def __call__(self, address: str) -> None:
        self._thread = Thread(target=self._go, args=(address,), name="visitor", daemon=True)
        self._thread.start()

    def told(self) -> str:
        """Return what the errand told; raise the OperatingError that ended it."""
        if self._thread:
            self._thread.join()
        if self._failed:
            raise self._failed[0]
        return " ".join(self._told)

    def _go(self, address: str) -> None:
        try:
            visit = Visit(address, self._host, secure=self._secure)
            self._told += [self._errand(visit), f"(slowest page: {visit.slowest_s:.1f} s)"]
        except OperatingError as error:
            self._failed.append(error)
        finally:
            # A real signal, for it wakes a server that waits for the network.
            signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)


def _joined(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
