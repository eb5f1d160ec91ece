"""The requests to a WordPress site."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from kulanz.sources.connecting import Context
from kulanz.sources.connectors.wordpress.shapes import (
    ARTICLE_FIELDS,
    COMMENT_FIELDS,
    Article,
    Comment,
    Listed,
)
from kulanz.sources.errors import PermanentError
from kulanz.sources.json_answers import Items, converted, is_refusal
from kulanz.sources.pagelinks import feed_addresses, page_links
from kulanz.sources.sightings import Raw
from kulanz.sources.web.client import Answer, Params
from kulanz.sources.web.secrets import Secret

PER_PAGE: Final = 100
POSTS: Final = "posts"
PAGES: Final = "pages"
_API: Final = "https://api.w.org/"
_MISSING: Final = (401, 403, 404, 410)
_BEYOND: Final = 400
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site keeps its API and its feed of comments."""

    api: str
    feed: str | None


@dataclass(frozen=True, slots=True)
class Comments:
    """One answer with comments; ``total`` is how many there are on all pages, None where untold."""

    raw: Raw
    comments: tuple[Comment, ...]
    total: int | None
    pages: int


@dataclass(frozen=True, slots=True)
class Articles:
    """One answer with articles."""

    raw: Raw
    articles: tuple[Article, ...]
    pages: int


class Api:
    """Asks one site; ``trusted`` where it does so with a key."""

    def __init__(self, context: Context, place: Place) -> None:
        self._context = context
        self._api = place.api
        self._headers = _headers(context.secrets)

    @property
    def trusted(self) -> bool:
        return bool(self._headers)

    def comments(self, page: int = 1, articles: Sequence[int] = ()) -> Comments:
        """List comments: the newest first, or the oldest first of some articles."""
        order = "asc" if articles else "desc"
        asked: dict[str, str] = {"orderby": "id", "order": order, "page": str(page)}
        if articles:
            asked["post"] = _joined(articles)
        return self._comments(asked)

    def comments_on(self, number: int) -> Comments:
        """List the newest comments on anything; none where the public may not read it."""
        return self._comments({"post": str(number)}, accepted=_MISSING)

    def _comments(self, asked: Mapping[str, str], accepted: Sequence[int] = ()) -> Comments:
        kinds = {"type": "all"} if self.trusted else {}
        params = {**asked, **kinds, "per_page": str(PER_PAGE), "_fields": COMMENT_FIELDS}
        answer = self._get("comments", params, accepted)
        if is_refusal(answer, accepted):
            return Comments(answer.raw(), (), None, 1)
        found = tuple(self._items(answer).valid(converted(answer, list), Comment))
        total = _number(answer, "x-wp-total")
        return Comments(answer.raw(), found, total, _number(answer, "x-wp-totalpages") or 1)

    def comment(self, number: int) -> tuple[Raw, Comment | None]:
        """Ask for one comment, of whatever type; None where the public is not shown it."""
        url = f"comments/{number}"
        answer = self._get(url, {"_fields": COMMENT_FIELDS}, accepted=_MISSING)
        found = () if is_refusal(answer, _MISSING) else self._items(answer).valid((answer.json(),), Comment)
        return answer.raw(), next(iter(found), None)

    def articles(self, collection: str, **asked: str) -> Articles:
        """List the articles or pages that the public may read."""
        params = {"_embed": "author", "_fields": ARTICLE_FIELDS, **asked}
        answer = self._get(collection, params)
        found = tuple(self._items(answer).valid(converted(answer, list), Article))
        return Articles(answer.raw(), found, _number(answer, "x-wp-totalpages") or 1)

    def by_number(self, numbers: Sequence[int]) -> tuple[Articles, ...]:
        """Ask for articles by their numbers, and for those that are none among the pages."""
        asked = {"per_page": str(PER_PAGE)}
        first = self.articles(POSTS, include=_joined(numbers), **asked)
        found = {article.id for article in first.articles}
        rest = [number for number in numbers if number not in found]
        return (first, self.articles(PAGES, include=_joined(rest), **asked)) if rest else (first,)

    def listed(self, collection: str, **asked: str) -> tuple[tuple[Listed, ...], int]:
        """List articles by number and time only, with the count of pages; none beyond the last page."""
        answer = self._get(collection, {"_fields": "id,date_gmt", **asked}, accepted=(_BEYOND,))
        if answer.status == _BEYOND:
            return (), 0
        found = tuple(self._items(answer).valid(converted(answer, list), Listed))
        return found, _number(answer, "x-wp-totalpages") or 1

    def _get(self, path: str, params: Params, accepted: Sequence[int] = ()) -> Answer:
        url = f"{self._api}wp/v2/{path}"
        return self._context.http.get(url, params=params, headers=self._headers, accepted=accepted)

    def _items(self, answer: Answer) -> Items:
        return Items(answer, self._context.problems)


def find_place(context: Context) -> Place:
    """Ask the site where its API is; raise PermanentError where it has none."""
    answer = context.http.get(context.address)
    links = page_links(answer.body, answer.at)
    named = answer.links.get(_API) or next((link.href for link in links if _API in link.rel), None)
    if named is None:
        raise PermanentError(
            f"expected a WordPress site that names its REST API, got none of it from {answer.url}:"
            " check the address, or read the site's feed with feed:ADDRESS",
            kind="address",
        )
    feeds = feed_addresses(answer.body, answer.at)
    return Place(urljoin(answer.at, named), next((feed for feed in feeds if "comments" in feed), None))


def _headers(secrets: Mapping[str, Secret]) -> dict[str, Secret]:
    if not {"user", "application_password"} <= secrets.keys():
        return {}
    pair = f"{secrets['user'].reveal()}:{secrets['application_password'].reveal()}"
    return {"authorization": Secret(f"Basic {b64encode(pair.encode()).decode()}")}


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _number(answer: Answer, header: str) -> int | None:
    text = answer.headers.get(header, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None
