"""What is broken in files and rows, and can be mended without a person's judgement."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kulanz.desk.conf import Conf
from kulanz.desk.models import wordindex
from kulanz.desk.operating.findings import Code, Finding, Repair
from kulanz.desk.operating.installing import KEY_NAME, bring_up_to_date, make_folder, put_static
from kulanz.desk.operating.starting import UNFINISHED
from kulanz.desk.services import mending
from kulanz.tlog.errors import TlogError

_OTHERS: Final = 0o077


def files(given: Conf, now: datetime) -> Iterator[Finding]:  # noqa: ARG001 - every look is asked alike
    """Look at the data folder: is it there, and is it its owner's alone."""
    if not given.data.is_dir():
        yield Finding(
            "error",
            "folder",
            _("files: there is no folder %(place)s") % {"place": given.data},
            _("Keys and files are kept there; with another KULANZ_DATA than before nothing is found."),
            _("run `kulanz init`"),
            Repair(lambda: _made(given), _("Make an empty folder %(place)s?") % {"place": given.data}),
        )
        return
    if (given.data / UNFINISHED).exists():
        yield Finding(
            "error",
            "restore",
            _("files: a restore was not finished"),
            _("What is here may be half of the old and half of the new, so no desk starts here."),
            _("run it again: `kulanz restore BACKUP --replace`"),
        )
    open_to_others = list(_open_to_others(given))
    yield from open_to_others
    if not given.static.is_dir():
        yield Finding(
            "warning",
            "static",
            _("files: there is no folder %(place)s") % {"place": given.static},
            _("Pages are shown slowly, or without their looks by a web server in front."),
            _("run `kulanz init`"),
            Repair(_static_put),
        )
    elif not open_to_others:
        yield Finding("good", "files", _("files lie in %(place)s") % {"place": given.data})


def missing_changes(count: int) -> Finding:
    """Tell of a database of another version."""
    told = ngettext(
        "database: %(count)s change of this version is missing",
        "database: %(count)s changes of this version are missing",
        count,
    )
    return Finding(
        "error",
        "changes",
        told % {"count": count},
        _("This version asks for tables and columns that are not there: pages and workers fail."),
        _("make a backup, then run `kulanz init`"),
        Repair(_brought_up, _("Is there a backup, and shall the database be brought up to date now?")),
    )


def rows(now: datetime, *, deep: bool) -> Iterator[Finding]:
    """Look for rows that nobody would come to again, and for what others left unfinished."""
    found = [*_rows(now), *_log_steps(now), *_index(deep=deep)]
    yield from found
    if not found:
        yield Finding("good", "rows", _("rows, search index and staged steps of the log are in order"))


def _rows(now: datetime) -> Iterator[Finding]:
    if count := mending.held(now):
        yield _broken(
            "claims",
            _("work: %(count)s rows are still claimed by workers that ended") % {"count": count},
            _("They wait up to ten minutes until their claim is over."),
            lambda: mending.let_go(now=now),
        )
    if count := mending.far_ahead(now):
        yield _broken(
            "clock-back",
            _("time: %(count)s rows wait for a time that is far ahead") % {"count": count},
            _("The clock was ahead when they were planned: nothing is read or sent until then."),
            lambda: mending.bring_back(now=now),
        )
    if count := mending.forgotten():
        yield _broken(
            "forgotten",
            _("work: %(count)s rows have work to be done and no time for it") % {"count": count},
            _("No worker would ever come to them."),
            lambda: mending.remind(now=now),
        )


def _log_steps(now: datetime) -> Iterator[Finding]:
    try:
        count = mending.staged()
    except TlogError:
        return  # told by the look at the public log, with what is wrong there
    if count:
        told = _("public log: %(count)s steps were begun and left unfinished") % {"count": count}
        meaning = _(
            "They are harmless, but keep room; one that was decided is finished before it is dropped."
        )
        yield _broken("staged", told, meaning, lambda: mending.tidy_log(now=now))


def _index(*, deep: bool) -> Iterator[Finding]:
    if tables := wordindex.damaged(using=connection.alias, deep=deep):
        told = _("search: the index of %(tables)s is damaged") % {"tables": ", ".join(tables)}
        meaning = _("Searching finds too little, and writing may fail.")
        yield _broken("search", told, meaning, lambda: len(wordindex.rebuild(using=connection.alias)))


def _broken(code: Code, what: str, meaning: str, mend: Callable[[], int]) -> Finding:
    remedy = _("run `kulanz doctor --repair`, with all workers stopped")
    return Finding("warning", code, what, meaning, remedy, Repair(lambda: _mended(mend())))


def _open_to_others(given: Conf) -> Iterator[Finding]:
    key = given.data / KEY_NAME
    looked_at: tuple[tuple[Code, Path, int], ...] = (("key", key, 0o600), ("open-folder", given.data, 0o700))
    for code, path, mode in looked_at:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            yield Finding(
                "error" if code == "key" else "warning",
                code,
                _("files: others can read %(place)s") % {"place": path},
                _("Whoever reads it can open what is sealed and log in as anybody.")
                if code == "key"
                else _("Other accounts of this machine can read conversations and customers' data."),
                f"chmod {mode:o} {path}",
                Repair(partial(_closed, path, mode)),
            )


def _closed(path: Path, mode: int) -> str:
    path.chmod(mode)
    return _("%(place)s is open to its owner alone") % {"place": path}


def _made(given: Conf) -> str:
    make_folder(given.data)
    return _("made the folder %(place)s") % {"place": given.data}


def _static_put() -> str:
    put_static()
    return _("put static files in place")


def _brought_up() -> str:
    return _mended(bring_up_to_date())


def _mended(count: int) -> str:
    return _("%(count)s mended") % {"count": count}
