"""kill -9 of a worker while it posts an answer in public: it stands there once, and is noted."""

from __future__ import annotations

from pathlib import Path

import pytest
from worker_deaths import KILLED, ends_of

pytestmark = pytest.mark.any_database


def test_a_worker_dies_between_the_request_and_the_record(tmp_path: Path) -> None:
    for end in ends_of("posting_victim.py", tmp_path):
        assert (end["ended"], end["posts"], end["state"]) == (KILLED, 1, "sent"), end
        assert end["events"] == ["draft", "send", "delivered"], end


def test_a_planned_answer_stands_there_once(tmp_path: Path) -> None:
    for end in ends_of("posting_victim.py", tmp_path, "planned"):
        assert (end["ended"], end["posts"], end["state"]) == (KILLED, 1, "sent"), end
        assert end["events"] == ["draft", "schedule", "send", "delivered"], end
