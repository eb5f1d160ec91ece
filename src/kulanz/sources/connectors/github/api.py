"""The requests of GitHub's REST API that are needed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from kulanz.sources.connecting import Context
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.web.client import Answer, Params, Validators
from kulanz.sources.web.secrets import Secret
from kulanz.sources.web.waiting import asked_wait, spent_limit

KEYS: Final = ("token",)
ANSWERS_WITH: Final = (frozenset(KEYS),)
PER_PAGE: Final = 100

REFUSED: Final = frozenset({403, 404, 410, 422})
_FORBIDDEN: Final = 403
_GONE: Final = frozenset({404, 410})
_REPOSITORY: Final = re.compile(r"(?!\.{1,2}/)[A-Za-z0-9_.-]+/(?!\.{1,2}$)[A-Za-z0-9_.-]+")
_PUBLIC: Final = frozenset({"", "github.com", "www.github.com", "api.github.com"})


class GithubApi:
    """Asks for one repository, at github.com or at a company's own GitHub."""

    def __init__(self, context: Context) -> None:
        self.base, self.repository = _place(context.address)
        self._http = context.http
        token = context.secrets.get("token")
        self._headers: dict[str, str | Secret] = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if token is not None:
            self._headers["Authorization"] = Secret(f"Bearer {token.reveal()}")

    def changed(self, what: str, since: datetime | None, page: int, validators: Validators | None) -> Answer:
        """Return ``issues`` or ``issues/comments`` that changed since a time, the oldest change first."""
        params: dict[str, str | int] = {"sort": "updated", "direction": "asc", "per_page": PER_PAGE}
        if what == "issues":
            params["state"] = "all"
        if since is not None:
            params["since"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self._get(what, params | _paged(page), validators)

    def events(self, page: int, validators: Validators | None = None) -> Answer:
        """Return what happened to the issues of the repository, newest first."""
        return self._get("issues/events", {"per_page": PER_PAGE, **_paged(page)}, validators)

    def issue(self, number: str) -> Answer | None:
        """Return one issue; None where it is not shown. A transferred one is answered from its new place."""
        answer = self._http.get(self._url(f"issues/{number}"), headers=self._headers, accepted=_GONE)
        return None if answer.status in _GONE else answer

    def timeline(self, number: str, page: int) -> Answer:
        """Return comments and events of one issue in their order."""
        return self._get(f"issues/{number}/timeline", {"per_page": PER_PAGE, **_paged(page)}, None)

    def own_account(self) -> Answer:
        """Return whom the token belongs to."""
        return self._http.get(f"{self.base}/user", headers=self._headers)

    def comments(self, number: str, since: datetime, page: int) -> Answer | None:
        """Return an issue's comments that changed since a time; None where it is not shown."""
        params: dict[str, str | int] = {
            "since": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "per_page": PER_PAGE,
        }
        answer = self._http.get(
            self._url(f"issues/{number}/comments"),
            params=params | _paged(page),
            headers=self._headers,
            accepted=_GONE,
        )
        return None if answer.status in _GONE else answer

    def comment(self, number: str, body: str) -> Answer:
        """Have a comment written, once; the answer may also be a refusal.

        Raise TemporaryError for the refusal of too many requests, which GitHub tells by the same status.
        """
        answer = self._http.post(
            self._url(f"issues/{number}/comments"),
            body=msgspec.json.encode({"body": body}),
            media_type="application/json",
            headers=self._headers,
            accepted=REFUSED,
            once=True,
        )
        if answer.status == _FORBIDDEN and spent_limit(answer.headers):
            wait = asked_wait(answer.status, answer.headers, answer.body, answer.fetched_at)
            raise TemporaryError(f"{answer.url} asks to wait", wait, kind="busy")
        return answer

    def full_name(self) -> str | None:
        """Return what the repository is called now; GitHub leads from old names to the new one."""
        value = self._get("", {}, None).json()
        name = value.get("full_name") if isinstance(value, dict) else None
        return name if isinstance(name, str) else None

    def _get(self, what: str, params: Params, validators: Validators | None) -> Answer:
        return self._http.get(self._url(what), params=params, headers=self._headers, validators=validators)

    def _url(self, what: str) -> str:
        return f"{self.base}/repos/{self.repository}/{what}".rstrip("/")


def objects(answer: Answer) -> list[dict[str, Any]]:
    """Return the objects of a list; raise TemporaryError where the answer is no list."""
    value = answer.json()
    if not isinstance(value, list):
        raise TemporaryError(
            f"{answer.url} answered with JSON that is no list: try again later", kind="no_data"
        )
    return [each for each in value if isinstance(each, dict)]


def has_next(answer: Answer) -> bool:
    """Return whether GitHub names another page."""
    return "next" in answer.links


def _paged(page: int) -> dict[str, str | int]:
    return {} if page == 1 else {"page": page}


def _place(address: str) -> tuple[str, str]:
    parts = urlsplit(address if "://" in address else f"https://github.com/{address}")
    repository = parts.path.strip("/").removesuffix(".git")
    if parts.scheme not in ("http", "https") or not _REPOSITORY.fullmatch(repository):
        raise PermanentError(
            "expected a repository such as owner/name or https://github.com/owner/name,"
            f" got {address[:90]!r}",
            kind="address",
        )
    if (parts.hostname or "") in _PUBLIC:
        return "https://api.github.com", repository
    return f"{parts.scheme}://{parts.netloc}/api/v3", repository
