"""Runs a desk in one process after the other: each is forked where all is imported and the models are read.

Reads a line: ``serve PORT`` (web and worker, until killed) or ``finish`` (the worker alone, until nothing
is due). Prints ``born PID``, ``ready`` once it serves, ``ended STATUS``.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from threading import Event, Thread

from django.core.management import call_command
from django.db import connections
from django.urls import resolve
from django.utils import timezone
from waitress.server import create_server

from kulanz.desk.project.wsgi import application  # the models below are ready once this has set them up

# isort: split
from kulanz.desk import worker
from kulanz.desk.models import Source
from kulanz.desk.services.analysing import analyse_due, analyser_for
from kulanz.desk.services.sealing import seal

AFTER_EVERY_LEASE = timedelta(hours=1)


def prepare(secret: str) -> None:
    call_command("migrate", verbosity=0)
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
    Thread(target=server.run, daemon=True).start()
    say("ready")
    worker.run(Event(), timezone.now, pause_s=0.01)


def finish() -> None:
    while analyse_due(now=timezone.now() + AFTER_EVERY_LEASE):
        pass


if __name__ == "__main__":
    prepare(sys.argv[1])
    say("prepared")
    for line in sys.stdin:
        what, _, port = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            serve(int(port)) if what == "serve" else finish()
            connections.close_all()
            os._exit(0)
        say(f"born {child}")
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")
