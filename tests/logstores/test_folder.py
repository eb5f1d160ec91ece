"""A log in a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kulanz.logstores import FolderStore, read_folder
from kulanz.testing.log_stores import StoreSuite
from kulanz.tlog.sequencing import Objects, StoreError


class TestFolderStore(StoreSuite):
    @pytest.fixture
    def objects(self, tmp_path: Path) -> Objects:
        return FolderStore(tmp_path / "log")

    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Callable[[], Objects]:
        return lambda: FolderStore(tmp_path / "log")


def test_what_was_left_unfinished_is_no_file_of_the_log(tmp_path: Path) -> None:
    (tmp_path / ".unfinished").write_bytes(b"half")
    store = FolderStore(tmp_path)
    store.create("checkpoint", b"whole")
    assert store.read("checkpoint") == b"whole"
    assert {path.name for path in tmp_path.iterdir()} == {".lock", "checkpoint"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"a file")
    with pytest.raises(StoreError, match="log: checkpoint could not"):
        FolderStore(tmp_path / "log").create("checkpoint", b"")


def test_what_is_no_file_of_a_log_is_not_read_out_of_a_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "checkpoint")
    (tmp_path / "tile").write_bytes(b"")
    os.truncate(tmp_path / "tile", 18 << 20)
    assert read_folder(tmp_path)("checkpoint") is None
    with pytest.raises(StoreError, match="got more"):
        read_folder(tmp_path)("tile")
