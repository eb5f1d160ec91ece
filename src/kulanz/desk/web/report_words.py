"""Words of the report after an issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy, pgettext_lazy

Words = Mapping[str, str | Lazy]

NAMED: Final[Words] = {
    "staff": gettext_lazy("Colleague %(number)s"),
    "case": gettext_lazy("Case %(number)s"),
    "conversation": gettext_lazy("Conversation %(number)s"),
    "source": gettext_lazy("Source %(number)s"),
    "rule": gettext_lazy("Rule %(number)s"),
    "policy": gettext_lazy("Alarm rule %(number)s"),
    "issue": gettext_lazy("An issue"),
}
TURNS: Final[Words] = {
    "thread began": gettext_lazy("The conversation began."),
    "thread onset": gettext_lazy("The conversation became an issue."),
    "thread turned": gettext_lazy("The fronts hardened."),
    "thread answered": gettext_lazy("%(who)s was the first of the company to answer in public."),
    "thread calm": gettext_lazy("The conversation calmed down."),
    "alert due": gettext_lazy("Today’s rules would have raised an alarm."),
}
SHOWS: Final[Words] = {
    "apology": pgettext_lazy("answer", "an apology"),
    "empathy": pgettext_lazy("answer", "empathy"),
    "person": pgettext_lazy("answer", "a named person"),
    "action": pgettext_lazy("answer", "a concrete action"),
    "policy": pgettext_lazy("answer", "terms and process"),
    "dismissive": pgettext_lazy("answer", "a rebuff"),
    "handover": pgettext_lazy("answer", "a handover"),
}
CHANNELS: Final[Words] = {
    "public": pgettext_lazy("answered", "in public"),
    "private": pgettext_lazy("answered", "in private"),
}
VERDICTS: Final[Words] = {
    "": pgettext_lazy("verdict", "not judged"),
    "right": pgettext_lazy("verdict", "right"),
    "wrong": gettext_lazy("false alarm"),
}
LISTS: Final[Words] = {
    "conversations": gettext_lazy("conversations"),
    "alarms": gettext_lazy("alarms"),
    "answers": gettext_lazy("what followed the answers"),
    "people": gettext_lazy("who answered"),
    "due": gettext_lazy("alarms by today’s rules"),
    "events": gettext_lazy("what people did"),
    "changes": gettext_lazy("changes at the source"),
    "promises": gettext_lazy("promises"),
    "gestures": gettext_lazy("gestures"),
    "holds": gettext_lazy("paused dunning"),
    "measures": gettext_lazy("measures on content"),
}
KINDS: Final[Mapping[str, Words]] = {
    "shows": SHOWS,
    "channel": CHANNELS,
    "verdict": VERDICTS,
    "list": LISTS,
}
