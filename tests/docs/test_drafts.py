"""The drafts in training/drafts are as their README says."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "training" / "drafts"
README = (FOLDER / "README.md").read_text("utf-8")
SPLITS = ("train", "train-2", "test", "test-2")
KEYS = {"id", "lang", "split", "scenario", "public", "customer", "earlier_staff", "draft", "labels"}


def drafts(split: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{split}.jsonl").read_text("utf-8").splitlines()]


DRAFTS = [each for split in SPLITS for each in drafts(split)]


def counts_told(heading: str) -> dict[str, str]:
    """The codes of the README's table with this heading, and how often each is given."""
    table = README.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", table, re.MULTILINE))


def counted(codes: list[str]) -> dict[str, str]:
    return {code: str(count) for code, count in Counter(codes).items()}


def test_every_draft_has_the_form_that_is_described() -> None:
    for each in DRAFTS:
        assert each.keys() == KEYS, each["id"]
        assert each["lang"] in {"de", "en"}, each["id"]
        assert isinstance(each["public"], bool), each["id"]
        assert all(map(str.strip, [*each["customer"].values(), each["draft"]])), each["id"]
        assert each["labels"].keys() == {"present", "passages"}, each["id"]
        assert len(set(each["labels"]["present"])) == len(each["labels"]["present"]), each["id"]


@pytest.mark.parametrize("key", ["id", "draft"])
def test_nothing_stands_twice(key: str) -> None:
    assert [value for value, count in Counter(each[key] for each in DRAFTS).items() if count > 1] == []


def test_every_passage_stands_in_its_draft() -> None:
    for each in DRAFTS:
        for passage in each["labels"]["passages"]:
            assert passage["text"].strip(), each["id"]
            assert passage["text"] in each["draft"], each["id"]


def test_what_is_tested_on_is_not_in_training() -> None:
    train, test = ([one for name in names for one in drafts(name)] for names in (SPLITS[:2], SPLITS[2:]))
    assert {each["split"] for each in train} == {"train"}
    assert {each["split"] for each in test} == {"test"}
    for key in ("scenario", "customer"):
        trained, tested = ({json.dumps(each[key]) for each in split} for split in (train, test))
        assert trained & tested == set()


def test_a_scenario_has_one_customer() -> None:
    alike = ("scenario", "lang", "customer", "earlier_staff")
    told = {json.dumps([each[key] for key in alike]) for each in DRAFTS}
    assert len(told) == len({each["scenario"] for each in DRAFTS})


def test_personal_data_is_only_revealed_in_public() -> None:
    for each in DRAFTS:
        codes = {passage["code"] for passage in each["labels"]["passages"]}
        assert each["public"] or "personal_data" not in codes, each["id"]


def test_half_of_the_drafts_are_good() -> None:
    good = [each for each in DRAFTS if not each["labels"]["passages"]]
    assert len(good) / len(DRAFTS) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("split", SPLITS)
def test_the_readme_counts_the_drafts(split: str) -> None:
    found = drafts(split)
    expected = [
        len({each["scenario"] for each in found}),
        len(found),
        sum(each["lang"] == "de" for each in found),
        sum(each["lang"] == "en" for each in found),
        sum(each["public"] for each in found),
        sum(not each["labels"]["passages"] for each in found),
    ]
    told = re.findall(r"^\| [\w ]+((?: \| \d+){4}) \|$", README, re.MULTILINE)
    assert [int(row.split(" | ")[1:][SPLITS.index(split)]) for row in told] == expected


def test_the_readme_explains_and_counts_every_label() -> None:
    labels = [each["labels"] for each in DRAFTS]
    assert counts_told("present") == counted([code for each in labels for code in each["present"]])
    assert counts_told("passage") == counted([bad["code"] for each in labels for bad in each["passages"]])
