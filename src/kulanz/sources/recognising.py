"""Which connector reads a bare URL: told by what the site itself says, in a few requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from kulanz.sources.errors import BudgetSpentError, FetchError, SourceError
from kulanz.sources.web.client import Answer, HttpClient

_ACCEPTED: Final = (401, 403, 404, 405, 410)
# A site of another platform may answer a strange address in any way: that is no reason to wait.
_NOT_THERE: Final = (*_ACCEPTED, 400, 406, 500, 501, 502, 503)
_HEAD: Final = 300_000
_REPOSITORY: Final = re.compile(r"/([\w.-]+/[\w.-]+?)(?:\.git)?/?(?:(?:issues|discussions)/?)?", re.ASCII)
_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json")
# Atomic groups: a page may consist of a thousand comments, which could be split up in as many ways.
_FEED: Final = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:(?><!--.*?-->|<\?.*?\?>)\s*+)*+<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL
)
_JSON_FEED: Final = b"https://jsonfeed.org/version/"
_TAG: Final = re.compile(r"<(?:meta|link)\b[^>]{1,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_GENERATORS: Final = ("discourse", "wordpress", "nodebb", "misago", "flarum", "mastodon", "hyperkitty")
# What only pages of the platform hold, where they name no generator.
_TRACES: Final = (
    ("discourse", 'id="data-discourse-setup"'),
    ("flarum", 'id="flarum-json-payload"'),
    ("flarum", "flarum.core.app"),
    ("misago", "misago-"),
    ("nodebb", "/plugins/nodebb-"),
    ("nodebb", "nodebb.min.js"),
    ("hyperkitty", "hyperkitty"),
    ("mastodon", 'id="mastodon"'),
    ("mastodon", "id='mastodon'"),
)
# An address that every site of the platform answers, and a key of the answer.
_PROBES: Final = (
    ("discourse", "site.json", "post_action_types"),
    ("nodebb", "api/config", "relative_path"),
    ("misago", "api/threads/", "results"),
    ("flarum", "api/discussions?page[limit]=1", "data"),
    ("mastodon", "api/v1/instance", "uri"),
    ("wordpress", "wp-json/", "namespaces"),
)
_MARKED_UP: Final = ("DiscussionForumPosting", "h-entry")


def recognise(url: str, http: HttpClient) -> str:
    """Return the source, as ``name:address``, that a web address leads to.

    The page itself is asked first: its generator, traces of a platform, its feeds. Only where it
    says nothing are well-known API addresses tried, one request each. Raise SourceError where
    nothing is recognised, and FetchError where the site cannot be read.
    """
    if (repository := _repository(url)) is not None:
        return repository
    page = http.get(url, accepted=_ACCEPTED)
    found = _by_document(page) or _by_page(page) or _by_probing(page, http) or _by_links(page)
    if found is None:
        raise SourceError(
            f"{url}: nothing there names a platform that Kulanz reads: "
            "put a connector's name before it, as in discourse:https://forum.example.org"
        )
    return found


def _repository(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.hostname not in {"github.com", "www.github.com"}:
        return None
    match = _REPOSITORY.fullmatch(parts.path)
    if match is None:
        raise SourceError(f"{url}: expected a repository, as in https://github.com/OWNER/NAME")
    return f"github:{match[1]}"


def _by_document(page: Answer) -> str | None:
    """Tell a feed by its beginning: servers send it with all sorts of types."""
    start = page.body[:2000]
    return f"feed:{page.at}" if _FEED.match(start) or _JSON_FEED in start else None


def _by_page(page: Answer) -> str | None:
    text = page.text()[:_HEAD]
    said = " ".join(
        each.get("content", "").lower() for each in _tags(text) if each.get("name", "").lower() == "generator"
    )
    names = (
        *said.split(),
        page.headers.get("x-powered-by", "").lower(),
        page.headers.get("server", "").lower(),
    )
    for platform in _GENERATORS:
        if any(name.startswith(platform) for name in names):
            return f"{platform}:{_base(page)}"
    lowered = text.lower()
    return next((f"{name}:{_base(page)}" for name, trace in _TRACES if trace.lower() in lowered), None)


def _by_probing(page: Answer, http: HttpClient) -> str | None:
    for name, path, key in _PROBES:
        if _has_key(http, urljoin(f"{_base(page)}/", path), key):
            return f"{name}:{_base(page)}"
    return None


def _has_key(http: HttpClient, url: str, key: str) -> bool:
    try:
        answer = http.get(url, accepted=_NOT_THERE)
        value: Any = answer.json()
    except BudgetSpentError:
        raise
    except FetchError:  # no JSON at all, or a refusal: not this platform
        return False
    return answer.status not in _NOT_THERE and isinstance(value, dict) and key in value


def _by_links(page: Answer) -> str | None:
    """Return the feed that a page names, else the page itself where its posts are marked up."""
    text = page.text()
    for tag in _tags(text[:_HEAD]):
        if "alternate" in tag.get("rel", "").lower() and tag.get("type", "").lower() in _FEED_TYPES:
            return f"feed:{page.at}"
    return f"html_forum:{page.at}" if any(mark in text for mark in _MARKED_UP) else None


def _base(page: Answer) -> str:
    """Return the address without query, fragment and closing slash."""
    parts = urlsplit(page.at)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def _tags(text: str) -> Iterator[dict[str, str]]:
    for tag in _TAG.findall(text):
        yield {
            name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(tag)
        }
