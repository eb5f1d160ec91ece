"""core.analyse over partitions: archives of any size, on one machine, in bounded memory."""

from __future__ import annotations

from kulanz.batch.analysing import AnalyserFactory, Tally, ThreadAnalyser
from kulanz.batch.errors import BatchError, ResumeError, SpillError, WorkerError
from kulanz.batch.options import BatchOptions, Phase, Progress, Resume, Window, shares
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
