"""From a command to a running Django: what must be there before, and what is told where it is not."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Final

SETTINGS: Final = "kulanz.desk.project.settings"
UNFINISHED: Final = "restore-unfinished"
"""Lies in the data folder while a restore is at it."""
_NEEDED: Final = ("django", "allauth", "csp", "whitenoise", "waitress", "dj_database_url")


class OperatingError(Exception):
    """The desk cannot be run like this; the message says what to do."""


def missing() -> list[str]:
    """Return what the desk needs and is not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def start() -> None:
    """Have Django ready in this process; raise OperatingError where it is not installed."""
    if absent := missing():
        raise OperatingError(
            f"the desk needs {', '.join(absent)}, which is not installed: pip install 'kulanz[desk]'"
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - only once it is known to be there

    django.setup()


def need_made() -> None:
    """Raise OperatingError where no desk was made yet."""
    from kulanz.desk.conf import conf  # noqa: PLC0415 - needs Django's settings
    from kulanz.desk.operating.installing import FIRST, NoDatabaseError, waiting_migrations  # noqa: PLC0415

    data = conf().data
    try:
        made = data.is_dir() and FIRST not in waiting_migrations()
    except NoDatabaseError:
        made = False
    if not made:
        raise OperatingError(f"no desk was made in {data} yet: run `kulanz init` first, then this again")


def need_ready() -> None:
    """Raise OperatingError where settings are unsafe, or a restore or the database is not finished."""
    from kulanz.desk.checks import refuse_unsafe  # noqa: PLC0415 - needs Django
    from kulanz.desk.conf import conf  # noqa: PLC0415
    from kulanz.desk.operating.installing import waiting_migrations  # noqa: PLC0415

    refuse_unsafe(conf())
    if (conf().data / UNFINISHED).exists():
        raise OperatingError("a restore was not finished: run it again, `kulanz restore BACKUP --replace`")
    if waiting := waiting_migrations():
        raise OperatingError(f"the database lacks {len(waiting)} changes of this version: run `kulanz init`")
