"""After an erasure no file of the data folder holds what was erased: not in free pages, index or log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

NAMES = ("xaverq7", "quibbleton", "zwiebelfisch", "pumpernickel")
HERE = Path(__file__).parent


def holding(folder: Path) -> dict[str, list[str]]:
    """Return which files hold which names, whatever the case."""
    contents = {path.name: path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()}
    return {name: sorted(each for each in contents if name.encode() in contents[each]) for name in NAMES}


def test_no_file_holds_what_was_erased(tmp_path: Path) -> None:
    env = {
        **os.environ,
        "KULANZ_MODE": "demo",
        "KULANZ_DATA": str(tmp_path),
        "KULANZ_SECRET_KEY": "k" * 50,
        "DJANGO_SETTINGS_MODULE": "kulanz.desk.project.settings",
        "DATABASE_URL": "",
    }
    desk = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(HERE / "desk_eraser.py")],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert desk.stdout is not None
    assert desk.stdin is not None
    assert desk.stdout.readline() == "filled\n"
    assert all(holding(tmp_path).values())
    desk.stdin.write("\n")
    desk.stdin.flush()
    assert desk.stdout.readline() == "erased\n"
    while_open = holding(tmp_path)
    desk.stdin.close()
    assert desk.wait() == 0
    assert (while_open, holding(tmp_path)) == ({name: [] for name in NAMES},) * 2
