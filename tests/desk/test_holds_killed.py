"""kill -9 of a worker while it tells billing of a hold: it is ordered and confirmed once, and never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from worker_deaths import KILLED, ends_of

pytestmark = pytest.mark.any_database


def test_a_worker_dies_between_telling_billing_and_writing_it_down(tmp_path: Path) -> None:
    for end in ends_of("hold_victim.py", tmp_path):
        assert end["steps"] == [KILLED, "held", KILLED, "released"], end
        assert end["acts"] == ["place", "release"], end
        assert end["events"] == ["propose", "place", "confirmed", "release", "ended"], end
