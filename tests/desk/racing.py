"""Things done at the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import OperationalError, connections

from kulanz.desk.rules.errors import RuleError


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do things in threads of their own, all from the same moment; return how each ended, in words."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            while not _ended(act):
                pass
        except RuleError as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _ended(act: Callable[[], object]) -> bool:
    """Do something; the SQLite of tests lies in the memory, where nobody waits for a lock."""
    try:
        act()
    except OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True
