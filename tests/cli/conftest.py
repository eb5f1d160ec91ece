"""A place to work in with the sample community, and commands run in this process or in one of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from running import Run, Start

from kulanz.cli import main
from kulanz.models import load


@pytest.fixture
def workplace(tmp_path: Path, sample: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of the sample community, where commands run."""
    shutil.copytree(sample, tmp_path / "sample")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(workplace: Path) -> Run:
    """Run a command in this process; ``input`` is its standard input."""

    def run(*args: str, **options: str | bytes) -> Result:
        return CliRunner().invoke(main, list(args), prog_name="kulanz", **options)

    return run


@pytest.fixture
def start(workplace: Path) -> Start:
    """Run a command as a process of its own, as a shell would."""

    def start(*args: str) -> subprocess.CompletedProcess[str]:
        plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "COLUMNS")}
        command = [sys.executable, "-m", "kulanz.cli", *args]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=plain)  # noqa: S603

    return start


@pytest.fixture
def quick_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training as it would be if it took no time: the shipped signals, all a little less likely."""
    signals = pytest.importorskip("kulanz.learning.signals", reason="training needs the extra train")

    def trained(examples: Sequence[object], _vectors: object) -> object:
        assert examples
        shipped = load()
        return signals.SignalModels(shipped.grams, replace(shipped.head, bias=shipped.head.bias - 1))

    monkeypatch.setattr(signals, "train_signals", trained)
