"""A real WordPress mentions a page of ours, and what is found when its pages are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kulanz.sources.mentions import Mention, verify
from kulanz.sources.receivers.pingback import PingbackReceiver
from kulanz.sources.receivers.trackback import TrackbackReceiver
from kulanz.sources.receiving import Claim, Delivery
from kulanz.testing.reading import LOOPBACK, Reading
from kulanz.testing.recorded import RecordedServer, Reply, Request
from servers.wordpress import WordPressSite


class Ours:
    """A page of ours on a real port, with its pingback and trackback addresses."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self.server = RecordedServer(
            {"/t/12": self.page, "/pingback": self.pingback, "/t/12/trackback": self.trackback}
        )

    @property
    def url(self) -> str:
        return f"{self.server.url}/t/12"

    def page(self, _: Request) -> Reply:
        headers = {"Content-Type": "text/html", "X-Pingback": f"{self.server.url}/pingback"}
        return Reply(b"<html>Mahnung</html>", headers=headers)

    def pingback(self, request: Request) -> Reply:
        return self._received(PingbackReceiver(lambda url: url == self.url), request)

    def trackback(self, request: Request) -> Reply:
        return self._received(TrackbackReceiver(lambda _: self.url), request)

    def _received(self, receiver: PingbackReceiver | TrackbackReceiver, request: Request) -> Reply:
        receipt = receiver.receive(
            Delivery(
                method=request.method,
                path=request.path,
                headers=request.headers,
                body=request.body,
                received_at=datetime.now(UTC),
            )
        )
        self.claims += receipt.mentions
        return Reply(receipt.body, receipt.status, {"Content-Type": receipt.media_type})


@pytest.fixture
def ours() -> Iterator[Ours]:
    ours = Ours()
    with ours.server:
        yield ours


def look(claim: Claim, earlier: Mention | None = None) -> Mention:
    http = Reading(make=lambda _: None, address="", policy=LOOPBACK).http  # type: ignore[arg-type,return-value]
    return verify(claim, http, earlier)


def test_wordpress_sends_a_pingback_and_its_page_is_verified(wordpress: WordPressSite, ours: Ours) -> None:
    text = f'<p>They sent a collection agency and <a href="{ours.url}">closed the thread</a>.</p>'
    article = wordpress.open("Odd dunning", text)
    wordpress.send_pings()
    (claim,) = ours.claims
    assert (claim.kind, claim.target) == ("pingback", ours.url)
    mention = look(claim)
    assert mention.standing == "verified"
    assert mention.title == "Odd dunning"
    assert mention.passage is not None
    assert "They sent a collection agency and closed the thread." in mention.passage
    assert mention.published_at is not None
    assert abs(mention.published_at - claim.received_at).total_seconds() < 120

    wordpress.edit_article(article.thread_id, text.replace("They sent", "They sent letters,"))
    changed = look(claim, mention)
    assert changed.changed_at == changed.checked_at
    wordpress.edit_article(article.thread_id, "<p>All is well.</p>")
    assert look(claim, changed).standing == "withdrawn"
    wordpress.delete_thread(article.thread_id)
    assert look(claim, changed).standing == "withdrawn"


def test_wordpress_sends_a_trackback_which_is_believed_only_with_a_link(
    wordpress: WordPressSite, ours: Ours
) -> None:
    linking = wordpress.open("With link", f'<p>See <a href="{ours.url}">their forum</a>.</p>')
    without = wordpress.open("Without link", "<p>See their forum.</p>")
    for article in (linking, without):
        wordpress.send_trackback(article.thread_id, f"{ours.url}/trackback")
    claims = {claim.title: claim for claim in ours.claims}
    assert claims.keys() == {"With link", "Without link"}
    assert claims["With link"].excerpt == "See their forum."
    assert claims["With link"].blog_name == "Community"
    assert look(claims["With link"]).standing == "verified"
    assert look(claims["Without link"]).standing == "without_link"
