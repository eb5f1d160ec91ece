"""Webhooks of Discourse: each delivery names a topic to be read again.

A delivery is written with the eyes of the forum's system account, so it may hold the text of hidden
and private posts, and deliveries may come twice, late and out of order. So nothing of it is stored:
the topic is read again by the connector, with the rights that the source has. A delivery that is
sent again therefore changes nothing.

Set up the webhook with a secret (``X-Discourse-Event-Signature`` is then an HMAC-SHA256 of the
body), content type JSON, and the events for topics and posts; where answers are accepted, also those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from kulanz.sources.receivers.signatures import is_signed
from kulanz.sources.receiving import Delivery, Receipt
from kulanz.sources.web.secrets import Secret

SIGNATURE: Final = "x-discourse-event-signature"
_PRIVATE: Final = "private_message"
_MOST_DIGITS: Final = 19


class DiscourseReceiver:
    """Takes the deliveries of one webhook; ``secret`` is the one entered at the forum."""

    name: Final = "discourse"

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def receive(self, delivery: Delivery) -> Receipt:
        """Answer 200 and name the topic; 403 without a right signature, 400 for what is no event.

        404 and 410 are never answered: they make a forum switch the webhook off.
        """
        if not is_signed(delivery.body, delivery.headers.get(SIGNATURE), self._secret):
            return Receipt(status=403, body=b"expected a signature made with the secret of this webhook\n")
        try:
            event = msgspec.json.decode(delivery.body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Receipt(status=400, body=b"expected a JSON object\n")
        return Receipt(status=200, rereads=_topics(event))


RECEIVER: Final = DiscourseReceiver


def _topics(event: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the topic that an event is about; other events (a ping, an account) name none."""
    post, topic = event.get("post", event.get("solved")), event.get("topic")
    if isinstance(post, dict) and post.get("topic_archetype") != _PRIVATE:
        return _id(post.get("topic_id"))
    if isinstance(topic, dict) and topic.get("archetype") != _PRIVATE:
        return _id(topic.get("id"))
    return ()


def _id(value: Any) -> tuple[str, ...]:
    fits = type(value) is int and 0 < value < 10**_MOST_DIGITS
    return (str(value),) if fits else ()
