"""Analyses partitions in several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Final

from kulanz.batch.analysing import Job, Tally, analyse_partition
from kulanz.batch.errors import WorkerError
from kulanz.batch.options import BatchOptions, ThreadAnalyser
from kulanz.batch.partition import Partition
from kulanz.batch.ranking import Entry, Ranking
from kulanz.batch.scratch import Scratch

# what a partition's outcome may carry from one process to another; more goes through files
_RANKING_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a worker found in one partition."""

    partition: str
    tally: Tally
    entries: list[Entry]
    runs: list[Path]


def analysed(partitions: list[Partition], job: Job, workers: int, scratch: Scratch) -> Iterator[Outcome]:
    """Yield the outcome of every partition, in the order in which they are done.

    Errors of the analysis pass through; raise WorkerError when a process was killed.
    """
    # fork copies locks held by other threads, of numeric libraries among them
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_start, initargs=(job, scratch.folder))
    try:
        yield from _outcomes(pool, partitions, 2 * workers)
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker process was killed, most likely for want of memory: use fewer workers"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _outcomes(
    pool: ProcessPoolExecutor, partitions: Iterable[Partition], most_waiting: int
) -> Iterator[Outcome]:
    """Keep few partitions under way, so that outcomes do not pile up."""
    todo = iter(partitions)
    running: set[Future[Outcome]] = set()
    while True:
        running |= {pool.submit(_work, each) for each in islice(todo, most_waiting - len(running))}
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


class _Worker:
    """What a worker process keeps between partitions."""

    job: Job
    scratch: Scratch


def _start(job: Job, folder: Path) -> None:
    # Ctrl-C reaches the whole process group; the parent stops the workers and cleans up
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _Worker.job = job
    _Worker.scratch = Scratch.within(folder)


def _end_with_parent() -> None:
    """A parent that was killed ends nothing, and a worker would wait for ever for another partition."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _analyser() -> ThreadAnalyser:
    """Make the analyser with the first partition: an error in a pool's initializer tells nothing."""
    return _Worker.job.make_analyser(_Worker.job.baseline)


def _work(partition: Partition) -> Outcome:
    return outcome_of(partition, _analyser(), _Worker.job.options, _Worker.scratch)


def outcome_of(
    partition: Partition, analyser: ThreadAnalyser, options: BatchOptions, scratch: Scratch
) -> Outcome:
    """Analyse one partition."""
    ranking = Ranking(scratch, f"ranking-{partition.name}", _RANKING_BYTES)
    tally = analyse_partition(partition, analyser, options, scratch, ranking)
    return Outcome(partition.name, tally, ranking.entries, ranking.runs)
