"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import pytest

from kulanz.core.cells import harmless


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_becomes_words(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "he disputes it", "1-1", " =1", "'=1"])
def test_words_stay(cell: str) -> None:
    assert harmless(cell) == cell
