"""The commands of the docs are run as they stand, page by page, in a folder that stands for the machine."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from documented import (
    PAGES,
    ROOT,
    blocks,
    check_command,
    command_named,
    commands_in_sentences,
    name_of,
    options,
)
from machine import make

from kulanz.testing.log_stores import KEY

pytestmark = pytest.mark.any_database

PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: Final = set(PROJECT["optional-dependencies"])

NOT_RUN: Final = {
    "apt-get": "wants root and a network",
    "curl": "asks a desk: test_curl_in_docs",
    "git": "wants a network",
    "journalctl": "wants systemd",
    "kulanz fetch": "wants a network: tests/cli/test_fetch.py",
    "kulanz scan --engine spark": "wants Spark: tests/batch/test_spark.py",
    "kulanz serve": "does not end: tests/desk_site.py",
    "kulanz train signals": "takes minutes: tests/cli/test_train.py",
    "kulanz work": "does not end: tests/desk_site.py",
    "kulanz-desk": "wants root",
    "loginctl": "wants systemd",
    "make": "has an environment of its own: .ci/run",
    "pip": "wants a network",
    "podman": "wants an engine for containers",
    "promtool": "wants Prometheus: tests/live/test_prometheus.py",
    "python -m pip": "wants a network, and would change this environment",
    "python -m pytest": "is a test",
    "python scripts/evaluate-models": "wants labelled corpora",
    "python scripts/make-models": "wants labelled corpora",
    "python3 -m venv": "installs what pip would use",
    "sha256sum": "looks at what a network brought",
    "su": "wants root",
    "systemctl": "wants systemd",
    "useradd": "wants root",
    "wheelhouse": "wants a network",
}
"""How commands begin that cannot be run here, and why; that they are right is looked at all the same."""

BEFORE: Final = {
    "kulanz evaluate threads outcomes": "cat sample/threads/*.jsonl >outcomes/threads.jsonl"
    " && cat sample/labels/threads*.jsonl >outcomes/threads.labels.jsonl",
    "kulanz import": "rm -r kulanz-data && cp -r ~/.local/share/kulanz kulanz-data",
    "kulanz restore": "rm -f kulanz-data/*sqlite3*"
    "; for one in $MACHINE/backup/*.zip; do mv $one $MACHINE/kept; done"
    "; mv $MACHINE/kept $MACHINE/backup/kulanz-20261123-030000.zip",
}
"""What has come to pass where a page says to run what begins so."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("machine")
    make(folder, NOT_RUN)
    return folder


@pytest.fixture
def machine(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "machine", symlinks=True)


def shell(page: Path) -> str:
    """The shell blocks of a page as one program, whose paths lie on the machine."""
    whole = "".join(blocks(page, "sh"))
    whole = re.sub(r"^(?:[\d*]+ ){5} *", "", whole, flags=re.MULTILINE)  # of a line of cron
    whole = re.sub(r" (?:--owner|--group|-o|-g) \w+", "", whole)
    whole = re.sub(r"(?<![\w.:/~*$}-])/(?!dev/)(?=[a-z])", "$MACHINE/", whole)
    whole = re.sub(r"https://desk.example.org(/log .*)VKEY", rf"$MACHINE\1'{KEY.verifier}'", whole)
    whole = whole.replace("--key VKEY", f"--key '{KEY.verifier}'")
    for begins, before in BEFORE.items():
        whole = re.sub(rf"^(?=.*\b{begins}\b)", f"{before}\n", whole, flags=re.MULTILINE)
    return whole


def surroundings(machine: Path) -> dict[str, str]:
    ours = ("KULANZ_", "DJANGO_", "DATABASE_", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {
        **kept,
        "MACHINE": str(machine),
        "HOME": str(machine / "home"),
        "PATH": str(machine / "bin"),
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT / "src"),
        "PIP_NO_INDEX": "1",
        "TOKEN": "kz_",
    }


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh")], ids=name_of)
def test_the_commands_of_a_page_run(page: Path, machine: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own docs
        ["/bin/bash", "-euc", shell(page)],
        cwd=machine / "here",
        env=surroundings(machine),
        input="a long enough password\n" * 2,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for line in (machine / "noted").read_text().splitlines():
        check(shlex.split(line))


def check(words: list[str]) -> None:
    """That a command which is not run would be found, with all that it names of ours."""
    program, *rest = words
    if program in {"kulanz", "kulanz-desk"}:
        check_command(rest)
    elif words[:4] == ["podman", "compose", "exec", "web"]:
        check(words[4:])
    elif program == "make":
        assert re.search(rf"^{rest[0]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    elif program == "pip":
        assert set(re.findall(r"\w+", ",".join(re.findall(r"\[(.*)\]", rest[-1])))) <= EXTRAS
    for path in re.findall(r"(?<!\S)(?:scripts|deploy|tests/docs|requirements)[\w./-]*", " ".join(rest)):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("begins", NOT_RUN)
def test_what_is_not_run_is_still_there(begins: str) -> None:
    everything = "\n".join(shell(page) for page in PAGES)
    assert re.search(rf"(?:^|[ /]){begins}(?: |$)", everything, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_in_sentences_exist(page: Path) -> None:
    for line in commands_in_sentences(page):
        _, *words = shlex.split(line)
        command, rest = command_named(words)
        assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= options(command), line
