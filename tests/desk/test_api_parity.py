"""What a page can do, the API can do: every page has its operations, or a reason for having none."""

from __future__ import annotations

import re
from functools import cache

import pytest
from access_table import TABLE
from page_table import ALONE, PAGES

from kulanz.desk.api.app import api
from kulanz.desk.rules.roles import Right

pytestmark = pytest.mark.any_database

API = "/api/v1"
WHO = {
    f"{method} {line.split()[-1]}": roles
    for roles, lines in TABLE.items()
    for line in lines.strip().splitlines()
    for method in line.split()[:-1]
}


@cache
def told() -> dict[str, list[str]]:
    """The operations of every page that the table names."""
    joined = re.sub(r",\s+", ", ", PAGES)
    lines = (line.strip().split(": ", 1) for line in joined.splitlines() if line.strip())
    found: dict[str, list[str]] = {}
    for page, operations in lines:
        found.setdefault(page, operations.split(", "))
    return found


@cache
def operations() -> dict[str, set[str]]:
    """The operations that there are, each with the rights that it asks for."""
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    return {
        f"{method.upper()} {path.removeprefix(API)}": set(each["x-rights"])
        for path, methods in paths.items()
        for method, each in methods.items()
    }


def same(page: str) -> str:
    """The operation at a page's own address."""
    return page.replace("<int:pk>", "{pk}")


def test_every_page_has_its_operations_or_a_reason_for_none() -> None:
    pages, known = {each for each in WHO if API not in each}, told()
    assert set(known) - pages == set()
    assert set(ALONE) - pages == set()
    assert set(known) & set(ALONE) == set()
    assert {each for each in pages - set(known) - set(ALONE) if same(each) not in operations()} == set()


def test_every_operation_of_a_page_is_there() -> None:
    named = {operation for each in told().values() for operation in each}
    assert named - set(operations()) == set()


def test_whoever_may_act_on_a_page_may_do_so_by_program() -> None:
    """Reading is left out: parts of a page are for those who may see them."""
    refused = {
        (page, operation): WHO[page] - WHO[operation.replace(" ", f" {API}")]
        for page in WHO
        if page.startswith("POST") and API not in page
        for operation in told().get(page, [same(page)])
    }
    assert {each for each, roles in refused.items() if roles} == set()


def test_every_right_permits_something() -> None:
    asked = {right for rights in operations().values() for right in rights}
    assert asked | {Right.SEE_METRICS} == set(Right)  # /metrics is no operation
