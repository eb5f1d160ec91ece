"""Pingback 1.0: the same claim as a Webmention's, by XML-RPC (``pingback.ping(source, target)``).

XML that declares a document type or entities is refused.
"""

from __future__ import annotations

from html import escape
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from kulanz.sources.errors import SourceError
from kulanz.sources.feedxml import safe_utf8
from kulanz.sources.mentions.claims import Accepts, BadClaimError, claimed
from kulanz.sources.receiving import Delivery, Receipt

_METHOD: Final = "pingback.ping"
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_LONGEST: Final = 65_536
_NO_METHOD: Final = -32601
_BAD_CALL: Final = -32700
_GENERIC: Final = 0
_NOT_OURS: Final = 33
_THANKS: Final = "thank you, the page will be looked at"
_XML: Final = "text/xml; charset=utf-8"


class PingbackReceiver:
    """Takes pingbacks for the addresses that ``accepts`` knows as ours."""

    name: Final = "pingback"

    def __init__(self, accepts: Accepts) -> None:
        self._accepts = accepts

    def receive(self, delivery: Delivery) -> Receipt:
        """Answer with a claim to be verified, or with a fault: both have status 200 in XML-RPC.

        Fault 33 says that the target is not ours, 0 that an address is bad, -32601 and -32700 that the
        call is another one or none. Any method but POST is answered with 405.
        """
        if delivery.method != "POST":
            return Receipt(status=405, body=b"expected POST\n", headers={"allow": "POST"})
        try:
            name, arguments = _call(delivery.body)
        except (SourceError, etree.XMLSyntaxError, ValueError) as error:
            return _fault(_BAD_CALL, f"expected an XML-RPC call: {error}")
        if name != _METHOD or len(arguments) != 2:  # noqa: PLR2004 - source and target
            return _fault(_NO_METHOD, f"expected {_METHOD} with two addresses")
        source, target = arguments
        try:
            claim = claimed(
                "pingback", source, target, received_at=delivery.received_at, accepts=self._accepts
            )
        except BadClaimError as error:
            return _fault(_GENERIC if error.ours else _NOT_OURS, str(error))
        thanks = f"<params><param><value><string>{_THANKS}</string></value></param></params>"
        return Receipt(status=200, body=_response(thanks), media_type=_XML, mentions=(claim,))


RECEIVER: Final = PingbackReceiver


def _call(body: bytes) -> tuple[str, list[str]]:
    """Return the name and the string arguments of a call."""
    if len(body) > _LONGEST:
        raise ValueError(f"it is longer than {_LONGEST:,} bytes")
    if b"<!" in body:
        raise ValueError("document types and entities are not read")
    root = etree.fromstring(safe_utf8(body), _PARSER)
    if root.tag != "methodCall":
        raise ValueError(f"its root is {str(root.tag)[:40]!r}, not methodCall")
    values = root.iterfind("params/param/value")
    return (root.findtext("methodName") or "").strip(), [
        "".join(value.itertext()).strip() for value in values
    ]


def _fault(code: int, words: str) -> Receipt:
    members = (
        f"<member><name>faultCode</name><value><int>{code}</int></value></member>"
        f"<member><name>faultString</name><value><string>{escape(words)}</string></value></member>"
    )
    fault = f"<fault><value><struct>{members}</struct></value></fault>"
    return Receipt(status=200, body=_response(fault), media_type=_XML)


def _response(inside: str) -> bytes:
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<methodResponse>{inside}</methodResponse>\n'
    return text.encode("utf-8", "replace")
