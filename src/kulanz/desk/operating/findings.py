"""What the doctor finds: what is wrong, what that means, what to do, and what it can do itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _

Level = Literal["error", "warning", "good"]
Code = Literal[
    "settings", "files", "folder", "open-folder", "key", "static", "disk", "models", "mail", "database",
    "changes", "restore", "workers", "sources", "billing", "mailbox", "log", "work", "clock", "rows",
    "claims", "clock-back", "forgotten", "staged", "search", "versions", "backup",
]  # fmt: skip

INDENT: Final = 9


@dataclass(frozen=True, slots=True)
class Repair:
    """A remedy that the doctor can carry out; done again it changes nothing.

    ``run`` returns what was done. ``asks`` is what somebody has to say yes to before it; empty where it can
    do no harm.
    """

    run: Callable[[], str]
    asks: str = ""


def heading(about: Level | Literal["mended"]) -> str:
    """Return how a line about what was found, or mended, begins; all are equally long."""
    words = {"error": _("ERROR"), "warning": _("warning"), "good": _("ok"), "mended": _("mended")}
    return f"{words[about]:{INDENT}}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``meaning`` and ``remedy`` are empty where all is well.

    ``code`` is its name for programs; docs/howto/doctor.md has a line for each.
    """

    level: Level
    code: Code
    what: str
    meaning: str = ""
    remedy: str = ""
    repair: Repair | None = None
