"""Pages as forums serve them: microdata in a crawler's view, JSON-LD for search engines, microformats."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from kulanz.testing.recorded import Reply

HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(body: str, head: str = "", following: str | None = None) -> Reply:
    link = f'<link rel="next" href="{following}">' if following else ""
    return Reply(
        f"<!DOCTYPE html><html><head>{head}{link}</head><body>{body}</body></html>".encode(), headers=HTML
    )


def listing(*rows: tuple[str, str, str], following: str | None = None) -> Reply:
    """A table of threads: address, title, time of the last post."""
    cells = "".join(
        f'<tr itemprop="itemListElement" itemscope itemtype="http://schema.org/ListItem"><td>'
        f'<a itemprop="url" href="{url}" class="title"><span itemprop="name">{title}</span></a></td>'
        f'<td><time datetime="{moment}">just now</time></td></tr>'
        for url, title, moment in rows
    )
    crumbs = (
        '<ol itemscope itemtype="https://schema.org/BreadcrumbList"><li itemprop="itemListElement" itemscope'
        ' itemtype="https://schema.org/ListItem"><a itemprop="item" href="/">Home</a></li></ol>'
    )
    table = f'<table itemscope itemtype="http://schema.org/ItemList">{cells}</table>'
    return page(crumbs + table, following=following)


def crawler_post(number: int, author: str, text: str, *, comment: bool = True, modified: str = "") -> str:
    when = f"2026-02-0{number}T10:00:00Z"
    scope = f'<div id="post_{number}" itemprop="comment" itemscope itemtype="http://schema.org/Comment">'
    return (
        (scope if comment else f'<div id="post_{number}">')
        + '<span itemprop="author" itemscope itemtype="http://schema.org/Person">'
        f'<a itemprop="url" href="/u/{author}"><span itemprop="name">{author}</span></a></span>'
        f'<time itemprop="datePublished" datetime="{when}">{when}</time>'
        + (f'<meta itemprop="dateModified" content="{modified}">' if modified else "")
        + f'<div itemprop="text">{text}</div>'
        '<div itemprop="interactionStatistic" itemscope itemtype="http://schema.org/InteractionCounter">'
        '<meta itemprop="interactionType" content="http://schema.org/LikeAction">'
        f'<meta itemprop="userInteractionCount" content="{number}"></div></div>'
    )


def crawler_thread(url: str, title: str, posts: str, following: str | None = None) -> Reply:
    scope = '<div itemscope itemtype="http://schema.org/DiscussionForumPosting">'
    headline = f'<meta itemprop="headline" content="{title}">'
    place = '<meta itemprop="articleSection" content="Billing">'
    link = f'<link itemprop="url" href="{url}">'
    return page(f"{scope}{headline}{place}{link}{posts}</div>", following=following)


def jsonld(*things: dict[str, Any], following: str | None = None) -> Reply:
    script = json.dumps(things if len(things) != 1 else things[0]).replace("</", "<\\/")
    return page("<p>shop</p>", f'<script type="application/ld+json">{script}</script>', following)


def posting(kind: str, author: str, day: int, text: str, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org", "@type": kind, "author": {"@type": "Person", "name": author},
        "datePublished": f"2026-02-{day:02d}T08:00:00+01:00", "text": text, **more,
    }  # fmt: skip


def entry(
    url: str, author: str, day: int, text: str, comments: Sequence[str] = (), kind: str = "h-entry"
) -> str:
    when = f'<time class="dt-published" datetime="2026-02-{day:02d}T09:00:00Z">x</time>'
    return (
        f'<article class="{kind}" id="e{day}"><h2 class="p-name">Invoice twice</h2>'
        f'<a class="u-url" href="{url}">{when}</a><span class="p-author h-card">{author}</span>'
        f'<div class="e-content">{text}</div>{"".join(comments)}</article>'
    )
