"""Appeals: made without login or cookie, answered, and decided by somebody else than who took the measure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client
from django.urls import reverse
from measure_people import WHY, Forum, make_forum

from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Appeal,
    Delivery,
    Event,
    LogEntry,
    Measure,
    MeasureNotice,
    Member,
    Reply,
    Revision,
    Source,
    StaffIdentity,
)
from kulanz.desk.public import appeals as pages
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.appeals import MOST_A_DAY
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import appeal_reminders, appeals, moderating
from kulanz.desk.services.appeal_links import authors_link
from kulanz.tlog.entries import decode

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(forum: Source, members: dict[str, Member], now: datetime) -> Forum:
    return make_forum(forum, members, now)


@pytest.fixture
def measure(here: Forum) -> Measure:
    made = here.propose("hide", here.critical)
    approved = moderating.approve(actor=here.carla, measure=made, seen=made.version, now=here.now)
    return moderating.confirm_by_hand(actor=here.dora, measure=approved, seen=approved.version, now=here.now)


def test_an_appeal_is_made_without_a_cookie_and_followed_by_its_link(here: Forum, measure: Measure) -> None:
    Measure.objects.update(done_at=datetime.now(tz=here.now.tzinfo))
    anybody = Client()
    at = reverse("appeal_make", args=[measure.reference])
    found = anybody.get(reverse("appeal_find"), {"reference": measure.reference.lower()})
    assert found.url == at
    form = anybody.get(at)
    assert WHY in form.text
    assert "rolf" not in form.text
    assert "Words of post" not in form.text
    refused = anybody.post(at, {"side": "author", "text": "x" * 6_000})
    assert (refused.status_code, "x" * 6_000 in refused.text) == (422, True)
    made = anybody.post(at, {"side": "author", "text": "It was fair criticism."})
    assert made.status_code == 303
    page = made.url.partition("?")[0]
    shown = anybody.get(made.url)
    assert "It was fair criticism." in shown.text
    assert Appeal.objects.get().number in shown.text
    assert anybody.post(page, {"do": "write", "text": "One more thing."}).status_code == 303
    answer = appeals.answer(
        actor=here.dora, appeal=Appeal.objects.get(), seen=2, text="Thank you, we look at it.", now=here.now
    )
    assert "Thank you, we look at it." in anybody.get(page).text
    assert "Dora" not in anybody.get(page).text
    assert anybody.post(page, {"do": "take_back"}).status_code == 303
    assert anybody.post(page, {"do": "write", "text": "again"}).status_code == 422
    answer.refresh_from_db()
    assert answer.state == "withdrawn"
    for response in (form, shown, refused, made):
        assert not response.cookies
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]


def test_nothing_is_told_of_what_was_not_carried_out_and_who_asks_too_often_waits(here: Forum) -> None:
    waiting = here.propose("hide", here.critical)
    anybody = Client()
    assert anybody.get(reverse("appeal_make", args=[waiting.reference])).status_code == 404
    assert anybody.get(reverse("appeal_page", args=["guess"])).status_code == 404
    large = anybody.post(reverse("appeal_find"), b"x" * 70_000, content_type="text/plain")
    assert large.status_code == 413
    found = [anybody.get(reverse("appeal_find")).status_code for _ in range(pages.VISITS)]
    assert (found[0], found[-1]) == (200, 429)


def test_somebody_else_decides_and_what_is_granted_is_reversed_and_logged(
    here: Forum, measure: Measure, members: dict[str, Member]
) -> None:
    alice = Program(members["alice"])
    made = appeals.make(measure=measure, side="affected", text="It helped me.", now=here.now)
    for actor in (here.dora, here.carla):
        with pytest.raises(RuleError, match="somebody else must"):
            appeals.grant(actor=actor, appeal=made.appeal, seen=1, reason="Right.", now=here.now)
    assert [each["id"] for each in alice.get("/waiting?kind=appeals").json()["items"]] == [made.appeal.pk]
    assert not Program(members["carla"]).get("/waiting?kind=appeals").json()["items"]
    page = logged_in(members["alice"])
    assert reverse("appeal", args=[made.appeal.pk]) in page.get(reverse("appeals")).text
    page.post(reverse("appeal_grant", args=[made.appeal.pk]), {"seen": 1, "reason": "It is fair criticism."})
    back = here.again(measure)
    assert back.state == "reversing"
    own = f"{reverse('appeal_page', args=[made.key])}?lang=en&done=made"
    told = Client().get(own).text
    assert "we are undoing the measure" in told
    assert "We have your appeal." not in told
    over = moderating.confirm_by_hand(actor=here.dora, measure=back, seen=back.version, now=here.now)
    assert "the measure is undone" in Client().get(own).text
    entry = decode(bytes(over.over_entry.body))
    assert (entry.kind, entry.reasons, entry.refers) == ("reversal", ("appeal_upheld",), over.entry.leaf)
    assert "It is fair criticism." in page.get(reverse("appeal", args=[made.appeal.pk])).text
    assert LogEntry.objects.filter(kind="reversal").count() == 1
    assert Event.objects.filter(noun="measure", action="undone_by_hand").exists(), "it says which of the two"


def test_whoever_has_part_in_the_dispute_decides_on_no_appeal(
    here: Forum, measure: Measure, members: dict[str, Member]
) -> None:
    made = appeals.make(measure=measure, side="affected", text="It helped me.", now=here.now).appeal
    Reply.objects.create(
        thread=here.thread, author=members["alice"], text="x", created_at=here.now, channel="public"
    )
    alice, page = Program(members["alice"]), Client()
    with pytest.raises(RuleError, match="part in the dispute"):
        appeals.grant(actor=actor_of(members["alice"]), appeal=made, seen=1, reason="Right.", now=here.now)
    assert not alice.get("/waiting?kind=appeals").json()["items"]
    page.force_login(members["alice"])
    shown = page.get(reverse("appeal", args=[made.pk])).text
    assert reverse("appeal_grant", args=[made.pk]) not in shown
    assert reverse("appeal_answer", args=[made.pk]) in shown, "she may speak, not decide"
    assert here.critical.text in shown
    Reply.objects.all().delete()
    StaffIdentity.objects.create(
        kind="account", value="mod_alice", source=here.thread.source, member=members["alice"]
    )
    done = Revision.objects.create(
        thread=here.thread, post=here.critical, kind="hidden", found_at=here.now, by="MOD_alice"
    )
    Measure.objects.filter(pk=measure.pk).update(revision=done)
    assert not alice.get("/waiting?kind=appeals").json()["items"], "she hid it at the source"
    with pytest.raises(RuleError, match="somebody else must"):
        appeals.reject(actor=actor_of(members["alice"]), appeal=made, seen=1, reason="No.", now=here.now)


def test_one_network_does_not_take_the_place_of_others_affected(measure: Measure, here: Forum) -> None:
    Measure.objects.update(done_at=datetime.now(tz=here.now.tzinfo))
    at, appeal = f"/appeal/{measure.reference}", {"side": "affected", "text": "Why?"}
    for number in range(30):
        appeals.make(measure=measure, side="affected", text=f"No {number}.", now=here.now)
    assert [Client().post(at, appeal).status_code for _ in range(MOST_A_DAY)] == [303] * MOST_A_DAY
    refused = Client().post(at, appeal)
    assert refused.status_code == 429
    assert "Why?</textarea>" in refused.text
    assert Client(REMOTE_ADDR="192.0.2.7").post(at, appeal).status_code == 303


def test_only_what_was_taken_counts_for_the_day(
    measure: Measure, here: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MADE", 20)
    Measure.objects.update(done_at=datetime.now(tz=here.now.tzinfo))
    at, authors = f"/appeal/{measure.reference}", authors_link(measure)
    appeal, nothing = {"side": "affected", "text": "Why?"}, {"side": "affected", "text": " "}
    refused = [Client().post(address, nothing).status_code for address in (at, at, at, authors)]
    assert refused == [422] * 4
    assert [Client().post(at, appeal).status_code for _ in range(MOST_A_DAY)] == [303] * MOST_A_DAY
    assert Client().post(authors, nothing).status_code == 422
    assert Client().post(at, appeal).status_code == 429


def test_false_appeals_are_not_in_the_authors_way(
    here: Forum, measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appeals, "MOST_OPEN", 1)
    Measure.objects.update(done_at=datetime.now(tz=here.now.tzinfo))
    appeals.make(measure=measure, side="author", text="No.", now=here.now)
    with pytest.raises(RuleError, match="by the link in the notice"):
        appeals.make(measure=measure, side="author", text="Mine!", now=here.now, link="0" * 32)
    address = re.search(r"/appeal/\S+", MeasureNotice.objects.get().text)
    assert address
    form = Client().get(address[0])
    assert 'value="author" required checked' in form.text
    assert Client().post(address[0], {"side": "author", "text": "Mine!"}).status_code == 303
    assert Appeal.objects.get(proved=True).messages.get().text == "Mine!"


def test_appeals_have_a_time_and_a_deadline(here: Forum, measure: Measure, alice: Actor) -> None:
    made = appeals.make(measure=measure, side="author", text="Wrong.", now=here.now)
    assert made.appeal.due_at == here.now + timedelta(days=14)
    with pytest.raises(RuleError, match="within six months"):
        appeals.make(measure=measure, side="author", text="Wrong.", now=here.now + timedelta(days=184))
    with pytest.raises(RuleError, match="say whether"):
        appeals.make(measure=measure, side="boss", text="Wrong.", now=here.now)
    nearly = made.appeal.due_at - timedelta(days=3)
    told = [appeal_reminders.remind_due(now=at) for at in (nearly - timedelta(hours=1), nearly, nearly)]
    assert told == [0, 1, 0]
    assert set(Delivery.objects.values_list("member__username", flat=True)) == {"alice"}
    assert f"/appeals/{made.appeal.pk}" in Delivery.objects.first().body
    appeals.reject(actor=alice, appeal=made.appeal, seen=1, reason="It insults.", now=here.now)
    assert here.again(measure).state == "done"
    with pytest.raises(RuleError, match="rejected"):
        appeals.write(appeal=made.appeal, text="But why?", now=here.now)
