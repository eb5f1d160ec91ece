"""What ``kulanz export instance`` and ``kulanz import`` say, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kulanz.cli import main
from kulanz.desk.conf import conf


@pytest.mark.django_db(transaction=True)
def test_an_export_names_the_key_it_needs_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    words = ["export", "instance", str(tmp_path / "desk.zip")]
    first, again, asked = (CliRunner().invoke(main, each) for each in (words, words, [*words, "--overwrite"]))
    assert (first.exit_code, again.exit_code, asked.exit_code) == (0, 1, 0), first.output
    assert "secret key alone, which is not in it" in first.output
    assert (tmp_path / "desk.zip").stat().st_mode & 0o777 == 0o600
    assert "is there already: name another file, or give --overwrite" in again.output


@pytest.mark.django_db
def test_an_import_before_init_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = replace(conf(), data=tmp_path / "none", secret_key="")
    monkeypatch.setattr("kulanz.desk.conf.conf", lambda: given)
    (tmp_path / "desk.zip").touch()
    told = CliRunner().invoke(main, ["import", str(tmp_path / "desk.zip")])
    assert told.exit_code == 1
    assert "run `kulanz init` first" in told.output
