"""The measure of the how-to runs, as the page says."""

from __future__ import annotations

import pytest
from saved_modules import saved


def test_the_measure_of_the_page_counts(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(request.config.rootpath)
    saved("add-a-signal.md", "py", "hiding")
    assert capsys.readouterr().out == "0.0\n"
