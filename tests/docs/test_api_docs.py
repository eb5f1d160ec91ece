"""The reference of the API and of the metrics says what there is."""

from __future__ import annotations

import re
import runpy
import sys
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from kulanz.desk.rules.scopes import RIGHTS_OF

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
SCHEMAS = "kulanz.desk.api.schemas"


def test_every_operation_and_shape_of_the_api_is_described() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write-api-reference"))
    written, described = (REFERENCE / "api.md").read_text("utf-8"), script["schema"]()
    assert written == script["page"](written, described), "run: make docs"
    assert set(re.findall(r"^### (/api/\S+)$", written, re.MULTILINE)) == described["paths"].keys()


def test_no_two_shapes_of_the_api_have_one_name() -> None:
    told = Counter(shape.__name__ for shape in _shapes())
    assert [name for name, times in told.items() if times > 1] == []


def _shapes() -> set[type]:
    runpy.run_path(str(ROOT / "scripts" / "write-api-reference"))["schema"]()
    modules = [vars(module) for name, module in sys.modules.items() if name.startswith(f"{SCHEMAS}.")]
    return {
        each
        for names in modules
        for each in names.values()
        if isinstance(each, type) and each.__module__.startswith(f"{SCHEMAS}.")
    }


def test_the_scopes_permit_what_the_page_says() -> None:
    page = (REFERENCE / "api.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (`\w+`(?:, `\w+`)*) \|$", page, re.MULTILINE)
    told = {scope: set(re.findall(r"\w+", rights)) for scope, rights in rows}
    assert told == {scope.value: {right.value for right in rights} for scope, rights in RIGHTS_OF.items()}


@pytest.mark.django_db
def test_every_metric_has_a_heading() -> None:
    from kulanz.desk.api.metrics import exposition  # noqa: PLC0415 - needs the settings

    page = (REFERENCE / "metrics.md").read_text("utf-8")
    names = set(re.findall(r"^# TYPE (kulanz_\w+) ", exposition().decode(), re.MULTILINE))
    headings = set(re.findall(r"^### (kulanz_\w+)$", page, re.MULTILINE))
    assert {name.removesuffix("_created") for name in names} == headings
