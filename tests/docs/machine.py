"""A folder that stands for the machine on which docs are followed: programs, and what pages take as given."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from documented import ROOT, blocks
from msgspec.structs import replace

from desk_site import made_once
from kulanz.logstores import FolderStore
from kulanz.sources.store import Store
from kulanz.testing.log_stores import write_log
from kulanz.tlog.entries import Entry, encode
from talked import write_talks

THREADS: Final = "https://forum.example.org/t/mahnung"
_TOOLS: Final = ("cat", "chmod", "cp", "date", "find", "grep", "install", "ls", "mkdir", "mv", "rm")
_PROGRAMS: Final = ("kulanz", "my-export", "python", "python3", "sqlite3")
_PROGRAM: Final = """\
#!/bin/bash
line="${0##*/} $*"
while IFS= read -r begins; do
    [[ "$line " != "$begins "* ]] || { printf '%q ' "${0##*/}" "$@"; echo; exit 0; } >>"$MACHINE/noted"
done <"$MACHINE/not-run"
case ${0##*/} in
    kulanz) "$PYTHON" -m kulanz.cli "$@" ;;
    my-export) cat sample/threads/4711.jsonl ;;
    python*) [[ $1 == -c ]] && "$PYTHON" "$@" ;;  # no module of the environment that tests run in
    sqlite3) "$PYTHON" -c 'import sqlite3, sys
print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]))' "$@" ;;
    *) exit 127 ;;
esac
status=$?
[[ $status != 1 || "$line " != kulanz\\ @(doctor|check-reply)\\ * ]] || exit 0  # they found something
exit $status
"""
_FOLDERS: Final = (
    *(
        "archive",
        "backup",
        "bin",
        "etc/prometheus",
        "etc/systemd/system",
        "home/.local/share",
        "home/kulanz",
        "home/you",
    ),
    *(
        "here/.venv",
        "here/blogs",
        "here/forum",
        "here/kulanz-wheels",
        "here/lists",
        "here/my-models",
        "here/scripts",
    ),
    *("mnt/other-machine", "opt/kulanz", "other-disk", "run/secrets", "safe", "srv", "tmp"),
    *("usr/local/sbin", "usr/local/src", "var/backups", "var/lib/kulanz/log"),
)
_LINKS: Final = {
    "here/.venv/bin": "../../bin",
    "here/archive": "sample/threads",
    "here/export": "sample/threads",
    "here/kulanz": ".",
    "home/kulanz-source": "../here",
    "home/kulanz/bin": "../../bin",
    "home/kulanz/share": "../../opt/kulanz/share",
    "opt/kulanz/bin": "../../bin",
    "usr/local/src/kulanz": "../../../here",
}
_COPIES: Final = {
    "here/archive.jsonl": "sample/threads/2026-03.jsonl",
    "here/archive.mbox": "tests/data/mbox/public_inbox_thread.mbox",
    "here/crm.csv": "sample/billing/customers.csv",
    "here/left-out.jsonl": "sample/threads/4711.jsonl",
    "here/left-out.labels.jsonl": "sample/labels/posts-4711.jsonl",
}
_SMALL: Final = {
    "../run/secrets/forum": "key",
    "../run/secrets/name": "system",
    "passphrase.txt": "correct horse battery staple",
    "tickets.csv": "Vorgang,Inhalt,Absender,Eingang\n1,Warum zweimal?,Ann,2026-06-09\n",
    "token": "kz_",
}


def make(machine: Path, not_run: Iterable[str]) -> None:
    """Make the folder; programs that are not run note that they were called."""
    for name in _FOLDERS:
        (machine / name).mkdir(parents=True, exist_ok=True)
    for name, target in _LINKS.items():
        (machine / name).symlink_to(target)
    for name in ("sample", "src", *(path.name for path in ROOT.glob("*.lock"))):
        (machine / "here" / name).symlink_to(ROOT / name)
    for name, source in _COPIES.items():
        shutil.copy(ROOT / source, machine / name)
    shutil.copytree(ROOT / "deploy", machine / "here/deploy")
    shutil.copytree(ROOT / "deploy", machine / "opt/kulanz/share/kulanz")
    _programs(machine, not_run)
    _given(machine / "here")
    _shown_log(machine / "log")
    _desk(machine)


def _programs(machine: Path, not_run: Iterable[str]) -> None:
    begins = sorted(not_run)
    (machine / "not-run").write_text("".join(f"{each}\n" for each in begins))
    (machine / "noted").touch()
    program = machine / "bin/program"
    program.write_text(_PROGRAM)
    program.chmod(0o755)
    for name in {*_PROGRAMS, *(each.split()[0] for each in begins)}:
        (machine / "bin" / name).symlink_to("program")
    for path in (ROOT / "scripts").iterdir():
        (machine / "here/scripts" / path.name).symlink_to("../../bin/program")
    for name in _TOOLS:
        (machine / "bin" / name).symlink_to(str(shutil.which(name)))
    (machine / "bin/activate").touch()


def _given(here: Path) -> None:
    """Files of those who follow a page: their archives, labels and secrets."""
    for form, name in (("zip", "forum-export"), ("xztar", "archive")):
        shutil.make_archive(str(here / name), form, ROOT / "sample/threads", "4711.jsonl")
    (here / "lists/one.mbox.gz").write_bytes(gzip.compress((here / "archive.mbox").read_bytes()))
    for name, source in (("forum/posts.jsonl", "threads/4711.jsonl"), ("blogs/posts.atom", "blogs.atom")):
        told = (ROOT / "sample" / source).read_text("utf-8")
        (here / name).write_text(told.replace("https://kontaktor.example/forum/recht-geld", THREADS), "utf-8")
    with Store(here / "forum") as store:
        store.source("discourse:https://forum.example.org")
    for name, labelled in (("threads", "sample/threads/*"), ("levels", "sample/labels/threads*")):
        (here / f"{name}.jsonl").write_bytes(b"".join(path.read_bytes() for path in ROOT.glob(labelled)))
    for path in ROOT.glob("src/kulanz/models/*.npz"):
        shutil.copy(path, here / "my-models")
    write_talks(here)
    (example,) = blocks(ROOT / "docs/howto/train-on-your-labels.md", "json")
    for name, told in {"my-labels.jsonl": example, **_SMALL}.items():
        (here / name).write_text(told, "utf-8")


def _shown_log(folder: Path) -> None:
    entry = Entry(
        v=1, kind="report", act="publish", at="2026-11-23T04:05:06Z", id="", digests={"report": "0" * 64}
    )
    write_log(FolderStore(folder), [encode(replace(entry, id=f"{number:032}")) for number in range(4712)])


def _desk(machine: Path) -> None:
    for place in ("here/kulanz-data", "home/.local/share/kulanz"):
        shutil.copytree(made_once(), machine / place)
    shutil.copy(made_once() / "secret-key", machine / "safe")
    (machine / "other-disk/erasures.jsonl").touch()
