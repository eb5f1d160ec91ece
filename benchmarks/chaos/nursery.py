"""``python -m benchmarks.chaos.nursery``: has processes of a desk at once, for all is imported before.

Reads lines ``web PORT`` and ``worker N``; the child then runs what ``kulanz serve`` or ``kulanz work`` runs.
Prints ``ready`` at first, ``born NAME PID``, and ``dead PID STATUS`` once one has ended.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from threading import Lock, Thread

from django.db import connections
from django.urls import resolve

from kulanz.desk.project.wsgi import application  # noqa: F401 - sets Django up, and is asked for by serve

# isort: split
from kulanz.core.spoken import LANGS
from kulanz.desk.conf import conf
from kulanz.desk.models import Source
from kulanz.desk.operating.serving import serve
from kulanz.desk.operating.starting import listening
from kulanz.desk.operating.working import work
from kulanz.desk.services.analysing import analyser_for

_SAYING = Lock()


def say(line: str) -> None:
    with _SAYING:
        os.write(1, f"{line}\n".encode())


def live(name: str, word: str) -> None:
    if name == "web":
        serve(conf(), door=listening(f"127.0.0.1:{word}"), workers=0, ready=lambda _: None)
    else:
        work(with_parent=False)


def bury(child: int) -> None:
    _, status = os.waitpid(child, 0)
    say(f"dead {child} {os.waitstatus_to_exitcode(status)}")


def prepare() -> None:
    """Read models and pages, which children then have; no connection may be theirs."""
    resolve("/hooks/push-load/push")
    for source in Source.objects.all():
        for lang in LANGS:
            analyser_for(source, lang)
    connections.close_all()
    say("ready")


if __name__ == "__main__":
    prepare()
    for line in sys.stdin:
        name, _, word = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
            try:
                live(name, word)
            except BaseException:  # noqa: BLE001 - told, and the process ends with it
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        say(f"born {name}{word if name == 'worker' else ''} {child}")
        Thread(target=bury, args=(child,), daemon=True).start()
