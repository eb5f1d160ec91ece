"""Pages of the calendars, with the public holidays that a choice brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kulanz.core.spoken import lang_for
from kulanz.desk import access
from kulanz.desk.queries.settings import calendars
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.feasts import feast_days, region_parts
from kulanz.desk.rules.opening import WEEKDAYS, hours_text
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.calendars import CalendarValues, remove_calendar, save_calendar
from kulanz.desk.web.setup.forms import CalendarForm
from kulanz.desk.web.setup.nouns import Noun, Save, SetupForm

if TYPE_CHECKING:
    from kulanz.desk.models import Calendar


def _initial(calendar: Calendar) -> dict[str, Any]:
    hours = {f"day{day}": hours_text(calendar.hours.get(str(day), ())) for day in range(WEEKDAYS)}
    subdivision = f"-{calendar.subdivision}" if calendar.subdivision else ""
    return hours | {
        "name": calendar.name,
        "region": calendar.country + subdivision,
        "zone": calendar.zone,
        "closed": "\n".join(f"{row.day} {row.why}".strip() for row in calendar.closed_days.all()),
        "is_default": calendar.is_default,
    }


def _save(asked: Save[Calendar]) -> Calendar:
    given = {name: value for name, value in asked.values.items() if not name.startswith("day")}
    values = CalendarValues(**given)
    return save_calendar(calendar=asked.row, values=values, **asked.decided)


def _feasts(_row: Calendar | None, form: SetupForm) -> dict[str, Any]:
    """The public holidays of this year and the next in the region that is chosen."""
    try:
        country, subdivision = region_parts(str(form["region"].value()))
    except RuleError:
        return {"can_preview": True}
    year = timezone.localdate().year
    lang = lang_for(get_language())
    years = [(each, feast_days(country, subdivision, each, lang)) for each in (year, year + 1)]
    return {"can_preview": True, "years": years}


CALENDARS: Final[Noun[Calendar]] = Noun(
    name="calendars",
    title=_("Calendars"),
    intro=_("Promises are counted in working time: opening hours without breaks and days off."),
    new_title=_("New calendar"),
    right=Right.SET_POLICIES,
    form=CalendarForm,
    rows=lambda offset: calendars(offset=offset),
    find=access.calendar,
    initial=_initial,
    save=_save,
    remove=lambda row, by: remove_calendar(calendar=row, **by),
    list_template="setup/calendars.html",
    form_template="setup/calendar.html",
    more=_feasts,
)
