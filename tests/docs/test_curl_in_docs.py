"""What the docs have curl ask is answered by a desk."""

from __future__ import annotations

import json
import re
import shlex
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")

from api_client import Program
from desk_people import make_member
from django.test import Client
from django.utils import timezone
from documented import PAGES, blocks, name_of

from kulanz.desk.conf import conf
from kulanz.desk.models import Member, Source
from kulanz.desk.public import log_files
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import log_sequencing

pytestmark = pytest.mark.django_db

POST = {"thread_id": "1", "post_id": "1-1", "author_id": "ann", "created_at": None, "text": "Why?"}
FILES = {"crm.csv": b"No,Who\n1,Ann\n", "posts.jsonl": json.dumps(POST).encode()}


def asked(page: Path) -> list[Namespace]:
    """What curl is given on a page, one call after the other."""
    curl = ArgumentParser(exit_on_error=False)
    for option in ("-H", "-X", "-d", "--data-binary"):
        curl.add_argument(option, action="append", default=[])
    for option in ("-s", "-I"):
        curl.add_argument(option, action="store_true")
    curl.add_argument("url")
    whole = "".join(blocks(page, "sh")).replace("\\\n", "")
    lines = re.findall(r"^curl .*", whole, re.MULTILINE)
    return [curl.parse_args(shlex.split(line, comments=True)[1:]) for line in lines]


def answered(call: Namespace, token: str, number: int) -> Any:
    path = re.sub(r"^(https://desk\.example\.org|\.\.\.)", "", call.url)
    path = path if path.startswith(("/api/", "/log/")) else f"/api/v1{path}"
    headers = dict(each.replace("$TOKEN", token).split(": ") for each in call.H)
    given = [*call.d, *(FILES[name.removeprefix("@")] for name in call.data_binary)]
    method = (call.X or ["HEAD" if call.I else "POST" if given else "GET"])[0]
    kind = headers.pop("Content-Type", "application/json" if call.d else "application/x-www-form-urlencoded")
    return Client().generic(
        method, path.replace("/7", f"/{number}"), b"".join(map(_bytes, given)), kind, headers=headers
    )


def _bytes(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode()


@pytest.fixture
def token() -> str:
    member: Member = make_member("alice", Role.LEAD, Role.ADMIN)
    Source.objects.create(
        name="Forum", connector="push", address="forum", hook_key="h", created_at=timezone.now()
    )
    return Program(member).text


@pytest.fixture(autouse=True)
def public(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A desk that shows its log."""
    (tmp_path / "checkpoint").write_text("log")
    changed = replace(conf(), public_pages=True, log_folder=tmp_path)
    for module in (log_files, log_sequencing):
        monkeypatch.setattr(module, "conf", lambda: changed)


@pytest.mark.parametrize("page", [page for page in PAGES if asked(page)], ids=name_of)
def test_a_desk_answers(page: Path, token: str) -> None:
    number = 0
    for call in asked(page):
        answer = answered(call, token, number)
        assert 200 <= answer.status_code < 300, (call.url, answer.content)
        if "name=" in call.url:
            number = json.loads(answer.content)["id"]
