from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fake_analyser import FailingAnalyser, FakeAnalyser, line, seen, write

from kulanz.batch import Window
from kulanz.batch.options import BatchOptions
from kulanz.batch.spark import SparkError, scan, scan_paths, session
from kulanz.batch.spark.analysing import reports
from kulanz.core.errors import OrderError
from kulanz.core.measures.baseline import Baseline
from kulanz.core.report import ThreadReport
from kulanz.sources import Problems
from kulanz.testing.engines import FACTORY, Engine, EngineSuite
from servers.fixtures import site_fixture

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets that PySpark leaves to the collector
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),
]
spark = site_fixture("spark")


class TestSpark(EngineSuite):
    """Two executors, each a process with a Python process of its own."""

    @pytest.fixture
    def engine(self, spark: Any) -> Engine:
        def engine(paths: Sequence[Path], problems: Problems, window: Window) -> Iterator[ThreadReport]:
            options = BatchOptions(window=window)
            with scan_paths(
                spark, list(map(str, paths)), FACTORY, problems=problems, options=options
            ) as found:
                yield from found

        return engine
