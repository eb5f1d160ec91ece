"""core.analyse over partitions: archives of any size, on one machine, in bounded memory."""

from __future__ import annotations

from kulanz.batch.analysing import Tally
from kulanz.batch.errors import BatchError, ResumeError, SpillError, WorkerError
from kulanz.batch.options import (
    AnalyserFactory,
    BatchOptions,
    Phase,
    Progress,
    Resume,
    ThreadAnalyser,
    Window,
    shares,
)
from kulanz.batch.posts import read_sorted, sorted_groups
from kulanz.batch.scanning import ScanResult, scan

__all__ = [
    "AnalyserFactory",
    "BatchError",
    "BatchOptions",
    "Phase",
    "Progress",
    "Resume",
    "ResumeError",
    "ScanResult",
    "SpillError",
    "Tally",
    "ThreadAnalyser",
    "Window",
    "WorkerError",
    "read_sorted",
    "scan",
    "shares",
    "sorted_groups",
]
