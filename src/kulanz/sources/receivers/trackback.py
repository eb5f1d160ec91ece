"""Trackback (Six Apart, 2002): what a blog says of its own post that is about one of our pages.

The specification asks for no link, so title, excerpt and blog name are anybody's words: a claim with
them is a hint until the page was looked at (``kulanz.sources.mentions.verify``).
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Final

from kulanz.sources.mentions.claims import BadClaimError, claimed, with_words
from kulanz.sources.receivers.forms import form_of
from kulanz.sources.receiving import Delivery, Receipt

_XML: Final = "text/xml; charset=utf-8"


class TrackbackReceiver:
    """Takes trackbacks; ``target_of`` is the address of the page that a delivery's path is about, or None."""

    name: Final = "trackback"

    def __init__(self, target_of: Callable[[str], str | None]) -> None:
        self._target_of = target_of

    def receive(self, delivery: Delivery) -> Receipt:
        """Answer with error 0 and a claim, or with error 1 and words: both have status 200.

        404 for a path that is about no page of ours, 405 for any method but POST.
        """
        if delivery.method != "POST":
            return Receipt(status=405, body=b"expected POST\n", headers={"allow": "POST"})
        target = self._target_of(delivery.path)
        if target is None:
            return Receipt(status=404, body=b"there is no page here that takes trackbacks\n")
        form = form_of(delivery)
        try:
            claim = claimed(
                "trackback",
                form.get("url", ""),
                target,
                received_at=delivery.received_at,
                accepts=lambda _: True,
            )
        except BadClaimError as error:
            return _answer(f"<error>1</error><message>{escape(str(error))}</message>")
        words = with_words(
            claim, title=form.get("title"), excerpt=form.get("excerpt"), blog_name=form.get("blog_name")
        )
        return Receipt(status=200, body=_answer("<error>0</error>").body, media_type=_XML, mentions=(words,))


RECEIVER: Final = TrackbackReceiver


def _answer(inside: str) -> Receipt:
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<response>{inside}</response>\n'
    return Receipt(status=200, body=text.encode("utf-8", "replace"), media_type=_XML)
