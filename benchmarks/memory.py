"""Peak memory of a scan, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

AT_MOST: Final = 1.25
_SCAN: Final = """
import json, resource, sys, time
from pathlib import Path
from kulanz import models
from kulanz.batch import scan
from kulanz.core.analysis import Analyser

with scan(sys.argv[1:], lambda baseline: Analyser(models.load(), baseline=baseline)) as result:
    # on Linux ru_maxrss still holds the parent's peak from before this program was started
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        peak = 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"posts": result.tally.posts, "peak": peak, "seconds": time.process_time()}))
"""


@dataclass(frozen=True, slots=True)
class Memory:
    """Posts scanned, peak resident memory in bytes, seconds of processor time."""

    posts: int
    peak: int
    seconds: float


def measured(path: Path) -> Memory:
    """Scan a file with the default options in a new process."""
    done = subprocess.run([sys.executable, "-c", _SCAN, path], check=True, capture_output=True)  # noqa: S603
    return msgspec.json.decode(done.stdout, type=Memory)
