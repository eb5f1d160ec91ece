"""What members choose for themselves, and the filters of the radar they keep."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from kulanz.core.spoken import LANGS
from kulanz.desk.models import Member, SavedView
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.notifying import sealed_address
from kulanz.desk.services.setting_up import named, one_of, zone_named

LANGUAGES: Final = ("auto", *LANGS)
THEMES: Final = ("auto", "light", "dark")
EMAIL_ALERTS: Final = ("immediate", "digest", "off")
LONGEST_QUERY: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a member chose; ``email_alerts`` digest is one mail a day, at nine.

    ``language`` auto is that of the browser.
    ``notify_url`` is the address of a device or a chat, which stays where it is given as shown.
    """

    language: str
    theme: str
    time_zone: str
    email_alerts: str
    notify_url: str = ""


def set_preferences(*, actor: Actor, member: Member, chosen: Preferences, now: datetime) -> Member:
    """Keep what a member chose for themselves; nobody does it for somebody else."""
    actor.need(Right.SET_OWN)
    if member.pk != actor.member_id:
        raise NotAllowedError("preferences: everybody sets their own")
    one_of("language", chosen.language, LANGUAGES)
    one_of("theme", chosen.theme, THEMES)
    one_of("e-mail", chosen.email_alerts, EMAIL_ALERTS)
    zone_named(chosen.time_zone)
    values = asdict(chosen)
    values["sealed_notify_url"] = sealed_address(values.pop("notify_url"), member.sealed_notify_url)
    changed = [name for name, value in values.items() if getattr(member, name) != value]
    with transaction.atomic():
        for name in changed:
            setattr(member, name, values[name])
        if changed:
            member.save(update_fields=changed)
            record(actor, "set_preferences", member, now=now, data={"changed": changed})
    return member


def note_browser(*, member: Member, lang: str) -> None:
    """Note which language a member's browser asks for: messages speak it too."""
    if member.browser_language != lang:
        member.browser_language = lang
        member.save(update_fields=("browser_language",))


def save_view(
    *, actor: Actor, name: str, query: str, shared: bool, seen: int = 0, now: datetime
) -> SavedView:
    """Keep a filter of the radar under a name, for oneself or (leads) for everybody.

    The same name again replaces one's own, and everybody's where its version ``seen`` comes along: RuleError
    is raised without one, ConflictError where it is no longer that.
    """
    actor.need(Right.LEAD_ISSUES if shared else Right.SET_OWN)
    if len(query) > LONGEST_QUERY:
        raise RuleError(
            "view: expected a filter of at most %(most)s characters, got %(length)s",
            most=LONGEST_QUERY,
            length=len(query),
        )
    owner = None if shared else Member.objects.get(pk=actor.member_id)
    try:
        with transaction.atomic():
            view, is_new = SavedView.objects.get_or_create(
                member=owner, name=named(name), defaults={"query": query}
            )
            if not is_new:
                view = _replaced(view, seen, query)
            record(actor, "save", view, now=now, data={"name": view.name, "shared": shared})
    except IntegrityError as error:
        raise RuleError("view: somebody else has just saved one of this name: choose another") from error
    return view


def remove_view(*, actor: Actor, view: SavedView, now: datetime) -> None:
    """Remove one's own view, or (leads) one that is everybody's."""
    if view.member_id != actor.member_id:
        actor.need(Right.LEAD_ISSUES)
    with transaction.atomic():
        record(actor, "remove", view, now=now, data={"name": view.name})
        view.delete()


def _replaced(view: SavedView, seen: int, query: str) -> SavedView:
    if view.member_id is None and not seen:
        raise RuleError(
            "view: %(name)r is one of everybody's already: choose another name, or remove that one first",
            name=view.name,
        )
    return change(view, seen if view.member_id is None else view.version, query=query)
