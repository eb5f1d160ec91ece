"""What tests of every package share: the corpora beside the repository, and servers."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from servers.fixtures import without

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# Several runs share the cores: linear algebra on as many threads as there are cores waits for itself then,
# and takes more than twice the processor's time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A machine that is busy with something else fails no test.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


SELDOM = 50_000


def pytest_collection_finish() -> None:
    """Have garbage collected less often, and never what was imported: a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


def pytest_report_header() -> str:
    """Say which database the desk's tests run on."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return "the desk's database: PostgreSQL"
    return "the desk's database: SQLite; `make test-postgres` runs the desk's tests on PostgreSQL"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of the sample community."""
    return ROOT / "sample"


@pytest.fixture(scope="session")
def shared_corpora() -> Path:
    """The labelled corpora, which lie beside the repository and not in it."""
    folder = SHARED / "corpora"
    if not folder.is_dir():
        pytest.skip(f"labelled corpora are not in {folder}: they may not be published with the project")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser that renders pages without a screen."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or without("a browser", "run scripts/install-test-servers")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """A Chromium without a screen; one for all tests, since playwright starts only once in a process."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, which the lock names")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()
