"""Templates of answers: those that come with Kulanz, what is filled in, and gaps that keep an answer back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client
from django.urls import reverse

from kulanz.api import make_draft_check
from kulanz.core.drafts.draft import Draft
from kulanz.core.money import Money
from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Account, Case, Event, Member, Post, Reply, Template, Thread
from kulanz.desk.queries.letters import letter_choices
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.blanks import BLANKS, amount, filled, gaps, given, joined, moment, spoken, used
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.shipped_letters import SHIPPED, USES, Shipped
from kulanz.desk.rules.status_pages import MARK
from kulanz.desk.services import letters, promises, replies, status_links
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.playbooks import save_template

IN_PUBLIC = {"first_public", "closing"}
KNOWN = {
    "de": {
        "customer": "Frau Oetken",
        "contact": "Tjark Behrens",
        "promise": "eine Auskunft, wann die Nummer da ist",
        "promise_until": "14. Apr. 2026, 12:00 Uhr",
        "gesture": "die Grundgebühr für April schenken wir Ihnen",
        "what": "Wir haben Ihre Freigabe übersehen.",
        "next": "Ich spreche heute mit den Kollegen, die Nummern umziehen, und prüfe jeden Schritt.",
        "rule": "Keine Telefonnummern anderer.",
    },
    "en": {
        "customer": "Ms Oetken",
        "contact": "Tjark Behrens",
        "promise": "word on when the number arrives",
        "promise_until": "14 Apr 2026, 12:00",
        "gesture": "the fee for April is on us",
        "what": "We overlooked your approval.",
        "next": "Today I am talking to the colleagues who move numbers, and I check every step.",
        "rule": "No telephone numbers of others.",
    },
}
SAID = {
    "de": "Seit dem 3. warte ich auf meine Nummer. Das ist eine Frechheit, niemand meldet sich bei mir!",
    "en": "I have been waiting for my number since the 3rd. This is outrageous, nobody gets back to me!",
}
GOOD = {"addresses", "action", "who", "deadline", "contact", "empathy", "apology"}


def test_every_use_has_a_template_in_german_and_in_english() -> None:
    assert {(each.use, each.language) for each in SHIPPED} == {
        (use, lang) for use in USES for lang in ("de", "en")
    }
    assert len({(each.name, each.language) for each in SHIPPED}) == len(SHIPPED)


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: f"{each.use}-{each.language}")
def test_what_comes_with_kulanz_passes_its_own_check(shipped: Shipped) -> None:
    text = filled(shipped.text, KNOWN[shipped.language], shipped.language)
    assert not gaps(text)
    asked = CorePost(
        thread_id="t",
        post_id="1",
        author_id=KNOWN[shipped.language]["customer"],
        created_at=datetime(2026, 4, 10, tzinfo=UTC),
        text=SAID[shipped.language],
        role="customer",
    )
    check = make_draft_check(lang=shipped.language)
    draft = Draft(text=text, public=shipped.use in IN_PUBLIC, author="Tjark Behrens")
    report = check.check(draft, [asked])
    assert [each.code for each in report.findings if each.kind != "present"] == []
    assert {each.code for each in report.findings if each.kind == "present"} >= GOOD
    assert not report.comparison or not report.comparison.remarks


def test_what_is_said_in_public_names_nothing_of_the_customers_affairs() -> None:
    for each in SHIPPED:
        if each.use in IN_PUBLIC:
            assert not used(each.text) & {"case", "claim", "gesture", "promise"}


def test_a_blank_without_a_value_stays_as_a_gap_that_says_what_belongs_there() -> None:
    text = filled("Dear {customer}, {claim} {what}", {"customer": "Moni", "what": ""}, "en")
    assert text == "Dear Moni, {claim: amount of the claim} {what: what happened, in your own words}"
    assert len(gaps(text)) == 2
    assert gaps("{customer} {customer} {other} {x: y}") == ("{customer}",)
    assert filled("{customer}", {"customer": "{what}"}, "en") == "{what}"
    assert BLANKS["de"].keys() == BLANKS["en"].keys()


def test_values_are_written_as_a_letter_names_them() -> None:
    until = datetime(2026, 4, 14, 10, tzinfo=UTC)
    assert moment(until, "Europe/Berlin", "de") == "14. Apr. 2026, 12:00 Uhr"
    assert moment(until, "Europe/Berlin", "en") == "14 Apr 2026, 12:00"
    assert amount(Money.of_minor(123450, "EUR"), "de") == "1.234,50 EUR"
    assert given("waive", Money.of_minor(1990, "EUR"), "en") == "we waive 19.90 EUR"
    assert given("apology", Money.of_minor(1990, "EUR"), "de") == ""
    assert joined("", "More.") == joined(" \n", "More.") == "More."
    assert joined("Typed. \n", "More.") == "Typed.\n\nMore."
    assert (spoken(SAID["de"]), spoken(SAID["en"]), spoken("12345")) == ("de", "en", None)


@pytest.fixture
def template(alice: Actor, now: datetime) -> Template:
    return make(alice, "Dear {customer}, {contact} looks at {case} until {promise_until}. {what}", now)


def make(actor: Actor, text: str, now: datetime, language: str = "en", name: str = "One") -> Template:
    return save_template(
        actor=actor, template=None, seen=0, name=name, language=language, subject="{case}", text=text, now=now
    )


@pytest.mark.django_db
def test_those_that_come_with_kulanz_are_made_once_and_can_be_had_again(alice: Actor, now: datetime) -> None:
    assert letters.ship(actor=None, now=now) == len(SHIPPED)
    assert letters.ship(actor=alice, now=now) == 0
    Template.objects.filter(language="de", name="Schlusswort").delete()
    Template.objects.filter(language="en", name="Apology").update(text="Ours.")
    assert letters.ship(actor=alice, now=now) == 1
    assert Template.objects.get(name="Apology").text == "Ours."
    assert Event.objects.filter(noun="template", action="ship").count() == len(SHIPPED) + 1


@pytest.mark.django_db
def test_only_who_sets_policies_brings_them_in(bob: Actor, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        letters.ship(actor=bob, now=now)


@pytest.mark.django_db
def test_a_blank_that_there_is_none_of_is_refused(alice: Actor, now: datetime) -> None:
    with pytest.raises(RuleError, match=r"\{name\} is no blank; expected one of \{customer\}"):
        make(alice, "Dear {name},", now)


@pytest.mark.django_db
def test_a_case_fills_what_is_known(bob: Actor, case: Case, template: Template, now: datetime) -> None:
    begun = letters.begin(actor=bob, template=template, place=case, now=now)
    assert begun.subject == "Dunning"
    assert begun.text.startswith("Dear Rolf, Bob Beispiel looks at Dunning until {promise_until: ")
    promises.make(
        actor=bob,
        case=case,
        by=Member.objects.get(username="bob"),
        what="Word on the fee.",
        worktime=timedelta(hours=4),
        calendar=usual_calendar(now=now),
        now=now,
    )
    begun = letters.begin(actor=bob, template=template, place=case, now=now)
    assert "{promise_until" not in begun.text
    assert [each.partition(":")[0] for each in begun.gaps] == ["{what"]
    assert not Event.objects.filter(action="open", noun__in=("customer", "gesture")).exists()


@pytest.mark.django_db
def test_in_public_nothing_of_the_case_is_filled_in(
    bob: Actor, alice: Actor, thread: Thread, now: datetime
) -> None:
    account = Account.objects.create(source=thread.source, key="Rolf_P", first_seen_at=now)
    Post.objects.create(
        thread=thread,
        source=thread.source,
        key="1",
        account=account,
        text=SAID["de"],
        text_since=now,
        seen_at=now,
    )
    made = make(alice, "{customer} {contact} {case} {claim} {gesture} {promise}", now)
    begun = letters.begin(actor=bob, template=made, place=thread, now=now)
    assert begun.text.startswith("Rolf_P Bob Beispiel {case: ")
    assert len(begun.gaps) == 4
    make(alice, "Hallo", now, "de", "Zwei")
    assert [language for language, _rows in letter_choices(thread)] == ["de", "en"]


@pytest.mark.django_db
def test_an_answer_with_a_gap_neither_goes_out_nor_is_shown_to_others(
    bob: Actor, case: Case, now: datetime
) -> None:
    reply = replies.draft(actor=bob, case=case, text="Hello, {next: what you do next}", now=now)
    for act in (replies.ask, replies.send):
        with pytest.raises(RuleError, match=r"still has gaps.*\{next: what you do next\}"):
            act(actor=bob, reply=reply, seen=reply.version, now=now)
    replies.edit(actor=bob, reply=reply, seen=reply.version, subject="", text="Hello, I call you.", now=now)
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)


def answered(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def client(members: dict[str, Member], name: str) -> Client:
    return logged_in(members[name])


@pytest.mark.django_db
def test_inserting_keeps_what_was_typed(
    members: dict[str, Member], case: Case, thread: Thread, template: Template
) -> None:
    bobs = client(members, "bob")
    typed = {"then": "insert", "template": template.pk, "text": "Typed <b>", "channel": "phone"}
    shown = bobs.post(reverse("case_reply", args=[case.pk]), typed).content.decode()
    assert "Typed &lt;b&gt;\n\nDear Rolf, Bob Beispiel" in shown
    assert 'value="Dunning"' in shown
    assert '<option value="phone" selected>' in shown
    shown = bobs.post(reverse("thread_reply", args=[thread.pk]), typed).content.decode()
    assert "Typed &lt;b&gt;\n\nDear {customer: name of the customer}, Bob" in shown
    assert not Reply.objects.exists()
    assert bobs.post(reverse("case_reply", args=[case.pk]), typed | {"template": "x"}).status_code == 422


@pytest.mark.django_db
def test_a_kept_draft_takes_a_template_too(
    members: dict[str, Member], bob: Actor, case: Case, template: Template, now: datetime
) -> None:
    reply = replies.draft(actor=bob, case=case, subject="Mine", text="Kept.", now=now)
    typed = {"then": "insert", "template": template.pk, "text": "New.", "subject": "Mine", "seen": 1}
    shown = client(members, "bob").post(reverse("reply_edit", args=[reply.pk]), typed).content.decode()
    assert "New.\n\nDear Rolf" in shown
    assert 'value="Mine"' in shown
    reply.refresh_from_db()
    assert (reply.text, reply.version) == ("Kept.", 1)
    assert client(members, "frieda").get(reverse("case", args=[case.pk])).status_code == 200


@pytest.mark.django_db
def test_what_is_typed_into_a_draft_goes_out_with_its_button(
    members: dict[str, Member], bob: Actor, case: Case, now: datetime
) -> None:
    reply = replies.draft(actor=bob, case=case, channel="phone", subject="Mine", text="Kept.", now=now)
    address, browser = reverse("reply_edit", args=[reply.pk]), client(members, "bob")
    typed = {"then": "send", "subject": "Mine", "text": "What happens: {next: say it}", "seen": 1}
    refused = browser.post(address, typed)
    assert refused.status_code == 422
    assert "{next: say it}</textarea>" in refused.content.decode()
    reply.refresh_from_db()
    assert (reply.state, reply.text) == ("draft", "Kept.")
    assert browser.post(address, {**typed, "text": "Typed."}).status_code == 302
    reply.refresh_from_db()
    assert (reply.state, reply.text) == ("sent", "Typed.")


@pytest.mark.django_db
def test_the_settings_name_the_blanks_and_bring_templates_in(members: dict[str, Member]) -> None:
    lead = client(members, "alice")
    assert lead.post(reverse("templates_ship")).status_code == 302
    assert Template.objects.count() == len(SHIPPED)
    page = lead.get(reverse("templates_edit", args=[Template.objects.first().pk])).content.decode()  # type: ignore[union-attr]
    assert all(f"<code>{{{name}}}</code>" in page for name in BLANKS["en"])
    odd = {"name": "x", "language": "en", "subject": "", "text": "{foo}"}
    refused = lead.post(reverse("templates_new"), odd)
    assert refused.status_code == 422
    assert "{foo}" in refused.content.decode()


@pytest.mark.django_db
def test_programs_begin_letters_as_pages_do(
    members: dict[str, Member], case: Case, thread: Thread, template: Template
) -> None:
    bob = Program(members["bob"])
    letter = answered(bob.get(f"/cases/{case.pk}/letters/{template.pk}"))
    assert letter["subject"] == "Dunning"
    assert [each.partition(":")[0] for each in letter["gaps"]] == ["{promise_until", "{what"]
    assert len(answered(bob.get(f"/threads/{thread.pk}/letters/{template.pk}"))["gaps"]) == 4
    checked = answered(bob.post(f"/cases/{case.pk}/check", {"text": letter["text"]}))
    assert checked["gaps"] == letter["gaps"]
    assert not checked["may_be_sent"]
    assert bob.post("/templates/ship", {}).status_code == 403
    assert answered(Program(members["alice"]).post("/templates/ship", {})) == {"made": len(SHIPPED)}


def test_the_mark_of_the_status_page_is_no_gap(alice: Actor, bob: Actor, case: Case, now: datetime) -> None:
    status_links.make(actor=bob, case=case, language="en", now=now)
    text = f"Dear {{customer}}, see {MARK} until {{promise_until}}."
    letter = letters.begin(actor=bob, template=make(alice, text, now), place=case, now=now)
    assert MARK in letter.text
    assert letter.gaps == ("{promise_until: until when you promise to answer}",)
    words = letter.text.replace(letter.gaps[0], "Friday")
    reply = replies.draft(actor=bob, case=case, subject="Status", text=words, now=now)
    assert replies.send(actor=bob, reply=reply, seen=reply.version, now=now).state == "sending"
