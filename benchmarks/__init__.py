"""Speed against VADER, memory and start-up: ``python -m benchmarks``.

Importing this keeps the process on one processor core. It has to happen before numpy is
imported, which starts as many threads as it finds cores: on one core they wait for each other.
Workers that such a process spawns import this again, and stay where they were put.
"""

from __future__ import annotations

import multiprocessing
import os
import sys

if sys.platform == "linux" and multiprocessing.current_process().name == "MainProcess":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
