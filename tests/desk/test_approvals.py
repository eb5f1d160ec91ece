"""Four eyes by rule: which answers need a second person, who that may be, and how the rules are set."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client
from django.urls import reverse

from kulanz.core.drafts.legal import legal_words
from kulanz.core.money import Money
from kulanz.desk.access import actor_of
from kulanz.desk.models import ApprovalPolicy, Case, Event, Gesture, Member, Reply, Thread
from kulanz.desk.queries.approving import approval_rules
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.approvals import ApprovalRules, Traits, reasons, rules_in
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.services import draft_checks, replies
from kulanz.desk.services.approvals import set_approval_rules

LEGAL = "Hello Rolf, our lawyer has looked at it. I will write to you tomorrow."
GRANTS = "Hello Rolf, I refund 150 EUR to you tomorrow."
PLAIN = "Hello Rolf, I refund 50 EUR to you tomorrow. Kind regards, Bob"
EVERYTHING = ApprovalRules(public=True)
NONE = ApprovalRules(hardened=False, third=False, legal=False, above=None)


def traits(**more: bool) -> Traits:
    return Traits(
        **{"public": False, "hardened": False, "third": False, "amount": False, "legal": False, **more}
    )


def test_each_rule_asks_for_itself() -> None:
    said = traits(public=True, hardened=True, third=True, amount=True, legal=True)
    assert reasons(EVERYTHING, said) == ("public", "hardened", "third", "amount", "legal")
    assert reasons(ApprovalRules(), said) == ("hardened", "third", "amount", "legal")
    assert reasons(ApprovalRules(), traits(public=True)) == ()
    assert reasons(EVERYTHING, traits(hardened=True, third=True)) == ()
    assert reasons(ApprovalRules(legal=False), traits(legal=True)) == ()


def test_rules_that_make_no_sense_are_refused() -> None:
    assert rules_in({}) == ApprovalRules()
    with pytest.raises(RuleError, match="approval rules"):
        rules_in({"above": {"amount": "1", "currency": "XXQ"}})
    with pytest.raises(RuleError, match="from 0 on"):
        rules_in({"above": {"amount": "-1", "currency": "EUR"}})


def test_words_of_law_are_told_as_they_stand() -> None:
    assert legal_words("Unser Anwalt sagt: § 314 BGB, und das Gericht.") == (
        "Anwalt",
        "§ 314",
        "BGB",
        "Gericht",
    )
    assert legal_words("See clause 9; you are liable, says the lawyer.") == ("clause 9", "liable", "lawyer")
    assert (
        legal_words("Ich habe das Inkassobüro gestoppt und lege es zur Seite. Recht herzlichen Dank.") == ()
    )
    assert legal_words("I am sorry. The courteous clerk has sued nobody's patience? No.") == ("sued",)


@pytest.mark.parametrize("name", ["train", "test"])
def test_few_good_drafts_have_words_of_law(name: str) -> None:
    path = Path(__file__).parents[2] / "training" / "drafts" / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    good = [row["draft"] for row in rows if not row["labels"]["passages"]]
    assert sum(bool(legal_words(text)) for text in good) <= 0.03 * len(good)


def drafted(actor: Actor, case: Case, text: str, now: datetime, channel: str = "email") -> Reply:
    return replies.draft(actor=actor, case=case, channel=channel, text=text, now=now)


def send(actor: Actor, reply: Reply, now: datetime) -> Reply:
    return replies.send(actor=actor, reply=reply, seen=reply.version, now=now)


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "reason"), [(LEGAL, "legal"), (GRANTS, "amount")])
def test_what_a_rule_asks_for_waits_for_somebody_else(
    bob: Actor, members: dict[str, Member], case: Case, now: datetime, text: str, reason: str
) -> None:
    reply = drafted(bob, case, text, now)
    with pytest.raises(RuleError, match=rf"Why: {reason}\. Who may: .*Carla Beispiel"):
        send(bob, reply, now)
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)
    assert reply.asks == [reason]
    with pytest.raises(NotAllowedError):
        replies.approve(actor=bob, reply=reply, seen=reply.version, now=now)
    replies.approve(actor=actor_of(members["carla"]), reply=reply, seen=reply.version, now=now)
    assert send(bob, reply, now).state == "sending"


@pytest.mark.django_db
def test_what_was_approved_and_not_delivered_goes_again_unless_its_words_change(
    bob: Actor, members: dict[str, Member], case: Case, now: datetime
) -> None:
    reply = drafted(bob, case, LEGAL, now)
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)
    replies.approve(actor=actor_of(members["carla"]), reply=reply, seen=reply.version, now=now)
    Reply.objects.update(state="failed")
    reply.refresh_from_db()
    assert send(bob, reply, now).state == "sending"
    Reply.objects.update(state="failed")
    reply.refresh_from_db()
    replies.edit(actor=bob, reply=reply, seen=reply.version, subject="", text=LEGAL + " Bye.", now=now)
    assert (reply.approver, reply.asks) == (None, [])
    with pytest.raises(RuleError, match="Somebody else"):
        send(bob, reply, now)


@pytest.mark.django_db
def test_little_money_plain_words_and_what_was_said_by_telephone_need_nobody(
    bob: Actor, case: Case, now: datetime
) -> None:
    assert send(bob, drafted(bob, case, PLAIN, now), now).state == "sending"
    assert send(bob, drafted(bob, case, LEGAL, now, "phone"), now).state == "sent"


@pytest.mark.django_db
def test_a_larger_gesture_under_way_counts(bob: Actor, case: Case, now: datetime) -> None:
    text = "Hello Rolf, I will write to you tomorrow."
    gesture = Gesture.objects.create(
        case=case,
        kind="credit",
        value_minor=10_001,
        cost_minor=0,
        currency="EUR",
        proposed_by_id=bob.member_id,
        proposed_at=now,
    )
    checked = draft_checks.check(actor=bob, place=case, text=text, public=False)
    assert checked is not None
    assert checked.asks == ("amount",)
    Gesture.objects.filter(pk=gesture.pk).update(state="accepted")
    checked = draft_checks.check(actor=bob, place=case, text=text, public=False)
    assert checked is not None
    assert (checked.asks, checked.approvers) == ((), ())


@pytest.mark.django_db
def test_rules_are_set_with_a_record_and_never_over_somebody_elses(
    alice: Actor, bob: Actor, thread: Thread, case: Case, now: datetime
) -> None:
    with pytest.raises(NotAllowedError):
        set_approval_rules(actor=bob, rules=NONE, seen=0, now=now)
    set_approval_rules(actor=alice, rules=NONE, seen=0, now=now)
    assert approval_rules() == NONE
    with pytest.raises(ConflictError):
        set_approval_rules(actor=alice, rules=EVERYTHING, seen=0, now=now)
    assert send(bob, drafted(bob, case, LEGAL, now), now).state == "sending"
    set_approval_rules(actor=alice, rules=EVERYTHING, seen=1, now=now)
    said = replies.draft(
        actor=bob, case=None, thread=thread, channel="public", text="Hello, thank you.", now=now
    )
    with pytest.raises(RuleError, match="Why: public"):
        send(bob, said, now)
    told = Event.objects.filter(noun="approvalpolicy").latest("pk").data
    assert told["public"] == [False, True]


def client(members: dict[str, Member], name: str) -> Client:
    return logged_in(members[name])


@pytest.mark.django_db
def test_the_page_says_why_and_who(members: dict[str, Member], bob: Actor, case: Case, now: datetime) -> None:
    reply = drafted(bob, case, LEGAL, now)
    bobs = client(members, "bob")
    refused = bobs.post(reverse("reply_send", args=[reply.pk]), {"seen": reply.version})
    assert refused.status_code == 422
    assert "it has words of law, or a threat" in refused.content.decode()
    panel = bobs.post(reverse("reply_check", args=[reply.pk]), {}, headers={"HX-Request": "true"})
    assert "Who may: Alice Beispiel, Carla Beispiel." in panel.content.decode().replace("\n", " ")
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)
    shown = client(members, "carla").get(reverse("case", args=[case.pk])).content.decode()
    assert "it has words of law, or a threat." in shown
    assert "Who may: Alice Beispiel, Carla Beispiel." in shown


@pytest.mark.django_db
def test_the_settings_set_the_rules(members: dict[str, Member]) -> None:
    lead = client(members, "alice")
    page = lead.get(reverse("approval_rules")).content.decode()
    assert 'value="100.00 EUR"' in page or 'value="100 EUR"' in page
    given = {"seen": "0", "hardened": "on", "above": "250.00 EUR"}
    assert lead.post(reverse("approval_rules_save"), given).status_code == 302
    assert approval_rules() == ApprovalRules(third=False, legal=False, above=Money(Decimal("250.00"), "EUR"))
    assert lead.post(reverse("approval_rules_save"), given).status_code == 409
    assert lead.post(reverse("approval_rules_save"), {**given, "above": "much"}).status_code == 422
    assert lead.post(reverse("approval_rules_save"), {"seen": "1", "above": ""}).status_code == 302
    assert approval_rules().above is None
    assert ApprovalPolicy.objects.get().version == 2


@pytest.mark.django_db
def test_programs_set_and_are_told_the_rules(members: dict[str, Member], case: Case) -> None:
    alice = Program(members["alice"])
    usual = alice.get("/approval-rules").json()
    assert (usual["hardened"], usual["public"], usual["above"]["currency"]) == (True, False, "EUR")
    told = alice.ask("PUT", "/approval-rules", {"seen": 0, "public": True, "above": None}).json()
    assert (told["public"], told["above"], told["version"]) == (True, None, 1)
    assert alice.ask("PUT", "/approval-rules", {"seen": 0}).status_code == 409
    checked = Program(members["bob"]).post(f"/cases/{case.pk}/check", {"text": LEGAL}).json()
    assert (checked["asks"], checked["approvers"]) == (["legal"], ["Alice Beispiel", "Carla Beispiel"])
    assert not checked["may_be_sent"]
    assert checked["position"]["needs_approval"]
