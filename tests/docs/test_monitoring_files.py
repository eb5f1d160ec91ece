"""The alert rules and the dashboard that come with Kulanz ask for what there is, and say what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "kulanz.json"
UNITS = {"none", "s", "ops", "reqps", "bytes"}
WIDTH = 24
MADE_BY_PROMETHEUS = {"up"}
NAME = re.compile(r"\b(?:kulanz|process)_\w+|\bup\b")


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return list(group["rules"])


@pytest.fixture(scope="module")
def dashboard() -> dict[str, Any]:
    return dict(json.loads(DASHBOARD.read_text("utf-8")))


@pytest.fixture
def told() -> str:
    from kulanz.desk.api.metrics import exposition  # noqa: PLC0415 - needs the settings

    return exposition().decode()


def asked(expression: str) -> set[str]:
    """The metrics that an expression asks for."""
    return set(NAME.findall(re.sub(r"\{[^}]*\}", "", expression)))


def there(told: str) -> set[str]:
    """The names of all series that can be asked for."""
    found = set(MADE_BY_PROMETHEUS)
    for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", told, re.MULTILINE):
        found |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return found


def test_every_alert_asks_for_what_there_is(rules: list[dict[str, Any]], told: str) -> None:
    for rule in rules:
        names = asked(rule["expr"])
        assert names, rule["alert"]
        assert names <= there(told), rule["alert"]


def test_every_alert_says_what_it_is_and_where_what_to_do_stands(rules: list[dict[str, Any]]) -> None:
    for rule in rules:
        notes = rule["annotations"]
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert notes["summary"], rule["alert"]
        assert notes["description"].endswith("."), rule["alert"]
        page, _, heading = notes["runbook_url"].partition("#")
        headings = re.findall(r"^### (\w+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
        assert heading in {each.lower() for each in headings}, rule["alert"]


def test_the_runbook_has_no_alert_that_is_gone(rules: list[dict[str, Any]]) -> None:
    page = (ROOT / "docs" / "howto" / "watch-the-desk.md").read_text("utf-8")
    assert re.findall(r"^### (Kulanz\w+)$", page, re.MULTILINE) == [rule["alert"] for rule in rules]


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def test_every_panel_asks_for_what_there_is_in_a_unit_that_grafana_knows(
    dashboard: dict[str, Any], told: str
) -> None:
    for panel in panels(dashboard):
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        for target in panel["targets"]:
            names = asked(target["expr"])
            assert names, panel["title"]
            assert names <= there(told), panel["title"]
            assert 'job="$job"' in target["expr"]
            seconds = any(re.search(r"_seconds(_bucket|_total)?$", name) for name in names)
            assert seconds == (panel["fieldConfig"]["defaults"]["unit"] == "s"), panel["title"]


def test_panels_have_numbers_of_their_own_and_lie_beside_each_other(dashboard: dict[str, Any]) -> None:
    everything = dashboard["panels"]
    assert len({panel["id"] for panel in everything}) == len(everything)
    taken: set[tuple[int, int]] = set()
    for panel in everything:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= WIDTH
        taken |= cells


def test_the_dashboard_is_bound_to_no_server_of_ours(dashboard: dict[str, Any]) -> None:
    assert dashboard["uid"] == "kulanz"
    assert "id" not in dashboard
    assert [each["name"] for each in dashboard["templating"]["list"]] == ["datasource", "job"]
    sources = {target["datasource"]["uid"] for panel in panels(dashboard) for target in panel["targets"]}
    assert sources == {"${datasource}"}
