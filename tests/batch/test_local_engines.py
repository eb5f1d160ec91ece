from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kulanz.batch import BatchOptions, Window, scan
from kulanz.core.report import ThreadReport
from kulanz.sources import Problems
from kulanz.testing.engines import FACTORY, Engine, EngineSuite


class TestDisk(EngineSuite):
    """One process that holds next to nothing."""

    @pytest.fixture
    def engine(self) -> Engine:
        return _scanned(BatchOptions(memory_bytes=50_000, partition_bytes=20_000, partitions=3))


class TestProcesses(EngineSuite):
    """Two processes that hold next to nothing."""

    @pytest.fixture
    def engine(self) -> Engine:
        return _scanned(BatchOptions(memory_bytes=50_000, partition_bytes=100_000, partitions=3, workers=2))


def _scanned(options: BatchOptions) -> Engine:
    def engine(paths: Sequence[Path], problems: Problems, window: Window) -> list[ThreadReport]:
        with scan(paths, FACTORY, problems=problems, options=replace(options, window=window)) as result:
            return list(result)

    return engine
