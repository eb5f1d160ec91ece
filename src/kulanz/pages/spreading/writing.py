"""The picture of a spread tree as an SVG file, and as a page that explains it."""

from __future__ import annotations

from typing import TextIO

from markupsafe import Markup

from kulanz.core.spoken import Lang
from kulanz.core.spread import Node, SpreadTree
from kulanz.pages import formats, safe
from kulanz.pages.environment import environment, policy, resource
from kulanz.pages.spreading.layout import NARROW, WIDE, picture_of
from kulanz.pages.spreading.order import depth_first
from kulanz.pages.spreading.telling import legend, name_of, sentences, site_of
from kulanz.pages.words import Words

_ROWS_AT_MOST = 2_000


def write_spread_picture(out: TextIO, tree: SpreadTree, lang: Lang) -> None:
    """Write the tree as one SVG file without scripts or requests; open ``out`` as UTF-8."""
    words = Words(lang)
    out.writelines(
        environment()
        .get_template("spread.svg.j2")
        .generate(
            w=words,
            p=picture_of(tree, words),
            desc=" ".join(sentences(tree, words)),
            style=resource("spread.css"),
            alone=True,
        )
    )


def spread_figure(tree: SpreadTree, words: Words, *, narrow: bool = False) -> Markup:
    """Return the picture as an SVG element for a page that brings its own style (``spread.css``).

    ``narrow``: laid out for a phone; a page may hold both.
    """
    desc = " ".join(sentences(tree, words))
    page = environment().get_template("spread.svg.j2")
    # the template escapes every foreign text
    picture = picture_of(tree, words, NARROW if narrow else WIDE)
    return Markup(page.render(w=words, p=picture, desc=desc, alone=False))  # noqa: S704


def write_spread_page(out: TextIO, tree: SpreadTree, lang: Lang) -> None:
    """Write the tree as one HTML page: sentences, picture, table and how to read it."""
    words = Words(lang)
    style = resource("style.css") + resource("spread.css")
    out.writelines(
        environment()
        .get_template("spread.html.j2")
        .generate(
            w=words,
            title=name_of(tree.nodes[0]),
            sentences=tuple(sentences(tree, words)),
            p=picture_of(tree, words),
            desc=" ".join(sentences(tree, words)),
            legend=legend(tree, words),
            rows=_rows(tree, words),
            style=style,
            policy=policy(style),
            alone=False,
        )
    )


def _rows(tree: SpreadTree, words: Words) -> list[dict[str, object]]:
    names = {node.node_id: name_of(node) for node in tree.nodes}
    return [_row(node, names, words) for node in depth_first(tree.nodes)[:_ROWS_AT_MOST]]


def _row(node: Node, names: dict[str, str], words: Words) -> dict[str, object]:
    return {
        "name": names[node.node_id],
        "url": safe.web_address(node.url),
        "site": site_of(node),
        "how": words(f"spread_how_{node.how}"),
        "parent": names.get(node.parent, "") if node.parent else "",
        "time": formats.time(node.first_seen, words.lang),
        "reach": formats.number(node.reach, words.lang),
        "posts": formats.number(node.posts, words.lang),
    }
