"""Webmention (W3C Recommendation): a page tells that it links to one of ours, or no longer does.

The receiver answers 202 and passes the claim on; what the page says is looked at later
(``kulanz.sources.mentions.verify``). A page announced again is verified again.
"""

from __future__ import annotations

from typing import Final

from kulanz.sources.mentions.claims import Accepts, BadClaimError, claimed
from kulanz.sources.receivers.forms import form_of
from kulanz.sources.receiving import Delivery, Receipt


class WebmentionReceiver:
    """Takes Webmentions for the addresses that ``accepts`` knows as ours."""

    name: Final = "webmention"

    def __init__(self, accepts: Accepts) -> None:
        self._accepts = accepts

    def receive(self, delivery: Delivery) -> Receipt:
        """Answer 202 with a claim to be verified, 400 for a bad one, 405 for any method but POST."""
        if delivery.method != "POST":
            return Receipt(status=405, body=b"expected POST\n", headers={"allow": "POST"})
        form = form_of(delivery)
        try:
            claim = claimed(
                "webmention",
                form.get("source", ""),
                form.get("target", ""),
                received_at=delivery.received_at,
                accepts=self._accepts,
            )
        except BadClaimError as error:
            return Receipt(status=400, body=f"{error}\n".encode())
        return Receipt(status=202, body=b"thank you, the page will be looked at\n", mentions=(claim,))


RECEIVER: Final = WebmentionReceiver
