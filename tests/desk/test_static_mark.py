"""A mark among the static files says of which version they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kulanz.desk.conf import STATIC_MARK, conf
from kulanz.version import VERSION

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(("mark", "told"), [(VERSION.encode(), True), (b"0.0.1", False), (b"\xff", False)])
def test_only_files_of_this_version_are_there(tmp_path: Path, mark: bytes, *, told: bool) -> None:
    given = replace(conf(), data=tmp_path)
    assert not given.has_static
    given.static.mkdir()
    (given.static / STATIC_MARK).write_bytes(mark)
    assert given.has_static is told


def test_a_mark_that_cannot_be_read_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Path) -> None:
        raise PermissionError

    for asked in ("is_file", "read_bytes"):
        monkeypatch.setattr(Path, asked, refused)
    assert not replace(conf(), data=tmp_path).has_static
