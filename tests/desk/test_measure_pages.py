"""Pages and API of measures: proposed with a preview, agreed to by another, and found where they wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client
from django.urls import reverse
from measure_people import ONWARD, WHY, Forum, make_forum

from kulanz.desk.conf import conf
from kulanz.desk.models import Issue, IssueThread, Measure, MeasureNotice, Member, Source
from kulanz.desk.services.appeal_links import authors_link
from kulanz.desk.web import context

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(forum: Source, members: dict[str, Member], now: datetime) -> Forum:
    return make_forum(forum, members, now)


def page_for(members: dict[str, Member], name: str) -> Client:
    return logged_in(members[name])


def test_a_measure_is_previewed_proposed_agreed_to_and_confirmed(
    here: Forum, members: dict[str, Member]
) -> None:
    dora, carla = page_for(members, "dora"), page_for(members, "carla")
    new = reverse("measure_new", args=[here.thread.pk])
    assert f"{new}?post={here.critical.pk}" in dora.get(reverse("thread", args=[here.thread.pk])).text
    asked = dora.get(new, {"kind": "hide", "post": here.critical.pk}).text
    assert "the post criticises" in asked
    assert "Propose it" in asked
    words = {
        "kind": "hide", "post": here.critical.pk, "rule": here.rule.pk, "code": "abuse", "why": WHY,
    }  # fmt: skip
    propose = reverse("measure_propose", args=[here.thread.pk])
    shown = dora.post(propose, {**words, "do": "preview"}).text
    assert all(part in shown for part in ("Wir haben Ihren Beitrag verborgen.", WHY))
    assert not Measure.objects.exists()
    refused = dora.post(propose, {**words, "why": "Call 0171 2345678.", "do": "propose"})
    assert (refused.status_code, "Call 0171 2345678." in refused.text) == (422, True)
    dora.post(propose, {**words, "do": "propose"})
    measure = Measure.objects.get()
    at = reverse("measure", args=[measure.pk])
    assert [at in who.get(reverse("waiting")).text for who in (dora, carla)] == [False, True]
    assert ["I agree" in who.get(at).text for who in (dora, carla)] == [False, True]
    carla.post(reverse("measure_approve", args=[measure.pk]), {"seen": measure.version})
    assert "do it there by hand" in dora.get(at).text
    measure.refresh_from_db()
    dora.post(reverse("measure_by_hand", args=[measure.pk]), {"seen": measure.version})
    notice = MeasureNotice.objects.get()
    told = reverse("notice_told", args=[notice.pk])
    assert told in dora.get(at).text
    assert reverse("measure", args=[measure.pk]) in dora.get(reverse("measures")).text
    [statement] = dora.get(reverse("statements")).json()["statements"]
    assert (statement["puid"], statement["category"]) == (
        measure.reference, "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    )  # fmt: skip
    dora.post(told, {"seen": notice.version})
    assert "told by hand" in dora.get(at).text


def test_the_link_that_proves_the_author_is_shown_to_whoever_passes_it_on_alone(
    here: Forum, members: dict[str, Member]
) -> None:
    measure = here.propose("warn", here.kind)
    notice, at, link = measure.notices.get(), reverse("measure", args=[measure.pk]), authors_link(measure)
    assert link in notice.text
    assert [link in page_for(members, who).get(at).text for who in ("dora", "erik")] == [True, False]
    for who, is_shown in (("dora", True), ("erik", False)):
        [told] = Program(members[who]).get(f"{at}/notices").json()["items"]
        assert (link in told["text"]) == is_shown
    page_for(members, "dora").post(reverse("notice_told", args=[notice.pk]), {"seen": notice.version})
    shown = page_for(members, "dora").get(at).text
    assert ("told by hand" in shown, link in shown, "appeal/" in shown) == (True, False, True)


@pytest.mark.parametrize("public", [True, False])
def test_a_measure_leads_to_its_entry_and_its_rule_where_these_are_public(
    here: Forum, members: dict[str, Member], monkeypatch: pytest.MonkeyPatch, public: bool
) -> None:
    monkeypatch.setattr(context, "conf", lambda: replace(conf(), public_pages=public))
    made = here.propose("warn", here.kind)
    assert made.entry is not None
    shown = page_for(members, "dora").get(reverse("measure", args=[made.pk])).text
    rule = reverse("public_rule_version", args=[here.rule.rule.key, here.rule.number])
    told = (reverse("public_entry", args=[made.entry.leaf]), rule, reverse("public_record"))
    assert [f'href="{address}"' in shown for address in told] == [public] * 3


def test_the_close_guard_offers_milder_ways_on_the_form(here: Forum, members: dict[str, Member]) -> None:
    issue = Issue.objects.create(title="Dunning", state="owned", owner=members["alice"], opened_at=here.now)
    IssueThread.objects.create(issue=issue, thread=here.thread, at=here.now)
    dora = page_for(members, "dora")
    form = dora.get(reverse("measure_new", args=[here.thread.pk]), {"kind": "lock"}).text
    for offer in ("?kind=slow#form", "?kind=move#form", "#answers"):
        assert offer in form
    words = {
        "kind": "lock",
        "rule": here.rule.pk,
        "code": "heated",
        "why": "Nobody listens.",
        "onward": ONWARD,
    }
    refused = dora.post(reverse("measure_propose", args=[here.thread.pk]), words)
    assert (refused.status_code, ONWARD in refused.text) == (422, True)
    guard = Program(members["dora"]).get(f"/threads/{here.thread.pk}/measure?kind=lock").json()
    assert guard == {"asks": ["lock"], "grounds": ["issue"], "offers": ["answer", "slow", "split"]}


def test_programs_propose_and_decide_too(here: Forum, members: dict[str, Member]) -> None:
    dora, carla = Program(members["dora"]), Program(members["carla"])
    body = {"kind": "remove", "post": here.critical.pk, "rule": here.rule.pk, "code": "abuse", "why": WHY}
    at = f"/threads/{here.thread.pk}/measures"
    assert WHY in dora.post(f"{at}/preview", body).json()["text"]
    made = dora.post(at, body).json()
    assert (made["state"], made["asks"], made["rule"]["key"]) == ("proposed", ["critical"], "respect")
    assert dora.post(f"/measures/{made['id']}/approve", {"seen": made["version"]}).status_code == 422
    assert [each["id"] for each in carla.get("/waiting?kind=measures").json()["items"]] == [made["id"]]
    approved = carla.post(f"/measures/{made['id']}/approve", {"seen": made["version"]}).json()
    assert approved["state"] == "ordered"
    done = dora.post(f"/measures/{made['id']}/by-hand", {"seen": approved["version"]}).json()
    assert (done["state"], done["entry"] is not None) == ("done", True)
    assert dora.get("/statements").json()["items"][0]["measure"] == made["id"]
    [notice] = dora.get("/notices").json()["items"]
    assert dora.post(f"/notices/{notice['id']}/told", {"seen": notice["version"]}).json()["way"] == "hand"
    assert dora.get("/measures?kind=remove").json()["items"][0]["id"] == made["id"]
