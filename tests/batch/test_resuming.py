from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from fake_analyser import FailingAnalyser, FakeAnalyser, line, write

from kulanz.batch import BatchOptions, Phase, Resume, ResumeError, SpillError, scan, shares
from kulanz.batch.journal import FOLDER
from kulanz.core.errors import OrderError
from kulanz.core.report import ThreadReport
from kulanz.sources import Problems

MIB = 2**20
COMMUNITY = [line(f"t{n % 23}", n, n, thread_views=n) for n in range(120)]
_KILLED_PARENT = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_resuming import options, killed_when
from fake_analyser import FakeAnalyser
from kulanz.batch import scan
if __name__ == "__main__":
    scan([sys.argv[1]], FakeAnalyser, options=options(Path(sys.argv[2]), workers=2), progress=killed_when(1))
"""


def options(folder: Path, *, workers: int = 1, **identity: str) -> BatchOptions:
    return BatchOptions(
        memory_bytes=900, partition_bytes=500, partitions=7, workers=workers, resume=Resume(folder, identity)
    )


class killed_when:  # noqa: N801 - reads as a phrase
    """Ends the process as ``kill -9`` does, once so much was told of the analysis; 0: while reading."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def __call__(self, phase: Phase, done: int, total: int | None) -> None:
        del done, total
        self._steps -= phase == "analysing"
        if self._steps <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def scan_until_killed(path: Path, folder: Path, steps: int) -> int | None:
    run = partial(scan, [path], FakeAnalyser, options=options(folder), progress=killed_when(steps))
    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join()
    return process.exitcode


def whole(path: Path) -> list[ThreadReport]:
    with scan([path], FakeAnalyser) as result:
        return list(result)


def test_a_scan_killed_again_and_again_goes_on_and_says_the_same(tmp_path: Path) -> None:
    path, folder = write(tmp_path / "posts.jsonl", COMMUNITY), tmp_path / "kept"
    for steps in (0, 1, 2, 1):
        assert scan_until_killed(path, folder, steps) == -signal.SIGKILL
    with scan([path], FakeAnalyser, options=options(folder)) as result:
        assert result.resumed == 1 + 2 + 1
        assert list(result) == whole(path)
        assert [each.report for each in result.details(2)] == result.top(2)
        assert (result.tally.posts, sum(result.tally.stages.values())) == (120, 23)
    assert not (folder / FOLDER).exists()


def test_workers_end_with_a_parent_that_was_killed_and_others_go_on(tmp_path: Path) -> None:
    path, folder = write(tmp_path / "posts.jsonl", COMMUNITY), tmp_path / "kept"
    command = [sys.executable, "-c", _KILLED_PARENT, str(path), str(folder), str(Path(__file__).parent)]
    # its pipe closes when the last worker has gone
    killed = subprocess.run(command, capture_output=True, timeout=60, check=False)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL
    with scan([path], FakeAnalyser, options=options(folder)) as result:
        assert result.resumed >= 1
        assert list(result) == whole(path)


def test_a_scan_that_failed_keeps_what_it_has(tmp_path: Path) -> None:
    path, folder = write(tmp_path / "posts.jsonl", COMMUNITY), tmp_path / "kept"
    with pytest.raises(OrderError):
        scan([path], FailingAnalyser, options=options(folder))
    with pytest.raises(RuntimeError), scan([path], FakeAnalyser, options=options(folder)):
        raise RuntimeError("the disk for the results is full")
    with scan([path], FakeAnalyser, options=options(folder)) as result:
        assert result.resumed == result.parts
        assert list(result) == whole(path)


def test_what_is_kept_outlasts_a_loss_of_power(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[int] = set()
    monkeypatch.setattr(os, "fsync", lambda number: synced.add(os.fstat(number).st_ino))
    path = write(tmp_path / "posts.jsonl", COMMUNITY)
    scan([path], FakeAnalyser, options=options(tmp_path)).close(finished=False)
    kept = {each.name: each.stat().st_ino for each in (tmp_path / FOLDER).iterdir()}
    assert len(kept) > 3
    assert {name for name, number in kept.items() if number not in synced} == {"lock"}


@pytest.mark.parametrize("kept", [False, True])
def test_working_data_is_no_input(tmp_path: Path, *, kept: bool) -> None:
    write(tmp_path / "posts.jsonl", COMMUNITY)
    choice = options(tmp_path) if kept else BatchOptions(temp_dir=tmp_path, memory_bytes=900)
    with pytest.raises(SpillError, match=r"apart from the input, got .* which lies in"):
        scan([tmp_path], FakeAnalyser, options=choice)
    assert [each.name for each in tmp_path.iterdir()] == ["posts.jsonl"]


def test_problems_are_told_again(tmp_path: Path) -> None:
    path = write(tmp_path / "posts.jsonl", [*COMMUNITY, {"thread_id": "t"}])
    scan_until_killed(path, tmp_path / "kept", 1)
    problems = Problems()
    with scan([path], FakeAnalyser, problems=problems, options=options(tmp_path / "kept")) as result:
        assert result.resumed
    assert [(each.file, each.line) for each in problems.kept] == [(str(path), 121)]
    assert problems.total == 1


def test_a_folder_belongs_to_one_scan(tmp_path: Path) -> None:
    path, folder = write(tmp_path / "posts.jsonl", COMMUNITY), tmp_path / "kept"
    result = scan([path], FakeAnalyser, options=options(folder, company="A"))
    with pytest.raises(ResumeError, match="another scan is at work"):
        scan([path], FakeAnalyser, options=options(folder, company="A"))
    result.close(finished=False)
    with pytest.raises(ResumeError, match="holds another scan, with other company: name another folder"):
        scan([path], FakeAnalyser, options=options(folder, company="B"))
    write(path, COMMUNITY[1:])
    with pytest.raises(ResumeError, match="with other inputs"):
        scan([path], FakeAnalyser, options=options(folder, company="A"))


def test_what_others_wrote_or_broke_is_not_believed(tmp_path: Path) -> None:
    path, folder = write(tmp_path / "posts.jsonl", COMMUNITY), tmp_path / "kept"
    scan([path], FakeAnalyser, options=options(folder)).close(finished=False)
    (folder / FOLDER / "read.json").write_text("{}")
    with pytest.raises(ResumeError, match="no scan that can be read: remove it"):
        scan([path], FakeAnalyser, options=options(folder))
    (folder / FOLDER).chmod(0o777)
    with pytest.raises(ResumeError, match="expected a folder that only you can write"):
        scan([path], FakeAnalyser, options=options(folder))


def test_standard_input_cannot_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(ResumeError, match="got standard input: write it to a file first"):
        scan(["-"], FakeAnalyser, options=options(tmp_path / "kept"))


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_a_bound_of_memory_is_shared_out(workers: int) -> None:
    with pytest.raises(ValueError, match="expected at least") as refused:
        shares(100 * MIB, workers)
    least = int(str(refused.value).split()[3])
    held, partition = shares(least * MIB, workers)
    more_held, more_partition = shares(2 * least * MIB, workers)
    assert 16 * MIB <= held < more_held
    assert 4 * MIB <= partition < more_partition
    assert more_held + 4 * workers * more_partition <= least * MIB + held + 4 * workers * partition
