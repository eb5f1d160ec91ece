"""The desk where it can write to its data folder alone, has no home, and can ask no network."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from desk_site import DeskSite, made_once
from kulanz.desk.operating.supervising import tell_ending, tell_ready

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).parents[2]
ALONE = ("unshare", "--map-root-user", "--mount", "--net")
SHUT = """\
set -eu
mount --bind "$KULANZ_DATA" "$KULANZ_DATA"
mount --bind "$TMPDIR" "$TMPDIR"
mount -o remount,bind,ro /
cd /
if touch "$REFUSED" 2>/dev/null; then exit 99; fi
"$PYTHON" -c 'import fcntl, socket, struct
with socket.socket() as line: fcntl.ioctl(line, 0x8914, struct.pack("16sH14x", b"lo", 1))'
kulanz() { "$PYTHON" -m kulanz.cli "$@"; }
kulanz init
kulanz serve --check
kulanz scan "$SAMPLE" --output "$TMPDIR/threads.jsonl" --quiet
kulanz backup "$TMPDIR/backup.zip" --quiet
"""
"""What an admin runs, on a disk that is read-only but for two folders; 0x8914 sets loopback up."""
WATCH = """\
import os, sys

HERE = (None, "", "localhost", "127.0.0.1", "0.0.0.0", "::1")

def watch(event, given):
    if event == "socket.getaddrinfo" and given[0] not in HERE:
        tell(event, given[0])
    if event in ("socket.connect", "socket.sendto") and beyond(given[1]):
        tell(event, given[1])

def beyond(address):
    return isinstance(address, tuple) and address[0] not in HERE

def tell(event, place):
    with open(os.environ["TMPDIR"] + "/asked", "a") as file:
        print(event, place, sys.argv, file=file)

sys.addaudithook(watch)
"""
"""Writes down who asks for anything beyond this machine; Python imports it at every start."""


def can_be_shut_in() -> bool:
    if not shutil.which("unshare"):
        return False
    probe = [*ALONE, "sh", "-c", "mount --bind /tmp /tmp && mount -o remount,bind,ro /"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own command


def test_a_desk_writes_to_its_folder_alone_and_asks_nobody(tmp_path: Path) -> None:
    if not can_be_shut_in():
        pytest.skip("this system lets nobody make a namespace: run it as root, or allow user namespaces")
    desk = DeskSite(tmp_path, 0, {"KULANZ_MODE": "production", "KULANZ_URL": "http://localhost:8750"})
    shutil.copytree(made_once(), tmp_path / "data")
    for name in ("tmp", "watch"):
        (tmp_path / name).mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH, "utf-8")
    surroundings = {
        **desk.surroundings,
        "PYTHONPATH": f"{tmp_path / 'watch'}:{desk.env['PYTHONPATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHON": desk.kulanz()[0],
        "HOME": "/nonexistent",
        "TMPDIR": str(tmp_path / "tmp"),
        "REFUSED": str(tmp_path / "refused"),
        "SAMPLE": str(ROOT / "sample" / "threads" / "4711.jsonl"),
    }
    done = subprocess.run(  # noqa: S603 - our own command
        [*ALONE, "sh", "-c", SHUT], env=surroundings, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = {each.name: each.stat().st_size for each in (tmp_path / "tmp").iterdir()}
    assert set(written) == {"backup.zip", "threads.jsonl"}
    assert all(written.values())


def test_systemd_is_told_when_a_service_is_ready_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_ready()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "n"))
        listening.settimeout(1)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        tell_ready()
        tell_ending()
        assert [listening.recv(64) for _ in range(2)] == [b"READY=1", b"STOPPING=1"]
    tell_ending()
