"""The moderation log for everybody: every entry, its proof, and what is needed to verify both oneself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import loader
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from kulanz.core.spoken import Lang
from kulanz.desk.conf import conf
from kulanz.desk.public.feeds import MOST, Item, atom
from kulanz.desk.public.pages import MissingError, absolute, lang_of, public_page, rendered
from kulanz.desk.queries.record import (
    Recorded,
    RecordFilter,
    entry_at,
    latest,
    log_keys,
    log_size,
    months_told,
    place_of,
    recorded,
    rules_told,
    sources_told,
)
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.months import month_named
from kulanz.desk.services.log_proofs import receipt_at
from kulanz.pages import formats
from kulanz.pages.charts.bars import BarPlot, Bars, bar_figure
from kulanz.tlog.entries import KINDS
from kulanz.tlog.errors import TlogError
from kulanz.tlog.receipts import SUFFIX, Receipt

LOG_PATH: Final = "/log"
"""Where the files of the log are shown."""
_FARTHEST: Final = 10**9

logger = logging.getLogger(__name__)


@public_page
def show_all(request: HttpRequest, now: datetime) -> HttpResponse:
    """The entries, the newest first, as the address asks for them, and how many the last months had."""
    lang, wanted = lang_of(request), _wanted(request)
    months = months_told(now)
    context = {
        "page": recorded(wanted, offset=_offset(request)),
        "query": _query(request),
        "wanted": wanted,
        "wanted_month": f"{wanted.month:%Y-%m}" if wanted.month else "",
        "kinds": KINDS,
        "rules": rules_told(),
        "sources": sources_told(),
        "months": [(f"{each:%Y-%m}", formats.month(each, lang)) for each, _counts in reversed(months)],
        "rows": [
            (formats.month(each, lang), [counts[kind] for kind in KINDS]) for each, counts in reversed(months)
        ],
        "figure": _drawn(months, lang),
        "size": log_size(),
        "keys": log_keys(),
        "log_url": conf().url + LOG_PATH,
        "feed": absolute("public_record_feed"),
    }
    return rendered(request, "public/record.html", context)


@public_page
def show(request: HttpRequest, now: datetime, leaf: str) -> HttpResponse:  # noqa: ARG001 - an entry does not age
    """One entry with its proof, and how to verify it oneself."""
    told = entry_at(leaf)
    if told is None:
        raise MissingError("the record has no such entry")
    receipt = _receipt(told.shown)
    context = {
        **_asdict(told),
        "receipt": receipt,
        "hashes": [each.hex() for each in receipt.proof] if receipt else (),
        "checkpoint": receipt.checkpoint.decode("utf-8", "replace") if receipt else "",
        "json": told.shown.body.decode(),
        "keys": log_keys(),
        "log_url": conf().url + LOG_PATH,
        "log_path": LOG_PATH,
    }
    return rendered(request, "public/entry.html", context)


@public_page
def at_place(request: HttpRequest, now: datetime, index: int) -> HttpResponse:  # noqa: ARG001 - the same
    """Lead to the entry at a place of the log."""
    found = place_of(index) if index < 2**63 else None
    if found is None:
        raise MissingError("the log has no such place")
    return HttpResponseRedirect(reverse("public_entry", args=[found.leaf]))


@public_page
def body(request: HttpRequest, now: datetime, leaf: str) -> HttpResponse:  # noqa: ARG001 - the same
    """The bytes of an entry: what its leaf hash is the hash of."""
    told = entry_at(leaf)
    if told is None:
        raise MissingError("the record has no such entry")
    return HttpResponse(told.shown.body, content_type="application/json")


@public_page
def receipt(request: HttpRequest, now: datetime, leaf: str) -> HttpResponse:  # noqa: ARG001 - the same
    """The entry with its proof as a file that can be verified without the log."""
    told = entry_at(leaf)
    found = _receipt(told.shown) if told else None
    if told is None or found is None:
        raise MissingError("the published log does not reach so far")
    answer = HttpResponse(bytes(found), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="entry-{told.shown.index}{SUFFIX}"'
    return answer


@public_page
def feed(request: HttpRequest, now: datetime) -> HttpResponse:  # noqa: ARG001 - the same
    """The newest entries that the address asks for."""
    found = latest(_wanted(request), MOST)
    items = [
        Item(
            title=loader.render_to_string("public/entry_title.txt", {"each": each}).strip(),
            url=absolute("public_entry", each.leaf),
            at=each.at,
            html=loader.render_to_string("public/entry_facts.html", {"each": each}),
        )
        for each in found
    ]
    page, own = absolute("public_record"), absolute("public_record_feed")
    return atom(_("Moderation log"), page=page, feed=own, lang=lang_of(request), items=items)


def _asdict(told: Any) -> dict[str, Any]:
    return {"each": told.shown, "refers": told.refers, "referring": told.referring}


def _receipt(shown: Recorded) -> Receipt | None:
    """Return the proof of an entry; None before it has its place, or where nothing proves it."""
    try:
        return receipt_at(shown.index, shown.body)
    except TlogError:
        logger.exception("the files of the public log do not prove entry %s", shown.index)
        return None


def _wanted(request: HttpRequest) -> RecordFilter:
    given = {name: request.GET.get(name, "")[:60] for name in ("kind", "source", "rule", "month")}
    if given["kind"] not in ("", *KINDS) or "\0" in "".join(given.values()):
        raise RuleError("kind: expected one of the log's")
    month = month_named(given["month"]) if given["month"] else None
    return RecordFilter(kind=given["kind"], source=given["source"], rule=given["rule"], month=month)


def _offset(request: HttpRequest) -> int:
    text = request.GET.get("from", "")
    return min(int(text[:10]), _FARTHEST) if text.isascii() and text.isdecimal() else 0


def _query(request: HttpRequest) -> str:
    """Return the filters as an address has them, for the next page and the feed."""
    given = {name: request.GET.get(name, "") for name in ("kind", "source", "rule", "month", "lang")}
    return urlencode({name: value for name, value in given.items() if value})


def _drawn(months: Sequence[tuple[Any, Any]], lang: Lang) -> Markup:
    silent = [counts["silent_edit"] for _month, counts in months]
    others = [sum(counts.values()) - low for (_month, counts), low in zip(months, silent, strict=True)]
    values = {"silent": sum(silent), "all": sum(silent) + sum(others)}
    plot = BarPlot(
        key="entries",
        title=_("Entries"),
        unit=_("by month"),
        said=_("%(all)s entries in twelve months, %(silent)s of them silent edits.") % values,
        places=[formats.month(each, lang) for each, _counts in months],
        stacks=[Bars(_("silent edits"), silent), Bars(_("others"), others)],
    )
    return bar_figure(plot, lang)
