"""kill -9 of a worker while it tells billing of a hold: it is ordered and confirmed once, and never lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

_VICTIM: Final = Path(__file__).with_name("hold_victim.py")
KILLED: Final = -signal.SIGKILL


def test_a_worker_dies_between_telling_billing_and_writing_it_down(tmp_path: Path) -> None:
    settings = {
        "DJANGO_SETTINGS_MODULE": "kulanz.desk.project.settings",
        "KULANZ_MODE": "demo",
        "KULANZ_DATA": str(tmp_path),
        "KULANZ_SECRET_KEY": "tests only, " * 5,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    environment = {**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"}, **settings}
    command = [sys.executable, "-W", "ignore", str(_VICTIM)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert told.returncode == 0, told.stderr
    ends = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(ends) == 5
    for end in ends:
        assert end["steps"] == [KILLED, "held", KILLED, "released"], end
        assert end["acts"] == ["place", "release"], end
        assert end["events"] == ["propose", "place", "confirmed", "release", "ended"], end
