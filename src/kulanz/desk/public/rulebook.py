"""The community's rules for everybody: those in force, every version at its own address, and a feed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kulanz.core.spoken import LANGS, Lang
from kulanz.desk.public.feeds import MOST, Item, atom
from kulanz.desk.public.pages import MissingError, absolute, lang_of, public_page, rendered
from kulanz.desk.queries.rulebook import RuleRow, changes, publications, published_rule, rulebook
from kulanz.desk.rules.rulebook import as_html, digests, document
from kulanz.desk.services.rulebook import wording_of

if TYPE_CHECKING:
    from kulanz.desk.models import RuleVersion


@public_page
def show_all(request: HttpRequest, now: datetime) -> HttpResponse:
    """The rules in force with their words, what is announced, and what is over."""
    lang, book = lang_of(request), rulebook(now)
    context = {
        "in_force": [_told(each, lang) for each in book.in_force],
        "announced": [_told(each, lang) for each in book.announced],
        "ended": [_told(each, lang) for each in book.ended],
        "feed": absolute("public_rules_feed"),
    }
    return rendered(request, "public/rules.html", context)


@public_page
def show(request: HttpRequest, now: datetime, key: str) -> HttpResponse:
    """A rule: the version in force, else the one to come, else the last."""
    row = _rule(key)
    living = [each for each in row.versions if each.effective_to is None or each.effective_to > now]
    shown = next((each for each in living if each.effective_from <= now), None)
    return _page(request, now, row, shown or (living[-1] if living else row.versions[0]))


@public_page
def show_version(request: HttpRequest, now: datetime, key: str, number: int) -> HttpResponse:
    """One version, at an address that stays."""
    row = _rule(key)
    return _page(request, now, row, _version(row, number))


@public_page
def markdown(request: HttpRequest, now: datetime, key: str, number: int, code: str) -> HttpResponse:  # noqa: ARG001
    """A version as the file whose SHA-256 is in the public log."""
    language = next((each for each in LANGS if each == code), None)
    if language is None:
        raise MissingError("rule: expected de or en")
    words = wording_of(_version(_rule(key), number))
    return HttpResponse(document(words, language), content_type="text/markdown; charset=utf-8")


@public_page
def feed(request: HttpRequest, now: datetime) -> HttpResponse:  # noqa: ARG001 - what was published is told at once
    """Every version that was published lately."""
    lang = lang_of(request)
    items = [
        Item(
            title=_("%(title)s, version %(number)s")
            % {"title": _told(each, lang)["title"], "number": each.number},
            url=absolute("public_rule_version", each.rule.key, each.number),
            at=each.published_at,
            html=_told(each, lang)["html"],
        )
        for each in publications(MOST)
    ]
    page, own = absolute("public_rules"), absolute("public_rules_feed")
    return atom(_("Rules"), page=page, feed=own, lang=lang, items=items)


def _rule(key: str) -> RuleRow:
    row = published_rule(key)
    if row is None:
        raise MissingError("no such rule is published")
    return row


def _version(row: RuleRow, number: int) -> RuleVersion:
    found = next((each for each in row.versions if each.number == number), None)
    if found is None:
        raise MissingError("no such version is published")
    return found


def _told(version: RuleVersion, lang: Lang) -> dict[str, Any]:
    words = wording_of(version)
    return {"version": version, "title": words.title(lang), "html": _safe(words.text(lang))}


def _safe(text: str) -> SafeString:
    return mark_safe(as_html(text))  # noqa: S308 - as_html lets nothing through that acts or loads


def _page(request: HttpRequest, now: datetime, row: RuleRow, version: RuleVersion) -> HttpResponse:
    lang = lang_of(request)
    before = next((each for each in row.versions if each.number == version.number - 1), None)
    context = {
        **_told(version, lang),
        "rule": row.rule,
        "versions": row.versions,
        "before": before,
        "changed": changes(before, version, lang) if before else None,
        "digest": digests(wording_of(version))[f"text_{lang}"],
        "now": now,
        "feed": absolute("public_rules_feed"),
    }
    return rendered(request, "public/rule.html", context)
