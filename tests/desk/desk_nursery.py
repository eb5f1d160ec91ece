"""Runs the processes of a desk: each is forked where all is imported and the models are read.

Reads a line: ``web PORT`` or ``worker`` (both live until they are killed), ``finish`` (what the worker does,
until nothing is due) or ``bury`` (waits for the next to end). Prints ``born NAME PID``, ``ready`` once the
web serves, and ``ended NAME STATUS``.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from threading import Event

from django.core.management import call_command
from django.db import connections
from django.urls import resolve
from django.utils import timezone
from waitress.server import create_server

from kulanz.desk.project.wsgi import application  # the models below are ready once this has set them up

# isort: split
from desk_people import make_member

from kulanz.desk import worker
from kulanz.desk.models import Source
from kulanz.desk.rules.roles import Role
from kulanz.desk.services.alerting import tell_due
from kulanz.desk.services.analysing import analyse_due, analyser_for
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.waking import Rest

AFTER_EVERY_LEASE = timedelta(hours=1)


def prepare(secret: str) -> None:
    call_command("migrate", verbosity=0)
    make_member("alice", Role.LEAD)
    sealed = seal(secret.encode())
    named = {"name": "Forum", "connector": "push", "address": "forum", "hook_key": "killed"}
    Source.objects.create(**named, sealed_hook_secret=sealed, created_at=timezone.now())
    resolve("/hooks/killed/push")  # reads all pages, so that a new process answers its first request soon
    for lang in ("en", "de"):
        analyser_for(Source.objects.get(), lang)
    connections.close_all()


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def serve(port: int) -> None:
    server = create_server(application, host="127.0.0.1", port=port, threads=2)
    say("ready")
    server.run()


def finish() -> None:
    later = timezone.now() + AFTER_EVERY_LEASE
    while analyse_due(now=later) + tell_due(now=later):
        pass


def live(name: str, port: str) -> None:
    if name == "web":
        serve(int(port))
    elif name == "worker":
        worker.run(Event(), timezone.now, Rest(pause_s=0.01))
    else:
        finish()
    connections.close_all()


if __name__ == "__main__":
    prepare(sys.argv[1])
    say("prepared")
    names: dict[int, str] = {}
    for line in sys.stdin:
        name, _, port = line.strip().partition(" ")
        if name == "bury":
            dead, status = os.wait()
            say(f"ended {names.pop(dead)} {os.waitstatus_to_exitcode(status)}")
            continue
        child = os.fork()
        if child == 0:
            live(name, port)
            os._exit(0)
        names[child] = name
        say(f"born {name} {child}")
