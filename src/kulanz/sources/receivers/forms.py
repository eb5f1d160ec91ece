"""HTML forms as bodies of deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from typing import Final
from urllib.parse import parse_qsl

from kulanz.sources.charsets import decode
from kulanz.sources.receiving import Delivery

_MAX_FIELDS: Final = 20


def form_of(delivery: Delivery) -> Mapping[str, str]:
    """Return the fields of a URL-encoded form, the first of each name; empty for what is none.

    Fields are read in the charset that the delivery names, or in UTF-8 wherever they are valid
    UTF-8: old blogs send Latin-1 and say nothing of it.
    """
    message = Message()
    message["content-type"] = delivery.headers.get("content-type", "")
    charset = message.get_param("charset")
    declared = charset if isinstance(charset, str) else None
    try:
        text = delivery.body.decode("latin-1")
        pairs = parse_qsl(text, keep_blank_values=True, encoding="latin-1", max_num_fields=_MAX_FIELDS)
    except ValueError:
        return {}
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, decode(value.encode("latin-1"), declared))
    return fields
