"""The package as users install it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

from kulanz.sources.sample_community import sample_folder

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!\[; ]", each)[0].lower() for each in requirements}


def locked(file: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / file).read_text("utf-8"), re.MULTILINE))


def test_the_lock_files_hold_every_dependency() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = [each for extra, each in extras.items() if extra not in {"spark", "vectors"}]
    assert names(PROJECT["dependencies"]) <= locked("requirements-base.lock")
    assert names([name for each in wanted for name in each]) <= locked("requirements.lock")
    assert names(PROJECT["dependencies"] + extras["desk"] + extras["postgres"]) <= locked(
        "requirements-server.lock"
    )
    assert names(extras["spark"]) <= locked("requirements-spark.lock")
    assert names(extras["vectors"]) <= locked("training/vectors.lock")


def test_the_lock_files_agree() -> None:
    pins = re.compile(r"^([a-z0-9-]+==[^\s;]+)", re.MULTILINE)
    base, server, everything = (
        set(pins.findall((ROOT / f"requirements{name}.lock").read_text("utf-8")))
        for name in ("-base", "-server", "")
    )
    assert base <= server <= everything


def test_the_sample_community_is_found() -> None:
    assert (sample_folder() / "threads" / "4711.jsonl").is_file()
    assert (sample_folder() / "blogs.atom").is_file()


def test_the_sample_community_is_installed_whole() -> None:
    """What is not named there works in a checkout alone; labels are for those who train."""
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    installed = whole["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    lies = {f"sample/{each.name}" for each in (ROOT / "sample").iterdir()}
    assert lies - installed.keys() == {"sample/labels"}


def test_no_two_files_of_tests_have_one_name() -> None:
    """``make test`` gathers all of them at once, and pytest refuses two of one name."""
    names_of_tests = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, files in names_of_tests.items() if files > 1] == []
