"""The docs say what the code does: nothing is missing, nothing is made up."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any, Final

import pytest
from documented import FENCE, PAGES, ROOT, blocks, name_of, text

from kulanz import analyse, read
from kulanz.core.labels import LABELS
from kulanz.core.posts import Post
from kulanz.core.report import STAGES, PostFinding, ThreadReport
from kulanz.core.sentences import CODES
from kulanz.core.spread import HOW, Contact, Node
from kulanz.core.stages import StageRules
from kulanz.learning.threads import ALARMS_PER_THOUSAND
from kulanz.sources import FORMAT_NAMES
from kulanz.sources.connectors import CONNECTORS, connector_named
from kulanz.sources.receivers import RECEIVERS
from kulanz.sources.revisions import REVISION_KINDS

REFERENCE = ROOT / "docs" / "reference"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def entries(page: str) -> set[str]:
    """Names that open a row of a table, in backticks."""
    return set(re.findall(r"^\| \[?`([^`]+)`", text(REFERENCE / page), re.MULTILINE))


def anchor(heading: str) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


@pytest.mark.parametrize("label", LABELS)
def test_every_signal_is_explained(label: str) -> None:
    assert label in entries("signals.md")


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_explained(stage: str) -> None:
    assert stage in entries("stages.md")


@pytest.mark.parametrize("code", CODES)
def test_every_reason_is_explained(code: str) -> None:
    assert code in entries("reasons.md")


def test_no_reason_is_made_up() -> None:
    assert entries("reasons.md") == set(CODES)


def test_every_way_to_spread_and_every_field_of_a_place_is_explained() -> None:
    assert entries("spread.md") == {*HOW, *Node.__struct_fields__}
    assert all(f"`{name}`" in text(REFERENCE / "spread.md") for name in Contact.__struct_fields__)


def test_thread_signals_are_explained_and_none_is_made_up() -> None:
    found = {name for report in analyse(read(ROOT / "sample/threads/4711.jsonl")) for name in report.signals}
    assert entries("signals.md") == found


@pytest.mark.parametrize(
    "page",
    ["docs/explanation/how-it-sees.md", "docs/models/threads.md", "docs/reference/stages.md", "CHANGELOG.md"],
)
def test_the_alarm_level_is_the_one_the_shipped_model_is_made_for(page: str) -> None:
    assert f"{ALARMS_PER_THOUSAND:.0f} of 1,000 threads" in text(ROOT / page)


@pytest.mark.parametrize(
    "model", sorted((ROOT / "src/kulanz/models").glob("*.npz")), ids=lambda model: model.stem
)
def test_every_shipped_model_has_a_card(model: Path) -> None:
    card = text(ROOT / "docs/models" / f"{model.stem}.md")
    assert "(../evaluation.md)" in card
    assert {"Intended use", "How it was made", "Known failures", "Ethical notes"} <= set(
        HEADING.findall(card)
    )


def test_the_stages_begin_where_the_docs_say() -> None:
    rules = StageRules()
    page = text(REFERENCE / "stages.md")
    assert f"at least {rules.aggrieved} people" in page
    assert f"at least {rules.hostile:.0%}".replace("%", " %") in page
    assert f"the fronts index is {rules.fronts:.2f}".replace("0.", ".") in page
    assert f"the score reaches {rules.issue_from}".replace("0.", ".") in page
    assert f"its probability at {rules.complaint_from} or more".replace("0.", ".") in page
    assert f"at least {rules.people} of them" in page
    assert f"at least {rules.grieving:.0%} of their posts".replace("%", " %") in page
    assert f"at least {rules.crowd} people do" in page


@pytest.mark.parametrize("name", [*FORMAT_NAMES, "convokit"])
def test_every_format_has_a_heading_and_an_entry(name: str) -> None:
    assert name in entries("formats.md")
    assert name in HEADING.findall(text(REFERENCE / "formats.md"))


@pytest.mark.parametrize("name", CONNECTORS)
def test_every_connector_has_a_heading(name: str) -> None:
    assert name in HEADING.findall(text(REFERENCE / "connectors.md"))


@pytest.mark.parametrize("name", RECEIVERS)
def test_every_receiver_has_a_heading(name: str) -> None:
    assert name in HEADING.findall(text(REFERENCE / "receivers.md"))


@pytest.mark.parametrize("name", CONNECTORS)
def test_the_keys_of_a_connector_are_named(name: str) -> None:
    _, _, after = text(REFERENCE / "connectors.md").partition(f"## {name}\n")
    section = after.partition("\n## ")[0]
    assert all(f"`{key}`" in section for key in connector_named(name).keys)


@pytest.mark.parametrize("kind", REVISION_KINDS)
def test_every_kind_of_change_is_explained(kind: str) -> None:
    assert kind in entries("connectors.md")


def test_every_field_is_explained() -> None:
    fields = {*Post.__struct_fields__, *ThreadReport.__struct_fields__} - {"extra"}
    assert fields <= entries("jsonl.md")


def test_no_field_is_made_up() -> None:
    fields = {*Post.__struct_fields__, *ThreadReport.__struct_fields__, *PostFinding.__struct_fields__}
    assert entries("jsonl.md") - fields == {"belief"}


def test_the_command_reference_is_what_the_commands_say() -> None:
    script: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "write-cli-reference"))
    assert text(REFERENCE / "cli.md") == script["reference"](), "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", text(page))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        if fragment:
            assert fragment in map(anchor, HEADING.findall(text(target))), f"{link}: no such heading"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=name_of)
def test_python_in_the_docs_runs(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    known = {"__name__": __name__}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), known)  # noqa: S102 - our own docs
    assert capsys.readouterr().out


RUN_BY: Final = {
    "docs/howto/add-a-signal.md": "docs/test_signal_docs.py",
    "docs/howto/hold-dunning-in-tryton.md": "live/test_tryton.py",
    "docs/howto/scan-on-spark.md": "batch/test_spark.py",
    "docs/howto/stream-with-spark.md": "batch/test_spark_stream.py",
    "docs/howto/write-a-billing-adapter.md": "docs/test_adapter_docs.py",
    "docs/howto/write-a-connector.md": "docs/test_connector_docs.py",
}
"""Pages whose Python needs a server or a suite, and the tests that run it."""


def test_all_other_python_is_run_by_a_test() -> None:
    assert {name_of(page) for page in PAGES if blocks(page, "py")} == RUN_BY.keys()
    for page, test in RUN_BY.items():
        assert Path(page).name in text(ROOT / "tests" / test)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "json")], ids=name_of)
def test_json_in_the_docs_is_json(page: Path) -> None:
    for block in blocks(page, "json"):
        assert json.loads(block)


def test_every_block_says_what_it_is_and_is_of_a_kind_that_is_tested() -> None:
    kinds = {kind for page in PAGES for kind, _ in FENCE.findall(text(page))}
    assert kinds <= {"sh", "python", "py", "ini", "nginx", "json", "text"}


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(text(index))}
    assert {page for page in PAGES if (ROOT / "docs") in page.parents} - listed == {index}


def test_the_architecture_names_files_that_are_there() -> None:
    table = text(ROOT / "ARCHITECTURE.md").partition("| what | begin at |")[2]
    folder = ROOT
    for name in re.findall(r"`([\w/]+\.py)`", table):
        if "/" in name:
            inside = ROOT if name.startswith("tests/") else ROOT / "src" / "kulanz"
            folder = (inside / name).parent
        assert (folder / Path(name).name).is_file(), name


def test_the_demo_stands_early_in_the_readme() -> None:
    lines = text(ROOT / "README.md").splitlines()
    assert "make demo" in lines[:20]
