"""Answers that are checked, and answers that go out later, or come back where things have changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client
from django.urls import reverse

from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Account,
    Case,
    Delivery,
    Event,
    Member,
    Message,
    Reply,
    Source,
    Thread,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.approvals import ApprovalRules
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.scheduling import Stand, changes
from kulanz.desk.rules.status_pages import MARK
from kulanz.desk.rules.worktime import WorkCalendar, next_morning
from kulanz.desk.services import cases, outgoing, replies, scheduling, status_links
from kulanz.desk.services.approvals import set_approval_rules
from kulanz.desk.worker import JOBS
from smtp_site import SmtpSite

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=3)
PLAIN = "Hello Rolf, I look into it today. Kind regards, Bob"
LEGAL = "Hello Rolf, our lawyer has looked at it. I will write to you tomorrow."


@pytest.fixture
def reply(bob: Actor, case: Case, now: datetime) -> Reply:
    return replies.draft(actor=bob, case=case, text=PLAIN, now=now)


def plan(actor: Actor, reply: Reply, now: datetime, after: timedelta = LATER) -> Reply:
    return replies.schedule(actor=actor, reply=reply, seen=reply.version, at=now + after, now=now)


def due(reply: Reply, now: datetime) -> Reply:
    assert scheduling.send_planned(now=now + LATER) == 1
    reply.refresh_from_db()
    return reply


def said(case: Case, now: datetime, *, inbound: bool) -> None:
    Message.objects.create(case=case, inbound=inbound, text="One more thing.", at=now)


def test_the_next_morning_is_that_of_the_next_working_day() -> None:
    calendar = WorkCalendar(hours=dict.fromkeys(range(5), ((time(9), time(12)), (time(13), time(17)))))
    berlin = {
        datetime(2026, 6, 11, 5, tzinfo=UTC): datetime(2026, 6, 11, 7, tzinfo=UTC),
        datetime(2026, 6, 11, 7, tzinfo=UTC): datetime(2026, 6, 12, 7, tzinfo=UTC),
        datetime(2026, 6, 11, 10, 30, tzinfo=UTC): datetime(2026, 6, 12, 7, tzinfo=UTC),
        datetime(2026, 6, 12, 20, tzinfo=UTC): datetime(2026, 6, 15, 7, tzinfo=UTC),
        datetime(2026, 12, 24, 20, tzinfo=UTC): datetime(2026, 12, 28, 8, tzinfo=UTC),
    }
    assert {start: next_morning(start, calendar) for start in berlin} == berlin
    with pytest.raises(RuleError, match="opening hours"):
        next_morning(datetime(2026, 6, 11, tzinfo=UTC), WorkCalendar(hours={}))


def test_what_counts_as_a_change() -> None:
    before = Stand(company=1, customer=2, hardened=False, state="open")
    assert changes(before, before) == ()
    assert changes(before, Stand(company=0, customer=1, hardened=False, state="waiting")) == ()
    after = Stand(company=2, customer=3, hardened=True, state="resolved")
    assert changes(before, after) == ("heard", "answered", "hardened", "settled")
    assert changes(after, after) == ()


def test_a_planned_reply_goes_out_at_its_time(
    bob: Actor, case: Case, reply: Reply, site: SmtpSite, now: datetime
) -> None:
    plan(bob, reply, now)
    assert (reply.state, reply.send_at) == ("scheduled", now + LATER)
    assert scheduling.send_planned(now=now + LATER - timedelta(minutes=1)) == 0
    assert due(reply, now).state == "sending"
    assert scheduling.send_planned(now=now + LATER) == 0
    outgoing.send_due(now=now + LATER)
    assert len(site.mails) == 1
    reply.refresh_from_db()
    assert (reply.state, reply.send_at) == ("sent", None)
    told = Event.objects.filter(noun="reply").order_by("id").values_list("action", flat=True)
    assert list(told) == ["draft", "schedule", "send", "delivered"]
    names = [job.name for job in JOBS]
    assert names.index("planned replies") < names.index("replies")


@pytest.mark.parametrize("sending", [False, True])
def test_after_a_restore_what_may_have_gone_out_is_a_draft_again(
    bob: Actor, case: Case, reply: Reply, site: SmtpSite, now: datetime, sending: bool
) -> None:
    plan(bob, reply, now)
    if sending:
        due(reply, now)
    assert (scheduling.give_back_all(now=now), scheduling.give_back_all(now=now)) == (1, 0)
    reply.refresh_from_db()
    case.refresh_from_db()
    assert (reply.state, reply.returned, reply.send_at, case.state) == ("draft", ["restored"], None, "open")
    outgoing.send_due(now=now + LATER)
    assert not site.mails
    assert "may have gone out already" in Delivery.objects.filter(subject__contains="not sent").first().body


def test_who_dies_at_it_leaves_it_to_the_next_and_it_goes_once(
    bob: Actor, reply: Reply, now: datetime
) -> None:
    plan(bob, reply, now)
    rows = Reply.objects.filter(state="scheduled")
    assert scheduling.claim(rows, now + LATER, at_most=5) == [reply]
    assert scheduling.send_planned(now=now + LATER) == 0
    assert scheduling.send_planned(now=now + LATER + timedelta(minutes=11)) == 1
    reply.refresh_from_db()
    assert reply.state == "sending"


@pytest.mark.parametrize("what", ["heard", "answered", "settled", "gone"])
def test_what_has_changed_meanwhile_gives_it_back(
    bob: Actor, members: dict[str, Member], case: Case, reply: Reply, now: datetime, what: str
) -> None:
    plan(bob, reply, now)
    if what in ("heard", "answered"):
        said(case, now, inbound=what == "heard")
    elif what == "settled":
        cases.resolve(actor=bob, case=case, seen=case.version, outcome="paid back", now=now)
    else:
        Member.objects.filter(username="bob").update(is_active=False)
    Delivery.objects.all().delete()
    assert due(reply, now).state == "draft"
    assert (reply.returned, reply.send_at, reply.due_at) == ([what], None, None)
    told = Delivery.objects.filter(subject__startswith="Reply not sent as planned")
    assert {each.member.username for each in told} == {"alice" if what == "gone" else "bob"}
    assert Event.objects.filter(noun="reply", action="come_back", actor=None).count() == 1


def test_rules_that_ask_by_then_hold(bob: Actor, alice: Actor, case: Case, now: datetime) -> None:
    set_approval_rules(actor=alice, rules=ApprovalRules(legal=False), seen=0, now=now)
    reply = replies.draft(actor=bob, case=case, text=LEGAL, now=now)
    plan(bob, reply, now)
    set_approval_rules(actor=alice, rules=ApprovalRules(), seen=1, now=now)
    assert due(reply, now).state == "draft"
    assert reply.returned == ["refused"]
    assert "Somebody else has to approve" in reply.last_error


def test_a_link_that_was_revoked_meanwhile_gives_it_back(bob: Actor, case: Case, now: datetime) -> None:
    page = status_links.make(actor=bob, case=case, language="en", now=now)
    text = f"Hello Rolf, here you see how it stands: {MARK} Kind regards, Bob"
    replies_to = [replies.draft(actor=bob, case=case, text=text, now=now) for _ in range(2)]
    planned = plan(bob, replies_to[0], now)
    status_links.revoke(actor=bob, page=page, seen=page.version, now=now)
    assert (due(planned, now).state, planned.returned) == ("draft", ["refused"])
    with pytest.raises(RuleError, match="the status page has no link"):
        plan(bob, replies_to[1], now)


def test_an_account_of_somebody_else_gives_it_back(
    bob: Actor, forum: Source, case: Case, now: datetime
) -> None:
    account = Account.objects.create(source=forum, key="rolf", person=case.person, first_seen_at=now)
    reply = Reply.objects.create(
        case=case, author_id=bob.member_id, channel="private", account=account, text=PLAIN, created_at=now
    )
    plan(bob, reply, now)
    Account.objects.update(person=None)
    assert (due(reply, now).state, reply.returned) == ("draft", ["refused"])
    assert "not one of this person any more" in reply.last_error


def test_what_is_approved_can_be_planned_and_what_came_back_needs_it_again(
    bob: Actor, members: dict[str, Member], case: Case, now: datetime
) -> None:
    reply = replies.draft(actor=bob, case=case, text=LEGAL, now=now)
    with pytest.raises(RuleError, match="Somebody else"):
        plan(bob, reply, now)
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)
    replies.approve(actor=actor_of(members["carla"]), reply=reply, seen=reply.version, now=now)
    plan(bob, reply, now)
    replies.take_back(actor=bob, reply=reply, seen=reply.version, now=now)
    assert (reply.state, reply.approver, reply.due_at) == ("draft", members["carla"], None)
    plan(bob, reply, now)
    said(case, now, inbound=True)
    assert due(reply, now).approver is None


def test_what_cannot_be_planned_says_why(
    bob: Actor, erik: Actor, case: Case, thread: Thread, reply: Reply, now: datetime
) -> None:
    for after in (timedelta(0), timedelta(days=91)):
        with pytest.raises(RuleError, match="within 90 days"):
            plan(bob, reply, now, after)
    with pytest.raises(NotAllowedError):
        plan(erik, reply, now)
    phone = replies.draft(actor=bob, case=case, channel="phone", text="Called.", now=now)
    with pytest.raises(RuleError, match="only what the desk itself sends"):
        plan(bob, phone, now)
    plan(bob, reply, now)
    with pytest.raises(RuleError, match="not possible"):
        replies.edit(actor=bob, reply=reply, seen=reply.version, subject="", text="Other.", now=now)
    with pytest.raises(ConflictError):
        replies.take_back(actor=bob, reply=reply, seen=1, now=now)
    replies.send(actor=bob, reply=reply, seen=reply.version, now=now)
    assert (reply.state, reply.due_at, reply.send_at) == ("sending", now, None)


def browser(members: dict[str, Member], name: str) -> Client:
    return logged_in(members[name])


def test_a_draft_is_checked_as_it_stands_and_an_edit_takes_that_back(
    bob: Actor, members: dict[str, Member], reply: Reply, now: datetime
) -> None:
    bobs, address = browser(members, "bob"), reverse("reply_check", args=[reply.pk])
    htmx = {"HX-Request": "true"}
    bobs.post(address, {"text": "Other words."}, headers=htmx)
    reply.refresh_from_db()
    assert reply.state == "draft"
    bobs.post(address, {"text": reply.text}, headers=htmx)
    bobs.post(address, {"text": reply.text}, headers=htmx)
    reply.refresh_from_db()
    assert (reply.state, reply.version) == ("checked", 1)
    assert Event.objects.filter(noun="reply", action="check").count() == 1
    replies.edit(actor=bob, reply=reply, seen=1, subject="", text="Hello, {what: x}", now=now)
    assert reply.state == "draft"
    bobs.post(address, {"text": reply.text}, headers=htmx)
    reply.refresh_from_db()
    assert reply.state == "draft"
    replies.edit(actor=bob, reply=reply, seen=2, subject="", text=PLAIN, now=now)
    browser(members, "frieda").post(address, {}, headers=htmx)
    reply.refresh_from_db()
    assert reply.state == "draft"
    assert Program(members["bob"]).post(f"/replies/{reply.pk}/check", {}).json()["may_be_sent"]
    reply.refresh_from_db()
    assert reply.state == "checked"
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)


def test_the_pages_plan_by_the_members_clock(members: dict[str, Member], case: Case, reply: Reply) -> None:
    bobs = browser(members, "bob")
    wrong = {"seen": reply.version, "text": reply.text, "then": "later", "at": "soon"}
    refused = bobs.post(reverse("reply_edit", args=[reply.pk]), wrong)
    assert refused.status_code == 422
    form = refused.content.decode().partition("<details open>")[2]
    assert 'value="soon"' in form.partition("</details>")[0]
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    given = {**wrong, "at": f"{day}T08:30"}
    assert bobs.post(reverse("reply_edit", args=[reply.pk]), given).status_code == 302
    reply.refresh_from_db()
    assert reply.send_at is not None
    assert reply.send_at.astimezone(UTC).date() == day
    assert reply.send_at.hour in (6, 7)
    shown = bobs.get(reverse("case", args=[case.pk])).content.decode()
    assert "if nothing has changed by then" in shown
    assert "Send now" in shown
    back = bobs.post(reverse("reply_take_back", args=[reply.pk]), {"seen": reply.version})
    assert back.status_code == 302
    new = {"channel": "email", "text": PLAIN, "then": "morning"}
    assert bobs.post(reverse("case_reply", args=[case.pk]), new).status_code == 302
    assert Reply.objects.latest("pk").state == "scheduled"
    Reply.objects.filter(pk=reply.pk).update(returned=["heard"])
    shown = bobs.get(reverse("case", args=[case.pk])).content.decode()
    assert "The customer has written since it was planned." in shown


def test_programs_plan_replies(members: dict[str, Member], reply: Reply) -> None:
    bob = Program(members["bob"])
    at = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    planned = bob.post(f"/replies/{reply.pk}/schedule", {"seen": 1, "at": at}).json()
    assert (planned["state"], planned["returned"]) == ("scheduled", [])
    assert planned["send_at"]
    again = bob.post(f"/replies/{reply.pk}/take-back", {"seen": planned["version"]}).json()
    assert (again["state"], again["send_at"]) == ("draft", None)
    assert bob.post(f"/replies/{reply.pk}/schedule", {"seen": again["version"]}).json()["send_at"]
    naive = {"seen": 4, "at": "2030-01-01T10:00:00"}
    assert bob.post(f"/replies/{reply.pk}/schedule", naive).status_code == 422


@pytest.mark.parametrize(("more", "approved"), [("", True), (" And more.", False)])
def test_what_was_approved_stays_so_while_its_words_stay(
    bob: Actor, members: dict[str, Member], case: Case, now: datetime, more: str, *, approved: bool
) -> None:
    reply = replies.draft(actor=bob, case=case, subject="Yours", text="Hello,\r\n\r\nwe see to it.", now=now)
    Reply.objects.update(approver=members["carla"])
    typed = {"subject": "Yours", "text": "Hello,\r\n\r\nwe see to it." + more, "seen": 1, "then": "send"}
    assert browser(members, "bob").post(reverse("reply_edit", args=[reply.pk]), typed).status_code == 302
    reply.refresh_from_db()
    assert (reply.state, reply.approver == members["carla"]) == ("sending", approved)


def test_what_somebody_else_has_changed_is_not_sent(
    bob: Actor, members: dict[str, Member], case: Case, now: datetime
) -> None:
    reply = replies.draft(actor=bob, case=case, subject="Yours", text="Hello.", now=now)
    replies.edit(actor=bob, reply=reply, seen=1, subject="Yours", text="Good morning.", now=now)
    for text in ("Hello.", "Good morning."):
        typed = {"subject": "Yours", "text": text, "seen": 1, "then": "send"}
        answer = browser(members, "bob").post(reverse("reply_edit", args=[reply.pk]), typed)
        assert answer.status_code == 409
    reply.refresh_from_db()
    assert (reply.state, reply.text) == ("draft", "Good morning.")


def test_what_is_approved_is_planned_by_a_form_of_its_own(members: dict[str, Member], reply: Reply) -> None:
    Reply.objects.update(state="approved", approver=members["carla"])
    bobs, address = browser(members, "bob"), reverse("reply_schedule", args=[reply.pk])
    refused = bobs.post(address, {"seen": reply.version, "then": "later", "at": "soon"})
    assert (refused.status_code, 'value="soon"' in refused.content.decode()) == (422, True)
    assert bobs.post(address, {"seen": reply.version, "then": "morning"}).status_code == 302
    reply.refresh_from_db()
    assert (reply.state, reply.approver) == ("scheduled", members["carla"])
