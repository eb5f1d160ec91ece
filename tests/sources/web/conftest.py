"""A fault server for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults import FaultServer, fault_server


@pytest.fixture
def faulty() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server
