"""Looks at the page behind a claim."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]
from msgspec.structs import replace

from kulanz.core.spread.addresses import canonical
from kulanz.sources.html import MAX_CHARS, plain_to_text
from kulanz.sources.mentions.describing import Description, describe
from kulanz.sources.mentions.linking import anchors_to, passage_of, way_of
from kulanz.sources.mentions.mention import Mention
from kulanz.sources.receiving import Claim
from kulanz.sources.web.client import Answer, HttpClient

_GONE: Final = (404, 410)
_HTML: Final = ("text/html", "application/xhtml+xml")
_PARSER: Final = etree.HTMLParser(
    encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True
)


def verify(claim: Claim, http: HttpClient, earlier: Mention | None = None) -> Mention:
    """Fetch the claim's source and return what it says about the target.

    ``earlier`` is what the last look found, for a page that was announced again. The words of a
    trackback are used only where the page links to the target and says nothing itself. Raise
    TemporaryError and PermanentError as the client does: then nothing is known, not even that the
    page has gone.
    """
    answer = http.get(claim.source, headers={"accept": "text/html, */*;q=0.5"}, accepted=_GONE)
    found = None if answer.status in _GONE else _found(claim, answer)
    if found is not None:
        return _compared(found, earlier)
    was_there = earlier is not None and earlier.standing != "without_link"
    if earlier is not None and was_there:
        return replace(earlier, standing="withdrawn", checked_at=answer.fetched_at)
    return Mention(
        kind=claim.kind,
        source=claim.source,
        target=claim.target,
        standing="without_link",
        checked_at=answer.fetched_at,
    )


def _found(claim: Claim, answer: Answer) -> Mention | None:
    """The mention on a page; None where it does not link to the target."""
    verified = Mention(
        kind=claim.kind,
        source=claim.source,
        target=claim.target,
        standing="verified",
        checked_at=answer.fetched_at,
        url=answer.url,
    )
    if answer.media_type not in _HTML:
        return _in_text(verified, answer)
    html = answer.text()[:MAX_CHARS]
    root = etree.fromstring(b"<div>" + html.encode("utf-8", "replace"), _PARSER)
    anchors = anchors_to(root, claim.target, _base(root, answer.at))
    if not anchors:
        return None
    about = describe(root, html, answer.at, claim.target)
    passage = passage_of(anchors[0]) or claim.excerpt
    return _described(replace(verified, how=way_of(anchors[0]), passage=passage), about, claim)


def _described(mention: Mention, about: Description, claim: Claim) -> Mention:
    return replace(
        mention,
        title=about.title or claim.title,
        author=about.author or claim.blog_name,
        published_at=about.published_at,
    )


def _in_text(verified: Mention, answer: Answer) -> Mention | None:
    """A plain text mentions the target by writing its address."""
    if not answer.media_type.startswith("text/"):
        return None
    text = answer.text()[:MAX_CHARS]
    wanted = canonical(verified.target)
    for line in text.splitlines():
        if any(canonical(link) == wanted for link in plain_to_text(line).links):
            return replace(verified, passage=" ".join(line.split())[:600])
    return None


def _compared(found: Mention, earlier: Mention | None) -> Mention:
    """The mention with the time at which its words changed."""
    if earlier is None or earlier.standing == "without_link":
        return found
    changed = found.checked_at if found.words != earlier.words else earlier.changed_at
    return replace(found, changed_at=changed)


def _base(root: Any, at: str) -> str:
    href = next((tag.get("href") for tag in root.iter("base") if tag.get("href")), None)
    try:
        return urljoin(at, href) if href else at
    except ValueError:
        return at
