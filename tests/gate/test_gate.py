"""The quality gate: figures of the shipped models may not fall below their floors.

A floor names the files it was measured on by their hash: who changes the gold labels must
set the floors anew with scripts/set-floors, and a lowered floor stands in floors.json, where
a reviewer sees it. ``epsilon`` allows for rounding in other versions of the numeric libraries.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from figures import FIGURES, digest, resolved

GATE = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))


@pytest.mark.parametrize("name", GATE["gates"])
def test_figures_stay_above_their_floors(name: str, root: Path, request: pytest.FixtureRequest) -> None:
    gate = GATE["gates"][name]
    if gate["inputs"][0].startswith("../shared"):
        request.getfixturevalue("shared_corpora")
    inputs, labels = resolved(gate["inputs"], root), resolved(gate["labels"], root)
    assert digest(inputs + labels) == gate["sha256"], "the gold files changed: set the floors anew"
    found = FIGURES[gate["kind"]](inputs, labels)
    for figure, floor in gate["floors"].items():
        assert found[figure] >= floor - GATE["epsilon"], f"{figure} fell to {found[figure]:.3f}"
