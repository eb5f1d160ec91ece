"""Wheel and source archive hold everything, and say one version."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from email.parser import Parser
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest

from kulanz import __version__

pytest.importorskip("hatchling", reason="pip install -r requirements.lock")

ROOT = Path(__file__).parents[2]
NAME = f"kulanz-{__version__}"
SHARED = f"{NAME}.data/data/share/kulanz/"
ABOUT = f"{NAME}.dist-info/"
NOT_SENT = {".gitignore"}
"""Of Git's own files; the source archive has it all the same, for what is built of it."""


def build(folder: Path, target: Path, *kinds: str) -> None:
    wanted = [word for kind in kinds for word in ("--target", kind)]
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(target), *wanted]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603 - our own package


def wheel_sums(folder: Path) -> dict[str, int]:
    """The files of the wheel in a folder, each with its checksum."""
    with ZipFile(folder / f"{NAME}-py3-none-any.whl") as wheel:
        return {each.filename: each.CRC for each in wheel.infolist()}


@cache
def distributions() -> Path:
    """The folder of the wheel and the source archive of this tree, built once."""
    folder = Path(tempfile.mkdtemp(prefix="kulanz-dist-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build(ROOT, folder, "wheel", "sdist")
    return folder


@pytest.fixture
def made() -> Path:
    return distributions()


@pytest.fixture
def wheel(made: Path) -> Iterator[ZipFile]:
    with ZipFile(made / f"{NAME}-py3-none-any.whl") as opened:
        yield opened


def tree() -> set[str]:
    """The files that are kept of this tree; skipped where it is no checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("what belongs to the tree is known in a checkout alone")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}


def below(folder: str, names: set[str]) -> set[str]:
    return {name.removeprefix(folder) for name in names if name.startswith(folder)}


def test_the_wheel_holds_the_package_the_sample_and_what_servers_are_given(wheel: ZipFile) -> None:
    held, kept = set(wheel.namelist()), tree()
    sample = {f"kulanz/sample/{name}" for name in below("sample/", kept) if not name.startswith("labels/")}
    assert {name for name in held if name.startswith("kulanz/")} == below("src/", kept) | sample
    assert below(SHARED, held) == below("deploy/", kept)
    for kind in (".html", ".js", ".css", ".mo", ".npz", ".jsonl", "/0001_initial.py", "/py.typed"):
        assert any(name.endswith(kind) for name in held), kind


def test_the_source_archive_holds_the_whole_tree(made: Path) -> None:
    with tarfile.open(made / f"{NAME}.tar.gz") as archive:
        held = below(f"{NAME}/", {each.name for each in archive.getmembers() if each.isfile()})
    assert held - {"PKG-INFO"} - NOT_SENT == tree() - NOT_SENT


def test_the_source_archive_makes_the_same_wheel(made: Path, tmp_path: Path) -> None:
    with tarfile.open(made / f"{NAME}.tar.gz") as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # not in Debian 12's Python
        archive.extractall(tmp_path)  # noqa: S202 - our own
    build(tmp_path / NAME, tmp_path, "wheel")
    assert wheel_sums(tmp_path) == wheel_sums(made)


def test_it_says_its_version_licence_and_command(wheel: ZipFile) -> None:
    about = Parser().parsestr(wheel.read(f"{ABOUT}METADATA").decode())
    assert (about["Name"], about["Version"], about["License-Expression"]) == (
        "kulanz",
        __version__,
        "Apache-2.0",
    )
    assert b"kulanz = kulanz.cli:main" in wheel.read(f"{ABOUT}entry_points.txt")
    assert {f"{ABOUT}licenses/{name}" for name in ("LICENSE", "NOTICE")} <= set(wheel.namelist())
