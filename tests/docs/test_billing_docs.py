"""The reference of billing names everything there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from kulanz import billing
from kulanz.billing.correspondence import ANSWERS
from kulanz.billing.csvdrop import CsvDrop
from kulanz.billing.gestures import GIVEN_KINDS
from kulanz.billing.lago import Lago
from kulanz.billing.odoo import Odoo
from kulanz.billing.tryton import Tryton
from kulanz.billing.webhook import Webhook

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "billing.md").read_text("utf-8")
ADAPTERS = (Tryton, Webhook, CsvDrop, Odoo, Lago)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
def test_every_adapter_has_a_heading_and_says_what_it_can_hold_and_give(adapter: type) -> None:
    assert f"\n## {adapter.name}\n" in PAGE
    (row,) = re.findall(rf"^\| `{adapter.name}` \|.*$", PAGE, re.MULTILINE)
    *_, of_claim, of_customer, gives, _ = (cell.strip() for cell in row.strip("|").split("|"))
    assert ("claim" in adapter.scopes, "customer" in adapter.scopes) == (
        of_claim == "yes",
        of_customer == "yes",
    )
    kinds = [kind for kind in GIVEN_KINDS if kind in getattr(adapter, "gives", ())]
    assert gives == (", ".join(kinds) or "**no**")


def test_what_was_not_tried_is_said_in_docs_and_code() -> None:
    for adapter in (Odoo, Lago):
        section = PAGE.partition(f"\n## {adapter.name}\n")[2].partition("\n## ")[0]
        assert "Not tried against a live server" in section
        module = __import__(adapter.__module__, fromlist=["__doc__"])
        assert "NOT TRIED AGAINST A LIVE SERVER" in module.__doc__


def test_every_state_error_and_field_is_explained() -> None:
    names = {*get_args(billing.HoldState), *get_args(billing.GestureState), *GIVEN_KINDS}
    names |= {state for states in ANSWERS.values() for state in states}
    names |= {"TryAgainError", "UnreachableError", "RefusedError", "OrderError"}
    for struct in (
        billing.Claim,
        billing.HoldOrder,
        billing.Confirmation,
        billing.DunningEvent,
        billing.GestureOrder,
        billing.GestureConfirmation,
        billing.Page,
    ):
        names |= {struct.__name__, *struct.__struct_fields__} - {"Page"}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []
