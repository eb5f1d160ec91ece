"""Filters of the templates: numbers, times and small drawings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kulanz.core.durations import duration
from kulanz.core.spoken import Lang, lang_for
from kulanz.desk.web.browsers import browser_named
from kulanz.pages import formats

register = template.Library()
_WIDTH: Final = 96.0
_HEIGHT: Final = 24.0


def lang() -> Lang:
    """The language of the page that is being made."""
    return lang_for(get_language())


@register.filter
def percent(share: float | None) -> str:
    return formats.percent(share, lang())


@register.filter
def count(number: int | None) -> str:
    return formats.number(number, lang())


@register.filter
def when(moment: datetime | None) -> str:
    """Day and minute in the member's time zone; a dash for None."""
    if moment is None:
        return formats.MISSING
    local = timezone.localtime(moment)
    return f"{formats.day(local, lang())}, {local:%H:%M}"


@register.filter
def since(moment: datetime | None) -> str:
    """How long ago a moment was; a dash for None."""
    if moment is None:
        return formats.MISSING
    return past((timezone.now() - moment).total_seconds())


def past(seconds: float) -> str:
    """How long ago something was, as it stands after the word "vor" in German."""
    return duration(seconds, lang(), dative=True)


@register.filter
def browser(agent: str) -> str:
    return browser_named(agent)


@register.filter
def spark(values: Sequence[float]) -> SafeString:
    """Scores of 0..1 as a line, with the alarm level; for those who cannot see it, as words."""
    step = _WIDTH / max(len(values) - 1, 1)
    points = " ".join(
        f"{'L' if i else 'M'}{i * step:.1f} {_HEIGHT * (1 - value):.1f}" for i, value in enumerate(values)
    )
    points += f"H{_WIDTH}" if len(values) == 1 else ""
    label = _("Score over time, now %(score)s") % {"score": percent(values[-1] if values else None)}
    # numbers of ours and a translated label: nothing foreign goes in
    return mark_safe(  # noqa: S308
        f'<svg class="spark" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label="{label}">'
        f'<path class="half" d="M0 {_HEIGHT / 2}H{_WIDTH}"/><path d="{points}"/></svg>'
    )
