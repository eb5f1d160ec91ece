"""What --help says is true, and it is said fast."""

from __future__ import annotations

import os
import resource
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from msgspec import structs
from running import Run, Start, drafts

from desk_site import made_once
from kulanz.cli import main
from kulanz.logstores import FolderStore
from kulanz.sources.store import Store
from kulanz.testing.log_stores import KEY, write_log
from kulanz.testing.recorded import RecordedServer, Reply
from kulanz.tlog.entries import Entry, encode
from talked import write_lines, write_talks

CPU_SECONDS = 0.3


def commands(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in sorted(command.commands.items()):
            yield from commands(below, (*path, name))


def examples(command: click.Command) -> list[str]:
    return [line.strip() for line in (command.epilog or "").splitlines()[2:]]


EVERY = list(commands(main))
OF_THE_DESK = (
    *("backup", "createuser", "demo", "doctor", "export", "import", "init"),
    *("restore", "serve", "upgrade", "work"),
)
OF_ITS_LOG = ("adopt", "init", "publish", "rotate", "show")
EXAMPLES = sorted({line for _, command in EVERY for line in examples(command)})


def is_of_the_desk(line: str) -> bool:
    _, command, *more = line.split()
    return command in OF_THE_DESK or (command == "log" and more[0] in OF_ITS_LOG)


@pytest.mark.parametrize("path", [path for path, _ in EVERY], ids=" ".join)
def test_every_help_ends_with_examples(path: tuple[str, ...], run: Run) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    before, _, after = result.output.partition("Examples:")
    assert before
    assert all("kulanz " + " ".join(path) in line for line in after.strip().splitlines())


@pytest.mark.parametrize("line", [line for line in EXAMPLES if is_of_the_desk(line)])
def test_examples_of_the_desk_run(
    line: str, start: Start, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")
    for name in [name for name in os.environ if name.startswith(("KULANZ_", "DJANGO_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DEMO_ONCE", "1")
    if "demo" not in line:
        shutil.copytree(made_once(), workplace / "kulanz-data")
    (workplace / "passphrase.txt").write_text("correct horse battery staple")
    if line.startswith("kulanz import"):
        assert start("export", "instance", *shlex.split(line)[2:]).returncode == 0
    if line.startswith("kulanz restore"):
        assert start("backup", *shlex.split(line)[2:]).returncode == 0
        (workplace / "kulanz-data/kulanz.sqlite3").unlink()
    if line.startswith("kulanz log") and "init" not in line:
        assert start("log", "init").returncode == 0
    result = start(*shlex.split(line)[1:])
    assert result.returncode == 0, result.stderr
    assert result.stdout


@pytest.mark.parametrize("line", [line for line in EXAMPLES if not is_of_the_desk(line)])
def test_examples_run(line: str, run: Run, workplace: Path, quick_training: None) -> None:
    write_talks(workplace)
    write_lines(workplace / "labelled-drafts.jsonl", drafts())
    show_log(workplace, run)
    (workplace / "labelled.jsonl").write_text('{"text": "Thank you!", "labels": ["thanks"]}', "utf-8")
    before, _, command = line.rpartition("kulanz ")
    words, _, target = command.partition(" > ")
    given = (workplace / before.split()[1]).read_bytes() if before else b""
    with blog_served(workplace) as args:
        result = run(*args(shlex.split(words)), input=given)
    assert result.exit_code == 0, result.output
    assert result.stdout or "wrote" in result.stderr or "--output" in words
    if target:
        assert result.stdout.strip()


@contextmanager
def blog_served(workplace: Path) -> Iterator[Callable[[list[str]], list[str]]]:
    """The site that examples read, on loopback; yields what puts its address in place of theirs."""
    feed = Reply(
        (workplace / "sample/blogs.atom").read_bytes(), headers={"Content-Type": "application/atom+xml"}
    )

    def here(words: list[str]) -> list[str]:
        private = ["--allow-private", "127.0.0.1", "--rate", "100"] if words[0] == "fetch" else []
        return [word.replace("https://blog.example.org", server.url) for word in words] + private

    with RecordedServer({"/comments.atom": feed}) as server, Store(workplace / "fetched") as store:
        store.source("feed:https://blog.example.org/comments.atom")
        yield here


def show_log(folder: Path, run: Run) -> None:
    """A public log that somebody else keeps, and a receipt of one of its entries."""
    entry = Entry(v=1, kind="report", act="publish", at="2026-11-23T04:05:06Z", id="0" * 32,
                  digests={"report": "0" * 64})  # fmt: skip
    entries = [encode(structs.replace(entry, id=f"{number:032}")) for number in range(5)]
    write_log(FolderStore(folder / "public-log"), entries)
    receipt = str(folder / "entry-3.tlog-proof")
    assert run("log", "proof", "3", "--of", "public-log", "--key", str(KEY.verifier), "--output", receipt)


def test_help_starts_fast() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "kulanz.cli", "--help"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < CPU_SECONDS


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").output.startswith("kulanz, version 0.")


@pytest.mark.parametrize(
    ("shell", "part"), [("bash", "complete -o"), ("zsh", "#compdef kulanz"), ("fish", "complete --")]
)
def test_completion_scripts(shell: str, part: str, run: Run) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert part in result.output


def test_completion_answers(workplace: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("COMP_WORDS", "kulanz scan --format ")
    monkeypatch.setenv("COMP_CWORD", "3")
    monkeypatch.setenv("_KULANZ_COMPLETE", "bash_complete")
    assert "plain,discourse" in run().output.splitlines()
