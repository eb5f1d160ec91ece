"""HTML that strangers wrote, made harmless: words and their order stay, nothing that acts or loads does."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import nh3

MOST_TAGS: Final = 4_000
"""Nested deeply, ten times as many take a hundred times as long."""

_TAGS: Final = frozenset(
    (  # noqa: SIM905 - easier to read
        "a abbr b blockquote br caption cite code dd del div dl dt em hr i ins li ol p pre q s small span"
        " strong sub sup table tbody td tfoot th thead tr u ul"
    ).split()
)
_WITH_CONTENT: Final = frozenset(
    (  # noqa: SIM905 - easier to read
        "applet audio canvas embed frame frameset head iframe math noembed noframes noscript object script"
        " select style svg template textarea title video xmp"
    ).split()
)
_ATTRIBUTES: Final = {
    "*": set[str](),
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_REL: Final = "noopener noreferrer nofollow"
_TAG: Final = re.compile(r"<[^>]*>")
_HEADING: Final = re.compile(r"(</?)h[1-6]\b", re.IGNORECASE)


def harmless(html: str) -> str:
    """Return HTML that can stand in a page: no scripts, styles, forms, images or anything else from outside.

    Links open apart and tell nobody where they were. Headings become paragraphs: the page has its own. Empty
    where no words are left, and for what has more than MOST_TAGS tags.
    """
    if html.count("<") > MOST_TAGS:
        return ""
    cleaned = nh3.clean(
        _HEADING.sub(r"\1p", html),
        tags=set(_TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=set(_SCHEMES),
        link_rel=_REL,
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return cleaned.strip() if unescape(_TAG.sub("", cleaned)).strip() else ""


def _attribute(tag: str, name: str, value: str) -> str | None:  # noqa: ARG001 - as nh3 asks
    """Leave out addresses without a scheme: in a page of the desk they would lead into the desk."""
    return value if name != "href" or value.partition(":")[0].lower() in _SCHEMES else None
