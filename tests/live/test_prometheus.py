"""Prometheus with what comes with Kulanz: its rules go off, and it asks a running desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from desk_site import DeskSite, desk_site
from servers.prometheus import Prometheus, Questions

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
FAULTS = ROOT / "tests" / "data" / "alerts" / "faults.yml"


def test_every_alert_goes_off_for_its_fault_and_for_no_other(prometheus: Prometheus, tmp_path: Path) -> None:
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    faults = yaml.safe_load(FAULTS.read_text("utf-8"))
    assert [rule["alert"] for rule in group["rules"]] == list(faults)
    tests = [
        tried(name, given[kind], count)
        for name, given in faults.items()
        for kind, count in (("fault", 1), ("quiet", 0))
    ]
    file = tmp_path / "faults.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": tests}), "utf-8")
    assert "SUCCESS" in prometheus.check("test", "rules", file)


def tried(name: str, series: dict[str, str], count: int) -> dict[str, Any]:
    """A test of promtool: after 80 minutes of some series, how often one alert goes off."""
    fired = f'count(ALERTS{{alertname="{name}",alertstate="firing"}})'
    samples = [{"labels": "{}", "value": count}] if count else []
    return {
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in series.items()],
        "promql_expr_test": [{"expr": fired, "eval_time": "80m", "exp_samples": samples}],
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with desk_site(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture(scope="module")
def asked(prometheus: Prometheus, desk: DeskSite) -> Any:
    """A server that asks the desk as the configuration of the docs has it, by loopback."""
    given = yaml.safe_load((RULES.parent / "prometheus.yml").read_text("utf-8"))
    (job,) = given["scrape_configs"]
    del job["authorization"]
    job |= {"scheme": "http", "scrape_interval": "3s", "scrape_timeout": "3s"}
    job["static_configs"] = [{"targets": [desk.url.removeprefix("http://")]}]
    given |= {"global": {"evaluation_interval": "1s"}, "rule_files": [str(RULES)]}
    file = prometheus.folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(given), "utf-8")
    prometheus.check("check", "config", "--syntax-only", file)
    with prometheus.serve(file) as questions:
        questions.wait_for("kulanz_build_info")
        questions.wait_for_rules()
        yield questions


def test_the_desk_is_asked_and_the_rules_are_evaluated(asked: Questions) -> None:
    assert [sample["value"][1] for sample in asked.samples('up{job="kulanz"}')] == ["1"]
    assert {rule["health"] for rule in asked.rules()} == {"ok"}
    assert [rule["name"] for rule in asked.rules() if rule["state"] == "firing"] == []


def test_every_panel_of_the_dashboard_can_be_asked_for(asked: Questions) -> None:
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "kulanz.json").read_text("utf-8"))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            asked.samples(target["expr"].replace("$job", "kulanz"))
    found = {sample["metric"]["__name__"] for sample in asked.samples('{job="kulanz"}')}
    assert "kulanz_stale_seconds" in found
    assert "kulanz_radar_seconds_bucket" in found


def test_names_are_as_prometheus_wants_them(prometheus: Prometheus, desk: DeskSite) -> None:
    with urlopen(f"{desk.url}/metrics", timeout=60) as answer:  # noqa: S310 - the desk of this test
        told = answer.read().decode()
    ours = "".join(f"{line}\n" for line in told.splitlines() if "process_" not in line)
    prometheus.check("check", "metrics", given=ours)
