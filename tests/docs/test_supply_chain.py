"""What Kulanz is built of: no copyleft in the base, a bill of materials, and an audit that can fail."""

from __future__ import annotations

import json
import re
from importlib import metadata
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_PINNED = re.compile(r"^([a-z0-9._-]+)==", re.MULTILINE)
_COPYLEFT = re.compile(r"\b(?:A|L)?GPL|General Public|\bEUPL|\bCDDL|\bSSPL|\bOSL-|Sleepycat", re.IGNORECASE)


def script(name: str) -> ModuleType:
    loader = SourceFileLoader(name.replace("-", "_"), str(ROOT / "scripts" / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    pytest.importorskip("cyclonedx", reason="pip install -r requirements.lock")
    return script("write-sbom")


def pinned() -> set[str]:
    return set(_PINNED.findall((ROOT / "requirements-base.lock").read_text("utf-8")))


def test_nothing_in_the_base_is_copyleft(sbom: ModuleType) -> None:
    licences = {name: sbom.licence_of(name) for name in pinned()}
    assert {name: each for name, each in licences.items() if _COPYLEFT.search(each)} == {}
    installed = {each.metadata["Name"].lower().replace("_", "-") for each in metadata.distributions()}
    assert {name for name, each in licences.items() if not each} & installed == set()


def test_the_bill_of_materials_names_every_package_once_with_its_hashes(
    sbom: ModuleType, tmp_path: Path
) -> None:
    sbom.main([str(tmp_path / "a" / "kulanz.cdx.json")])
    sbom.main([str(tmp_path / "again.json")])
    written = (tmp_path / "a" / "kulanz.cdx.json").read_text("utf-8")
    assert written == (tmp_path / "again.json").read_text("utf-8")
    told: Any = json.loads(written)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert sorted(each["name"] for each in told["components"]) == sorted(pinned())
    assert all(each["hashes"] for each in told["components"])
    wanted = {each["ref"]: each.get("dependsOn", []) for each in told["dependencies"]}
    assert any(each.startswith("lxml==") for each in wanted["kulanz"])


def test_a_known_vulnerability_fails_and_a_missing_network_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audit = script("audit")
    assert {"requirements-base.lock", "requirements-spark.lock", "requirements.lock"} <= {*audit.LOCKS}
    known = [{"name": "x", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}]
    skipped = [{"name": "y", "skip_reason": "unknown"}]
    for said, status, words in (
        (None, 0, "NOT AUDITED"),
        ([], 0, "0 known"),
        (skipped, 0, "not audited: y"),
        (known, 1, "x 1: PYSEC-1, mended in 2"),
    ):
        monkeypatch.setattr(audit, "asked", lambda _, said=said: said)
        assert audit.main(["requirements.lock"]) == status
        assert words in capsys.readouterr().out


def test_what_pip_audit_says_when_it_cannot_ask_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("pip_audit", reason="pip install -r requirements.lock")
    audit = script("audit")
    lock = tmp_path / "one.lock"
    lock.write_text(f"click==8.1.7 --hash=sha256:{'0' * 64}\n", "utf-8")
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert audit.asked(lock) is None
    lock.write_text("this is no lock\n", "utf-8")
    with pytest.raises(SystemExit, match="pip-audit failed"):
        audit.asked(lock)
