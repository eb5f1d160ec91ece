"""Tags of the pages about issues, cases and people: words for codes, kept forms, pagers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kulanz.core.durations import duration
from kulanz.desk.models import Calendar
from kulanz.desk.queries.paging import Paged
from kulanz.desk.queries.timeline import Entry
from kulanz.desk.rules import letters
from kulanz.desk.services.notices import REMEDIES, RETURNED, remedy_for
from kulanz.desk.templatetags.desk import lang, past
from kulanz.desk.web import audit_words, wording
from kulanz.desk.web.deeds import NOTHING_KEPT, Kept
from kulanz.desk.web.drafting import FORMS, Panel
from kulanz.desk.web.setup.countries import named_regions

register = template.Library()
_MINUTE: Final = 60


@register.filter
def word(code: str, kind: str) -> str:
    return wording.word(code, kind)


@register.filter
def remedy(channel: str) -> str:
    """What to do where something did not come through a channel, as a sentence."""
    return _(REMEDIES[channel])


@register.filter
def came_back(code: str) -> str:
    """Why a planned answer came back, as a sentence."""
    return _(RETURNED[code])


@register.filter
def remedy_of(reply: Any) -> str:
    """What to do where a reply did not come through, as a sentence."""
    return _(remedy_for(reply))


@register.filter
def of(rows: Any, key: Any) -> Any:
    """What a mapping holds for a key."""
    return rows.get(key) if rows else None


@register.filter
def harmless(html: str) -> SafeString:
    """A letter's HTML without anything that acts or loads."""
    return mark_safe(letters.harmless(html))  # noqa: S308 - that is what it is made for


@register.filter
def happened(entry: Entry) -> str:
    """A line of a time line as a sentence; of an event the one that the audit trail has."""
    if entry.kind == "event":
        return audit_words.sentence(entry.noun, entry.action, entry.who)
    return wording.happened(entry)


@register.filter
def region(calendar: Calendar) -> str:
    """The name of the region whose holidays a calendar has."""
    code = f"{calendar.country}-{calendar.subdivision}".rstrip("-")
    return dict(named_regions()).get(code, code)


@register.filter
def span(seconds: int) -> str:
    """A length of time in words."""
    return duration(seconds, lang())


@register.filter
def left(moment: datetime) -> str:
    """How long until a moment, or how long ago it was."""
    seconds = (moment - timezone.now()).total_seconds()
    words = _("%(span)s left") if seconds >= 0 else _("%(span)s over")
    return words % {"span": span(int(abs(seconds)))}


@register.filter
def ago(moment: datetime) -> str:
    """How long ago a moment was, in seconds where it was just now."""
    seconds = max(0, int((timezone.now() - moment).total_seconds()))
    return f"{seconds} s" if seconds < _MINUTE else past(seconds)


@register.simple_tag(takes_context=True)
def kept(context: Any, form: str, field: str, otherwise: Any = "", pk: int | None = None) -> Any:
    """What somebody typed into a field of a form that was refused; else what the row has."""
    typed: Kept = context.get("kept") or NOTHING_KEPT
    words = typed.of(form, context["row_pk"] if pk is None else pk)
    return otherwise if words is None else words.get(field, "")


@register.simple_tag(takes_context=True)
def opened(context: Any, form: str, pk: int | None = None) -> str:
    """The attributes of a ``details`` whose form was refused: it is open then, and the page begins there."""
    typed: Kept = context.get("kept") or NOTHING_KEPT
    refused = typed.of(form, context["row_pk"] if pk is None else pk) is not None
    return "open tabindex=-1 autofocus" if refused else ""


@register.inclusion_tag("parts/draft_panel.html", takes_context=True)
def draft_check(context: Any, form: str, pk: int, *, writing: bool = True) -> dict[str, Any]:
    """The check below a form's text: filled while somebody is writing, or as the page was asked for it."""
    panel: Panel | None = context.get("panel")
    ours = panel is not None and (panel.form, panel.pk) == (form, pk)
    shown = {
        "panel": panel if ours else None,
        "writing": writing,
        "language_model": context.get("language_model", ""),
        "request": context["request"],
    }
    return shown | FORMS[form].context(pk)


@register.inclusion_tag("parts/pager.html", takes_context=True)
def pager(context: Any, page: Paged[Any], name: str) -> dict[str, Any]:
    """Links to the page before and after; ``name`` is the parameter that holds the offset."""
    return {
        "previous": None if page.previous is None else _address(context, name, page.previous),
        "following": None if page.following is None else _address(context, name, page.following),
        "first": page.offset + 1,
        "last": page.offset + len(page.rows),
        "total": page.total,
    }


def _address(context: Any, name: str, value: int) -> str:
    """The page's own address with another offset; a form's target is no page, so ``path`` goes before."""
    request = context["request"]
    query = request.GET.copy()
    query[name] = str(value)
    return f"{context.get('path') or request.path}?{query.urlencode()}"
