"""What an account is to its community, in parts that can be checked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, get_args

from msgspec import Struct

from kulanz.core.contributions import TIMELESS, Contributions, Counts, month_of

CommunityRole = Literal[
    "staff", "moderator", "press", "partner", "builder", "regular", "newcomer", "occasional"
]
COMMUNITY_ROLES: Final[tuple[CommunityRole, ...]] = get_args(CommunityRole)
"""The roles an account can have, the weightiest first."""

PartCode = Literal["office", "tenure", "accepted", "liked", "drawn", "active"]
HALF_LIFE_DAYS: Final = 365.0
OFFICE_LASTS: Final = timedelta(days=365)
NEWCOMER_DAYS: Final = 90
REGULAR_MONTHS: Final = 3
BUILDER_FROM: Final = 15.0
MONTHS_SHOWN: Final = 24
_YEAR_DAYS: Final = 365.25
_LATELY: Final = 6
_YEAR: Final = 12


class Scale(NamedTuple):
    """The most points that a part gives, and the number at which it gives half of them."""

    weight: float
    half: float


SCALES: Final[dict[PartCode, Scale]] = {
    "office": Scale(20, 0),
    "tenure": Scale(20, 2),
    "accepted": Scale(15, 5),
    "liked": Scale(15, 50),
    "drawn": Scale(15, 25),
    "active": Scale(15, 3),
}
_USED: Final[tuple[PartCode, ...]] = ("accepted", "liked", "drawn")


class Part(Struct, frozen=True):
    """One part of a standing: what, how much of it, the most it can give, and what it gives.

    ``number`` is 1 or 0 for the office of a moderator, years for tenure, counts for answers accepted, likes
    received and people drawn, months with a post of the last twelve for activity.
    ``points`` = weight x number / (number + the half of its scale).
    """

    code: PartCode
    number: float
    weight: float
    points: float


class Flags(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the source or a member of the desk says of an account; None leaves it to the posts.

    Only a flag makes somebody press or partner. ``joined`` is when the account was made, if the source tells.
    """

    staff: bool | None = None
    moderator: bool | None = None
    press: bool = False
    partner: bool = False
    joined: datetime | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """What an account is to its community; it says nothing of moods, and nothing of right or wrong.

    ``value`` (0..100) is the sum of the points times ``freshness``, which halves with every
    ``HALF_LIFE_DAYS`` without a post. ``role`` is the first of ``roles``. ``tenure_days`` and ``idle_days``
    are None where no post has a time. ``activity`` counts the posts of the last 24 months, oldest first.
    """

    role: CommunityRole
    roles: tuple[CommunityRole, ...]
    value: float
    parts: tuple[Part, ...]
    freshness: float
    tenure_days: int | None
    idle_days: int | None
    activity: tuple[int, ...]


NO_FLAGS: Final = Flags()


def standing(given: Contributions, as_of: datetime, flags: Flags = NO_FLAGS) -> Standing:
    """Return the standing of an account on the day of ``as_of``.

    ``given`` holds what was known then: months after it are left out, but a month is counted whole.
    """
    since = min((time for time in (given.first, flags.joined) if time is not None), default=None)
    tenure, idle = _days(since, as_of), _days(given.last, as_of)
    freshness = 1.0 if idle is None else float(2 ** (-idle / HALF_LIFE_DAYS))
    activity = _activity(given, as_of)
    parts = _parts(given, as_of, _moderates(given, as_of, flags), tenure, activity)
    roles = _roles(given, as_of, flags, parts, activity)
    return Standing(
        role=roles[0],
        roles=roles,
        value=freshness * sum(part.points for part in parts),
        parts=parts,
        freshness=freshness,
        tenure_days=tenure,
        idle_days=idle,
        activity=activity,
    )


def _parts(
    given: Contributions, as_of: datetime, moderates: bool, tenure: int | None, activity: tuple[int, ...]
) -> tuple[Part, ...]:
    total = _total(given, as_of)
    return (
        _part("office", int(moderates)),
        _part("tenure", (tenure or 0) / _YEAR_DAYS),
        _part("accepted", total.accepted),
        _part("liked", total.likes),
        _part("drawn", total.drawn),
        _part("active", _months_active(activity, _YEAR)),
    )


def _part(code: PartCode, number: float) -> Part:
    weight, half = SCALES[code]
    return Part(code, number, weight, weight * number / (number + half) if number else 0.0)


def _roles(
    given: Contributions, as_of: datetime, flags: Flags, parts: tuple[Part, ...], activity: tuple[int, ...]
) -> tuple[CommunityRole, ...]:
    tenure = next(part.number for part in parts if part.code == "tenure")
    used = sum(part.points for part in parts if part.code in _USED)
    holds: dict[CommunityRole, bool] = {
        "staff": _lasts(given.spoke, as_of) if flags.staff is None else flags.staff,
        "moderator": _moderates(given, as_of, flags),
        "press": flags.press,
        "partner": flags.partner,
        "builder": used >= BUILDER_FROM,
        "regular": _months_active(activity, _LATELY) >= REGULAR_MONTHS,
        "newcomer": given.first is not None and tenure * _YEAR_DAYS < NEWCOMER_DAYS,
    }
    return tuple(role for role in COMMUNITY_ROLES if holds.get(role)) or ("occasional",)


def _moderates(given: Contributions, as_of: datetime, flags: Flags) -> bool:
    return _lasts(given.moderated, as_of) if flags.moderator is None else flags.moderator


def _lasts(shown: datetime | None, as_of: datetime) -> bool:
    """An office that posts no longer show is over after a year."""
    return shown is not None and as_of - shown <= OFFICE_LASTS


def _total(given: Contributions, as_of: datetime) -> Counts:
    now = month_of(as_of)
    return sum((counts for month, counts in given.months.items() if month <= now), start=Counts())


def _activity(given: Contributions, as_of: datetime) -> tuple[int, ...]:
    now = month_of(as_of)
    months = range(max(now - MONTHS_SHOWN, TIMELESS) + 1, now + 1)
    return tuple(given.months.get(month, Counts()).posts for month in months)


def _months_active(activity: tuple[int, ...], months: int) -> int:
    return sum(posts > 0 for posts in activity[-months:])


def _days(since: datetime | None, as_of: datetime) -> int | None:
    return None if since is None else max(0, (as_of - since).days)
