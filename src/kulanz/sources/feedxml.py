"""Make foreign XML safe to parse: known encoding, no entity declarations, bounded size."""

from __future__ import annotations

import re
from typing import Final

from kulanz.sources.charsets import codec_name
from kulanz.sources.errors import SourceError
from kulanz.sources.items import MIB

MAX_FEED_BYTES: Final = 32 * MIB
MAX_TAGS: Final = 500_000
"""Real feeds have some 30 tags per entry; the parser keeps every one in memory."""

_DECLARATION = re.compile(
    rb"\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'][^>]{0,200}\?>"
)
_ANY_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,400}\?>")
_DOCTYPE = re.compile(r"<!\s*DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WIDE: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def safe_utf8(data: bytes) -> bytes:
    """Return an XML document as UTF-8 without an XML declaration.

    The document is decoded here, once, so that no declared encoding can hide from the check
    what the parser would see. Raises SourceError for a document that declares entities
    (which no feed needs and bombs are made of) or is too large.
    """
    if len(data) > MAX_FEED_BYTES or data.count(b"<") > MAX_TAGS:
        size = f"{MAX_FEED_BYTES // MIB} MiB or {MAX_TAGS:,} tags"
        raise SourceError(f"feed is larger than {size}: split it into several files")
    text = _INVALID.sub("", _decoded(data))
    if _DOCTYPE.search(text) and _ENTITY.search(text):
        raise SourceError("feed declares XML entities, which are not read: remove its <!DOCTYPE ...> block")
    return _ANY_DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _decoded(data: bytes) -> str:
    for mark, encoding in (*_BOMS, *_WIDE):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declaration = _DECLARATION.match(data)
    declared = codec_name(declaration[1].decode("ascii")) if declaration else None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252" if declared in (None, "ascii", "utf-8") else declared, "replace")
