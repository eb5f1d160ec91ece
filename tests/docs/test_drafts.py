"""The drafts in training/drafts are as their README says."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "training" / "drafts"
SPLITS = ("train", "test")
README = (FOLDER / "README.md").read_text("utf-8")


def drafts(split: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{split}.jsonl").read_text("utf-8").splitlines()]


DRAFTS = [each for split in SPLITS for each in drafts(split)]


def rows(heading: str) -> dict[str, str]:
    """The first two columns of the table under a heading."""
    table = README.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return {
        name.strip("`"): count for name, count in re.findall(r"^\| (\S+) \| (\d+) \|", table, re.MULTILINE)
    }


def counted(codes: list[str]) -> dict[str, str]:
    return {code: str(count) for code, count in Counter(codes).items()}


def test_every_draft_has_the_form_that_is_described() -> None:
    keys = {"id", "lang", "split", "scenario", "public", "customer", "earlier_staff", "draft", "labels"}
    for each in DRAFTS:
        assert each.keys() == keys, each["id"]
        assert each["lang"] in {"de", "en"} and isinstance(each["public"], bool), each["id"]
        assert all(each["customer"][key].strip() for key in ("name", "text")) and each["draft"].strip(), each[
            "id"
        ]
        assert each["labels"].keys() == {"present", "passages"}, each["id"]
        assert len(set(each["labels"]["present"])) == len(each["labels"]["present"]), each["id"]


@pytest.mark.parametrize("key", ["id", "draft"])
def test_nothing_stands_twice(key: str) -> None:
    assert [value for value, count in Counter(each[key] for each in DRAFTS).items() if count > 1] == []


def test_every_passage_stands_in_its_draft() -> None:
    for each in DRAFTS:
        for passage in each["labels"]["passages"]:
            assert passage["text"].strip() and passage["text"] in each["draft"], each["id"]


def test_what_is_tested_on_was_not_trained_on() -> None:
    train, test = drafts("train"), drafts("test")
    assert {each["split"] for each in train} == {"train"} and {each["split"] for each in test} == {"test"}
    for value in ("scenario", "customer"):
        told = ({json.dumps(each[value], sort_keys=True) for each in split} for split in (train, test))
        assert set.intersection(*told) == set(), value


def test_a_scenario_has_one_customer() -> None:
    told = {
        (each["scenario"], each["lang"], json.dumps([each["customer"], each["earlier_staff"]]))
        for each in DRAFTS
    }
    assert len(told) == len({each["scenario"] for each in DRAFTS})


def test_personal_data_is_only_revealed_in_public() -> None:
    for each in DRAFTS:
        codes = {passage["code"] for passage in each["labels"]["passages"]}
        assert each["public"] or "personal_data" not in codes, each["id"]


def test_half_of_the_drafts_are_good() -> None:
    good = [each for each in DRAFTS if not each["labels"]["passages"]]
    assert abs(len(good) / len(DRAFTS) - 0.5) < 0.05


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
    said = re.findall(r"^\| [\w ]+ \| (\d+) \| (\d+) \|$", README, re.MULTILINE)
    assert [int(pair[SPLITS.index(split)]) for pair in said] == expected


def test_the_readme_explains_and_counts_every_label() -> None:
    assert rows("present") == counted([code for each in DRAFTS for code in each["labels"]["present"]])
    assert rows("passage") == counted(
        [passage["code"] for each in DRAFTS for passage in each["labels"]["passages"]]
    )
