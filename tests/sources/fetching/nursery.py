"""Runs ``kulanz fetch`` in one process after the other: each is forked where all is imported already.

Reads a line of arguments as JSON, prints the new process's id, then how it ended; and so on.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

from kulanz.cli import main

for _module in ("cli.fetching", "cli.fetch", "sources.store", "sources.connectors.discourse", "pages.safe"):
    importlib.import_module(f"kulanz.{_module}")

for _line in sys.stdin:
    child = os.fork()
    if child == 0:
        main(json.loads(_line))
    print(child, flush=True)  # noqa: T201 - the other side of the pipe reads it
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201
