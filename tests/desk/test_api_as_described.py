"""The API keeps to its own description, whatever it is asked: by Schemathesis, without a network.

``KULANZ_API_EXAMPLES=10000`` asks so often, from fresh chance, and tells the smallest request that fails:
``make fuzz`` does so. That strangers and members without the right come nowhere shows the access matrix.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest
import schemathesis
from api_client import Program
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from report_people import Great, make_great
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kulanz.core.posts import Post
from kulanz.desk.api import middleware
from kulanz.desk.api.app import api
from kulanz.desk.api.limiting import Limiter
from kulanz.desk.models import Member, MemberRole, Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role

pytestmark = pytest.mark.django_db

EXAMPLES: Final = int(os.environ.get("KULANZ_API_EXAMPLES", "0"))
_FEW: Final = {"postgresql": 100, "sqlite": 25}
"""PostgreSQL refuses more: NUL characters, large numbers, long texts."""
_CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson")
def lines(_context: object, value: Any) -> bytes:
    """What a push is made of: lines as they are, or whatever else as a line."""
    text = value if isinstance(value, str | bytes) else json.dumps(value)
    return text.encode("utf-8", "replace") if isinstance(text, str) else text


@pytest.fixture
def great(
    forum: Source, sample_posts: list[Post], alice: Actor, bob: Actor, members: dict[str, Member]
) -> Great:
    return make_great(forum, sample_posts, alice, bob, members["bob"])


@pytest.fixture
def program(members: dict[str, Member], monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A program of a member who may do everything, as often as it likes."""
    monkeypatch.setattr(middleware, "MEMBERS", Limiter(rate=1e6, burst=10**6))
    for signal in (request_started, request_finished):
        signal.disconnect(
            close_old_connections
        )  # the test's transaction goes on, as with Django's own client
    for role in Role:
        MemberRole.objects.get_or_create(member=members["adam"], role=role)
    yield Program(members["adam"])
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations() -> Sequence[Any]:
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/"))
    schema.app = WSGIHandler()
    return [found.ok() for found in schema.get_all_operations()]


def test_every_answer_is_as_described_and_no_request_is_a_fault(great: Great, program: Program) -> None:
    described = operations()
    keys = st.sampled_from(sorted({great.issue.pk, great.case.pk, great.thread.pk, 1, 2, 3}))
    logging.disable(logging.WARNING)

    @settings(
        max_examples=EXAMPLES or _FEW[connection.vendor],
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate, *([Phase.shrink] if EXAMPLES else [])],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(data.draw(st.sampled_from(described)).as_strategy())
        for name, value in (case.path_parameters or {}).items():
            if isinstance(value, int) and data.draw(st.integers(0, 4)):
                case.path_parameters[name] = data.draw(keys)  # most numbers at random name nothing
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {program.text}"})
            case.validate_response(answer, checks=_CHECKS)
            transaction.set_rollback(True)

    try:
        ask()
    finally:
        logging.disable(logging.NOTSET)
