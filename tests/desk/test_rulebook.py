"""Rules: written, published once and for good, and in force from a day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from kulanz.desk.models import Event, LogEntry, Member, Rule, RuleVersion
from kulanz.desk.queries.rulebook import changes, in_force
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.rulebook import Wording, as_html, digests, key_of
from kulanz.desk.services import rulebook
from kulanz.tlog.entries import decode, moment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def version(rule: Rule, number: int, start: datetime, end: datetime | None = None) -> RuleVersion:
    told = {"title_de": "Fair", "title_en": "Fair", "text_de": "Seid fair.", "text_en": "Be fair."}
    return RuleVersion.objects.create(
        rule=rule, number=number, effective_from=start, effective_to=end, published_at=start, **told
    )


def test_one_version_of_a_rule_is_in_force_at_a_time(now: datetime) -> None:
    rule = Rule.objects.create(key="fair")
    first = version(rule, 1, now, now + DAY)
    version(rule, 2, now + DAY, now + DAY)  # replaced before its day
    third = version(rule, 3, now + DAY)
    assert list(in_force(now - DAY)) == []
    assert list(in_force(now)) == [first]
    assert list(in_force(now + DAY)) == [third]
    with pytest.raises(IntegrityError), transaction.atomic():
        version(rule, 3, now)


def words(text: str = "Be *fair*.") -> Wording:
    return Wording(title_de="Fair bleiben", title_en="Stay fair", text_de="Seid fair.", text_en=text)


def written(actor: Actor, now: datetime, key: str = "fair", wording: Wording | None = None) -> Rule:
    return rulebook.save_rule(actor=actor, rule=None, seen=0, key=key, wording=wording or words(), now=now)


def published(actor: Actor, rule: Rule, now: datetime, start: datetime | None = None) -> RuleVersion:
    seen = Rule.objects.get(pk=rule.pk)
    return rulebook.publish(actor=actor, rule=seen, seen=seen.version, start=start or now, now=now)


def rewritten(actor: Actor, rule: Rule, text: str, now: datetime) -> Rule:
    seen = Rule.objects.get(pk=rule.pk)
    return rulebook.save_rule(
        actor=actor, rule=seen, seen=seen.version, key=seen.key, wording=words(text), now=now
    )


def test_a_version_ends_where_the_next_begins_and_its_words_stay(alice: Actor, now: datetime) -> None:
    rule = written(alice, now)
    first = published(alice, rule, now)
    rewritten(alice, rule, "Be kind.", now)
    second = published(alice, rule, now, now + DAY)
    first.refresh_from_db()
    assert (first.text_en, first.effective_to, second.number) == ("Be *fair*.", now + DAY, 2)
    assert (list(in_force(now)), list(in_force(now + DAY))) == ([first], [second])
    ended = rulebook.end(
        actor=alice,
        rule=Rule.objects.get(),
        seen=Rule.objects.get().version,
        at=now,
        reason="merged",
        now=now,
    )
    assert ended.effective_to == second.effective_from  # never before it began
    assert Event.objects.filter(noun="rule", action="publish").count() == 2
    told = [decode(bytes(each.body)) for each in LogEntry.objects.order_by("pk")]
    assert [(each.act, each.rule.version, each.since or each.until) for each in told if each.rule] == [
        ("publish", 1, moment(now)), ("publish", 2, moment(now + DAY)), ("withdraw", 2, moment(now + DAY)),
    ]  # fmt: skip
    assert told[1].digests == digests(words("Be kind."))


def test_a_number_that_the_log_has_told_of_is_not_given_again(alice: Actor, now: datetime) -> None:
    rule = written(alice, now)
    published(alice, rule, now).delete()  # as where an older database came back
    assert published(alice, rule, now).number == 2


def test_a_key_that_names_somebody_does_not_get_into_the_log(alice: Actor, now: datetime) -> None:
    Member.objects.create_user("rolf77", display_name="Rolf Petersen")
    for key in ("about-rolf-petersen", "rolf77"):
        with pytest.raises(RuleError, match="a name that the desk knows"):
            written(alice, now, key)


@pytest.mark.parametrize(
    "title", ["What Rolf Petersen may not do", "See www.example.org", "Call 030 1234567"]
)
def test_a_title_that_leads_to_a_person_gets_into_no_statement(
    alice: Actor, now: datetime, title: str
) -> None:
    Member.objects.create_user("rolf77", display_name="Rolf Petersen")
    wording = replace(words(), title_en=title)
    with pytest.raises(RuleError, match="without personal data"):
        rulebook.save_rule(actor=alice, rule=None, seen=0, key="fair", wording=wording, now=now)


def test_what_cannot_be_published_is_refused(alice: Actor, erik: Actor, now: datetime) -> None:
    rule = written(alice, now)
    rewritten(alice, rule, "", now)
    with pytest.raises(RuleError, match="German and English"):
        published(alice, rule, now)
    rewritten(alice, rule, "Be kind.", now)
    with pytest.raises(NotAllowedError):
        published(erik, rule, now)
    published(alice, rule, now, now + DAY)
    with pytest.raises(RuleError, match="published already"):
        published(alice, rule, now, now + DAY)
    rewritten(alice, rule, "Be kinder.", now)
    with pytest.raises(RuleError, match="announced"):
        published(alice, rule, now)
    seen = Rule.objects.get()
    with pytest.raises(RuleError, match="keeps that address"):
        rulebook.save_rule(actor=alice, rule=seen, seen=seen.version, key="other", wording=words(), now=now)
    with pytest.raises(RuleError, match="stays readable"):
        rulebook.remove_rule(actor=alice, rule=Rule.objects.get(), now=now)


@pytest.mark.parametrize("key", ["", "Fair", "1st", "a--b", "ä", "a/b", "x" * 41])
def test_a_key_can_stand_in_an_address(key: str) -> None:
    with pytest.raises(RuleError, match="key"):
        key_of(key)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One\n\nBe **fair**.", "<h3>One</h3>\n<p>Be <strong>fair</strong>.</p>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>\n"),
        ("![a](https://t.example/x.png)", None),
        ("<img src=x onerror=y>", None),
    ],
)
def test_markdown_brings_in_nothing_that_acts_or_loads(text: str, html: str | None) -> None:
    made = as_html(text)
    assert "<img" not in made
    assert "<script" not in made
    assert html is None or made == html


def test_what_changed_is_told_in_the_words_that_people_read() -> None:
    before = Rule(text_en="Be **fair**, see [the log](/record).\n\n- once")
    after = Rule(text_en="Be **very** fair, see [the log](/rules).\n\n- twice")
    told = changes(before, after, "en").text
    assert " ".join(f"{part.sign}{part.text}" for part in told) == (
        "=Be +very =fair, see the log -(/record). once +(/rules). twice"
    )
    bold = changes(before, Rule(text_en=before.text_en.replace("once", "**once**")), "en")
    assert [part.text for part in bold.text if part.sign == "+"] == ["**once**"]


def test_the_settings_page_previews_publishes_and_ends(client: Client, alice: Actor, now: datetime) -> None:
    client.force_login(Member.objects.get(pk=alice.member_id))
    typed = {
        "key": "fair",
        "title_de": "Fair",
        "title_en": "Fair",
        "text_de": "Seid **fair**.",
        "text_en": "Be.",
    }
    shown = client.post("/setup/rules/new", {**typed, "preview": "1"})
    assert "<strong>fair</strong>" in shown.content.decode()
    assert not Rule.objects.exists()
    client.post("/setup/rules/new", typed)
    rule = Rule.objects.get()
    day = {"seen": rule.version, "start": "2020-01-01", "next": f"/setup/rules/{rule.pk}"}
    client.post(f"/setup/rules/{rule.pk}/publish", day)
    client.post(f"/setup/rules/{rule.pk}/end", {"seen": rule.version + 1, "end": "2020-01-01", "reason": "x"})
    version = RuleVersion.objects.get()
    assert version.effective_to is not None
    rewritten(alice, rule, "Be kind.", now)
    page = client.get(f"/setup/rules/{rule.pk}").content.decode()
    assert "<ins>Be kind.</ins>" in page
    assert f"/setup/rules/{rule.pk}/remove" not in page  # what was published stays
    assert "version 1" in client.get("/setup/rules").content.decode()
    client.post(f"/setup/rules/{rule.pk}/publish", {**day, "start": "2020-13-01"})
    assert RuleVersion.objects.count() == 1
