"""Every page for everybody, asked by somebody whom nobody knows: none of the demo's people is in any."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from html import unescape
from http import HTTPStatus
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from short_demo import short

from kulanz.desk.conf import conf
from kulanz.desk.demo import filling
from kulanz.desk.demo.filling import fill
from kulanz.desk.models import (
    Account,
    Appeal,
    AppealMessage,
    Customer,
    LogEntry,
    Measure,
    Member,
    Person,
    Post,
)
from kulanz.desk.public import appeals, my_data, receipts, status_pages
from kulanz.desk.public.urls import urlpatterns
from kulanz.desk.rules.customers import facts_in
from kulanz.desk.rules.names import is_ordinary, words_of
from kulanz.desk.services import log_sequencing
from kulanz.desk.services.sealing import unseal
from kulanz.sources import read

pytestmark = pytest.mark.django_db
OPEN: Final[Mapping[str, Callable[[], str]]] = {
    "appeal_find": lambda: "/appeal",
    "appeal_make": lambda: f"/appeal/{Measure.objects.get().reference}",
    "appeal_page": lambda: "/appeal/of/guessed",
    "my_data": lambda: "/my-data",
    "my_data_page": lambda: "/my-data/guessed",
    "my_data_export": lambda: "/my-data/guessed/export.zip",
    "status_page": lambda: "/status/guessed",
    "public_rules": lambda: "/rules",
    "public_rules_feed": lambda: "/rules.atom",
    "public_rule": lambda: "/rules/no-insults",
    "public_rule_version": lambda: "/rules/no-insults/2",
    "public_rule_file": lambda: "/rules/no-insults/1/de.md",
    "public_record": lambda: "/record?kind=measure",
    "public_record_feed": lambda: "/record.atom",
    "public_place": lambda: f"/record/{_entry().index}",
    "public_entry": lambda: f"/record/{_entry().leaf}",
    "public_entry_body": lambda: f"/record/{_entry().leaf}/entry.json",
    "public_entry_receipt": lambda: f"/record/{_entry().leaf}/entry.tlog-proof",
    "public_promises": lambda: "/promises",
    "public_receipt": lambda: "/receipt",
    "own_receipt": lambda: "/receipts/guessed.tlog-proof",
    "public_report": lambda: "/report",
    "public_report_file": lambda: "/report/2026-05.json",
    "public_report_csv": lambda: "/report.csv",
    "public_log_file": lambda: "/log/checkpoint",
    "security_txt": lambda: "/.well-known/security.txt",
    "hook_billing": lambda: "/hooks/guessed/billing",
    "hook": lambda: "/hooks/guessed/discourse",
    "hook_about": lambda: "/hooks/guessed/discourse/more",
}
"""An address of every route; what has a secret address is asked for with a wrong one."""
SHOWN: Final = {
    "appeal_find", "appeal_make", "my_data", "public_rules", "public_rules_feed", "public_rule",
    "public_rule_version", "public_rule_file", "public_record", "public_record_feed", "public_entry",
    "public_entry_body", "public_entry_receipt", "public_promises", "public_receipt", "public_report",
    "public_report_csv", "public_log_file", "security_txt",
}  # fmt: skip
"""Routes that answer with something; the others say that there is nothing."""


def _entry() -> LogEntry:
    return LogEntry.objects.get(kind="measure")


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: datetime) -> None:
    """The demonstration with its public pages, and its log as the worker publishes it."""
    ours = replace(
        conf(),
        data=tmp_path,
        public_pages=True,
        log_folder=tmp_path / "log",
        security_contact="mailto:security@desk.example",
    )
    for name, module in list(sys.modules.items()):
        if name.startswith("kulanz.desk.") and getattr(module, "conf", None) is conf:
            monkeypatch.setattr(module, "conf", lambda: ours)
    for module in (appeals, my_data, status_pages, receipts):
        module.LIMITS.forget()
    monkeypatch.setattr(filling, "read", lambda paths: short(read(paths)))
    fill(lang="de", now=now)
    log_sequencing.sequence_due(now=now)


def _secrets() -> Iterator[str]:
    """Yield what names a person in the demo, and what people wrote, by its beginning."""
    facts = [facts_in(unseal(bytes(each))) for each in Customer.objects.values_list("sealed", flat=True)]
    yield from Account.objects.values_list("key", flat=True)
    for row in Person.objects.values_list("name", "email", "customer_number"):
        yield from row
    for row in Member.objects.values_list("display_name", "email"):
        yield from row
    for each in facts:
        yield from (each.name, each.email)
    for model in (Post, AppealMessage):
        yield from (text[:40] for text in model.objects.values_list("text", flat=True))


def test_no_public_page_tells_of_a_person(public: None) -> None:
    assert set(OPEN) == {each.name for each in urlpatterns}, "a route that nobody tried for leaks"
    names = {name for name in _secrets() if name and not is_ordinary(words_of(name))}
    assert {"Ingo42", "Alice Berg", "KD-47119"} <= names
    told = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names))
    visitor, shown = Client(), set()
    for route, address in OPEN.items():
        answer = visitor.get(address())
        assert not told.findall(unescape(answer.content.decode("utf-8", "replace"))), route
        assert not answer.cookies, route
        shown |= {route} if answer.status_code == HTTPStatus.OK else set()
    assert shown == SHOWN
    assert Appeal.objects.get().state == "open"
