"""A spread tree in words: each place in a line, the whole in a few sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from kulanz.core.spread import HOW, Growth, How, Node, SpreadTree
from kulanz.pages import formats, safe
from kulanz.pages.words import Words

TITLE_LIMIT: Final = 90
GROWTH_FROM: Final = 5
"""Other places from which on growth is told: of fewer its rate is off by half or more."""
SIGNS: Final[dict[How, str]] = dict(zip(HOW, "◉●◆◆◆○■▲", strict=True))


def name_of(node: Node) -> str:
    """The title of a place, else its address, else its id."""
    return safe.line(node.title or node.url or node.node_id, TITLE_LIMIT) or node.node_id


def site_of(node: Node) -> str:
    """The host that a place lies on, else the source that it was read from."""
    try:
        host = urlsplit(node.url or "").hostname or ""
    except ValueError:
        host = ""
    return safe.line(host.removeprefix("www.") or node.source or "", TITLE_LIMIT)


def facts_of(node: Node, words: Words) -> tuple[str, ...]:
    """Site, way, time and views of a place, as far as they are known."""
    lang = words.lang
    found = (
        site_of(node),
        words(f"spread_how_{node.how}"),
        formats.time(node.first_seen, lang, words.zone) if node.first_seen else words("spread_no_time"),
        words.count("spread_views", node.reach, formats.number(node.reach, lang)) if node.reach else "",
    )
    return tuple(each for each in found if each)


def legend(tree: SpreadTree, words: Words) -> str:
    """What the signs mean that a picture of the tree has, and their sizes."""
    used = {node.how for node in tree.nodes}
    signs = ", ".join(f"{sign} {words(f'spread_how_{how}')}" for how, sign in SIGNS.items() if how in used)
    return words("spread_signs", signs=signs)


def sentences(tree: SpreadTree, words: Words) -> Iterator[str]:
    """How far the matter went, who was first, how many saw it, and how it grows."""
    lang, places = words.lang, len(tree.nodes) - 1
    if not places:
        yield words("spread_nowhere")
        return
    yield words.count("spread_places", places, formats.number(places, lang))
    yield words("spread_first", place=", ".join((name_of(tree.nodes[1]), *facts_of(tree.nodes[1], words))))
    if tree.unknown_reach < len(tree.nodes):
        yield words("spread_reach", views=formats.number(tree.reach, lang))
    if tree.unknown_reach:
        unknown = formats.number(tree.unknown_reach, lang)
        yield words.count("spread_unknown", tree.unknown_reach, unknown)
    if places >= GROWTH_FROM:
        yield from _growth(tree.growth, words)


def _growth(growth: Growth, words: Words) -> Iterator[str]:
    if growth.doubling_days is not None:
        yield _doubling(growth.doubling_days, words)
    if growth.branching is not None:
        yield words("spread_branching", ratio=formats.decimal(growth.branching, words.lang))


def _doubling(days: float, words: Words) -> str:
    """A short time in hours: 0.0 days would say nothing."""
    if days < 1:
        return words("spread_growth_hours", hours=formats.decimal(days * 24, words.lang))
    return words("spread_growth", days=formats.decimal(days, words.lang))
