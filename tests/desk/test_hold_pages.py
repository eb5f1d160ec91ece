"""Paused dunning on the pages: the block of a case, the list with its table, and the rules."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from customer_people import CLAIM, make_customer, make_matter, make_person
from desk_people import PEOPLE
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    BillingSystem,
    Case,
    Claim,
    Customer,
    DunningLetter,
    Event,
    Hold,
    HoldRules,
    Member,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.customers import ClaimFacts
from kulanz.desk.rules.roles import RIGHTS, Right
from kulanz.desk.services import holds
from kulanz.desk.services.customers import keep_claims
from kulanz.desk.services.holds import Plan

pytestmark = pytest.mark.django_db
AHEAD = timedelta(days=14)


@pytest.fixture(autouse=True)
def untracked(settings: LazySettings) -> None:
    """When somebody was last seen is written now and then: not while queries are counted."""
    settings.USERSESSIONS_TRACK_ACTIVITY = False


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def case(alice: Actor, members: dict[str, Member]) -> Case:
    """Rolf's, who owes 12.40 EUR and was dunned twice."""
    now = timezone.now()
    rolf = make_person(now, number="KD-47119")
    make_customer(alice, now)
    return make_matter(rolf, None, now, members["bob"])


def claim() -> Claim:
    return Claim.objects.get()


def body(client: Client, member: Member, path: str) -> str:
    client.force_login(member)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_first(client: Client, members: dict[str, Member], case: Case, today: date) -> None:
    page = body(client, members["bob"], f"/cases/{case.pk}")
    assert "Claim R-KD-47119: 12.40 EUR, dunning level 2" in page
    form = {"what": f"claim-{claim().pk}", "reason": "he disputes it", "review_on": str(today + AHEAD), "do": "place"}
    answer = client.post(f"/cases/{case.pk}/hold", form)
    hold = Hold.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}#hold-{hold.pk}"
    print(body(client, members["bob"], f"/cases/{case.pk}"))
