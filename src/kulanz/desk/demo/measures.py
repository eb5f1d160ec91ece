"""A measure of the demonstration: an insult was hidden by the rules, and its author contests that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kulanz.core.spoken import Lang
from kulanz.desk.access import actor_of
from kulanz.desk.models import Measure, Member, Post, Source
from kulanz.desk.queries.rulebook import in_force
from kulanz.desk.rules.moderating import Order
from kulanz.desk.services import appeals, measure_notices, moderating

INSULT: Final = "3412-23"
"""The post that belittles somebody, in a quarrel among members."""
_RULE: Final = "no-insults"
_SOON: Final = timedelta(minutes=10)
_LATER: Final = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class _Said:
    why: str
    appeal: str


_WORDS: Final[Mapping[Lang, _Said]] = {
    "de": _Said(
        why="Der Beitrag setzt ein anderes Mitglied herab und sagt nichts zur Sache.",
        appeal="Das war grob, aber ich hatte auf eine Predigt geantwortet, die noch dasteht.",
    ),
    "en": _Said(
        why="The post belittles another member and says nothing of the matter.",
        appeal="That was rude, but I had answered a sermon that still stands there. It is not even-handed.",
    ),
}


def hide_an_insult(members: Mapping[str, Member], forum: Source, lang: Lang, now: datetime) -> None:
    """Have Dora hide a post with Carla as the second person, and its author appeal; nobody decides yet."""
    dora, carla = actor_of(members["dora"]), actor_of(members["carla"])
    post = Post.objects.select_related("thread", "account").get(source=forum, key=INSULT)
    rule = in_force(now).get(rule__key=_RULE)
    order = Order(kind="hide", code="abuse", why=_WORDS[lang].why)
    measure = moderating.propose(
        actor=dora, thread=post.thread, post=post, rule=rule.pk, order=order, now=now
    )
    if measure.state == "proposed":
        measure = moderating.approve(actor=carla, measure=measure, seen=measure.version, now=now + _SOON)
    done = now + 2 * _SOON
    measure = moderating.confirm_by_hand(actor=dora, measure=measure, seen=measure.version, now=done)
    _tell(measure, members, done)
    appeals.make(measure=measure, side="author", text=_WORDS[lang].appeal, now=now + _LATER)


def _tell(measure: Measure, members: Mapping[str, Member], now: datetime) -> None:
    notice = measure.notices.get()
    measure_notices.told_by_hand(actor=actor_of(members["dora"]), notice=notice, seen=notice.version, now=now)
