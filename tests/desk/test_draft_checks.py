"""Drafts at the desk: checked while they are written, refused for two reasons alone, and findings judged."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from kulanz.core.posts import Post
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Case,
    DraftVerdict,
    Event,
    Member,
    Message,
    Person,
    Reply,
    Retention,
    ShownFinding,
    Source,
    Thread,
)
from kulanz.desk.queries.drafts import finding_rates, talk_at
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.services import cases, draft_checks, erasing, issues, people, replies, sealing
from kulanz.desk.services.draft_checks import Checked, Judged, Verdict, check
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.retention import ALWAYS, remove_due
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db
IBAN = "DE89 3704 0044 0532 0130 00"
REVEALS = f"Hello, we will pay the money back to your account {IBAN} by Friday. Kind regards, Bob"
SENDS_AWAY = "Hello, please contact our support team about this. We look into it by Friday."


def keep(forum: Source, posts: list[Post], now: datetime) -> None:
    page = Page(posts=tuple(Sighting(post=post) for post in posts))
    keep_page(source=forum, page=page, lane=None, grace=timedelta(0), now=now)


@pytest.fixture
def talked(forum: Source, now: datetime, sample_posts: list[Post]) -> Thread:
    """The great case of the sample community, as the desk keeps it."""
    keep(forum, sample_posts, now)
    return Thread.objects.get(key="4711")


def public(actor: Actor, thread: Thread, text: str, now: datetime) -> Reply:
    return replies.draft(actor=actor, case=None, thread=thread, channel="public", text=text, now=now)


def send(actor: Actor, reply: Reply, now: datetime) -> None:
    replies.send(actor=actor, reply=reply, seen=reply.version, posted=True, now=now)


def named(judged: Judged) -> Verdict:
    found = judged.finding
    return Verdict(code=found.code, kind=found.kind, language=judged.language, mark=judged.mark)


def checked(actor: Actor, thread: Thread, text: str) -> Checked:
    found = check(actor=actor, place=thread, text=text, public=True)
    assert found is not None
    return found


def test_personal_data_is_not_sent_in_public_unless_somebody_says_that_it_is_none(
    bob: Actor, thread: Thread, now: datetime
) -> None:
    reply = public(bob, thread, REVEALS, now)
    with pytest.raises(RuleError, match=r"bank account.*reveals personal data"):
        send(bob, reply, now)
    reply.refresh_from_db()
    assert reply.state == "draft"
    (blocking,) = checked(bob, thread, REVEALS).blocking
    assert blocking.passage == IBAN
    draft_checks.mark_wrong(actor=bob, place=thread, verdict=named(blocking), now=now)
    draft_checks.mark_wrong(actor=bob, place=thread, verdict=named(blocking), now=now)
    assert checked(bob, thread, REVEALS).blocking == ()
    send(bob, reply, now)
    assert reply.state == "sent"
    assert Event.objects.get(noun="reply", action="send").data["marked_wrong"] == 1
    stored = repr([list(model.objects.values()) for model in (DraftVerdict, ShownFinding, Event)])
    assert "3704" not in stored


def test_another_passage_is_another_finding(
    bob: Actor, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    (blocking,) = checked(bob, thread, REVEALS).blocking
    draft_checks.mark_wrong(actor=bob, place=thread, verdict=named(blocking), now=now)
    other = REVEALS.replace(IBAN, "DE02 1203 0000 0000 2020 51")
    assert [each.passage for each in checked(bob, thread, other).blocking] == ["DE02 1203 0000 0000 2020 51"]
    assert len(checked(bob, other_thread, REVEALS).blocking) == 1
    draft_checks.unmark(actor=bob, place=thread, verdict=named(blocking), now=now)
    assert len(checked(bob, thread, REVEALS).blocking) == 1
    assert list(Event.objects.filter(noun="draftverdict").values_list("action", flat=True)) == [
        "mark_wrong",
        "unmark",
    ]


def test_in_private_personal_data_is_no_finding(bob: Actor, case: Case, now: datetime) -> None:
    found = check(actor=bob, place=case, text=REVEALS, public=False)
    assert found is not None
    assert "personal_data" not in {each.finding.code for each in found.judged}
    reply = replies.draft(actor=bob, case=case, channel="phone", text=REVEALS, now=now)
    send(bob, reply, now)
    assert reply.state == "sent"


@pytest.fixture
def case(bob: Actor, now: datetime) -> Case:
    person = Person.objects.create(name="Rolf", created_at=now)
    return cases.open_case(actor=bob, person=person, issue=None, title="Dunning", now=now)


def test_a_hardened_thread_needs_four_eyes(
    bob: Actor, members: dict[str, Member], talked: Thread, now: datetime
) -> None:
    reply = public(bob, talked, "Hallo, ich kümmere mich heute darum. Ihre Sabine", now)
    assert checked(bob, talked, reply.text).report.position.needs_approval
    with pytest.raises(RuleError, match="ask for approval"):
        send(bob, reply, now)
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)
    replies.approve(actor=actor_of(members["carla"]), reply=reply, seen=reply.version, now=now)
    send(bob, reply, now)
    assert (reply.state, reply.approver) == ("sent", members["carla"])


def test_approval_does_not_make_personal_data_public(
    bob: Actor, members: dict[str, Member], thread: Thread, now: datetime
) -> None:
    reply = public(bob, thread, REVEALS, now)
    replies.ask(actor=bob, reply=reply, seen=reply.version, now=now)
    replies.approve(actor=actor_of(members["carla"]), reply=reply, seen=reply.version, now=now)
    with pytest.raises(RuleError, match="Personal data"):
        send(bob, reply, now)


def test_nothing_else_keeps_an_answer_back(bob: Actor, thread: Thread, now: datetime) -> None:
    for text in (
        SENDS_AWAY,
        "👍",
        "Read our rules. You are to blame, and you know it.",
        "日本語の返事です。",
    ):
        reply = public(bob, thread, text, now)
        send(bob, reply, now)
        assert reply.state == "sent"


def test_what_is_too_long_is_refused(bob: Actor, thread: Thread, now: datetime) -> None:
    with pytest.raises(RuleError, match="at most 20000 characters"):
        check(actor=bob, place=thread, text="a" * 20_001, public=True)
    with pytest.raises(RuleError, match="at most 20000 characters"):
        public(bob, thread, "a" * 20_001, now)


def test_findings_are_counted_once_a_reply_and_undone_verdicts_do_not_count(
    bob: Actor, thread: Thread, now: datetime
) -> None:
    first, second = public(bob, thread, SENDS_AWAY, now), public(bob, thread, SENDS_AWAY, now)
    (wrong,) = (each for each in checked(bob, thread, SENDS_AWAY).found if each.finding.code == "sends_away")
    assert finding_rates() == []
    replies.ask(actor=bob, reply=first, seen=first.version, now=now)
    replies.discard(actor=bob, reply=first, seen=first.version, now=now)
    draft_checks.mark_wrong(actor=bob, place=thread, verdict=named(wrong), now=now)
    send(bob, second, now)
    (rate,) = (each for each in finding_rates() if each.code == "sends_away")
    assert (rate.kind, rate.language, rate.shown, rate.wrong, rate.precision) == ("found", "en", 2, 1, 0.5)
    draft_checks.unmark(actor=bob, place=thread, verdict=named(wrong), now=now)
    (rate,) = (each for each in finding_rates() if each.code == "sends_away")
    assert (rate.shown, rate.wrong, rate.precision) == (2, 0, 1.0)


def test_a_case_reads_the_thread_of_its_customer_and_the_messages(
    alice: Actor, talked: Thread, other_thread: Thread, now: datetime
) -> None:
    account = talked.posts.filter(account__isnull=False).order_by("created_at").first().account  # type: ignore[union-attr]
    person = people.person_of(actor=alice, account=account, now=now)
    issue = issues.open_issue(actor=alice, threads=[talked, other_thread], title="Dunning", now=now)
    case = cases.open_case(actor=alice, person=person, issue=issue, title="Rolf", now=now)
    last = talked.posts.filter(account=account).order_by("created_at").last()
    assert talk_at(case).reply_to == last.key  # type: ignore[union-attr]
    later = now + timedelta(days=30)
    Message.objects.create(case=case, inbound=True, text="Wann bekomme ich mein Geld zurück?", at=later)
    Message.objects.create(case=case, inbound=True, text="Not me.", doubtful="other sender", at=later)
    talk = talk_at(case)
    assert talk.posts[-1].text == "Wann bekomme ich mein Geld zurück?"
    assert (talk.reply_to, talk.posts[-1].author_id) == (talk.posts[-1].post_id, account.key)
    found = check(actor=alice, place=case, text="Guten Tag, ich melde mich. Alice", public=False)
    assert found is not None
    assert "Wann bekomme ich mein Geld zurück?" in [each.text for each in found.report.questions]


def test_a_long_thread_is_read_in_part(
    bob: Actor, forum: Source, now: datetime, sample_posts: list[Post]
) -> None:
    many = [
        replace(
            sample_posts[0],
            post_id=f"p{number}",
            created_at=now + timedelta(minutes=number),
            text=f"No {number}.",
        )
        for number in range(400)
    ]
    keep(forum, many, now)
    read = talk_at(Thread.objects.get(key="4711")).posts
    assert (len(read), read[0].post_id, read[1].post_id, read[-1].post_id) == (151, "p0", "p250", "p399")


def test_readers_neither_check_nor_judge(erik: Actor, bob: Actor, thread: Thread, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        check(actor=erik, place=thread, text=REVEALS, public=True)
    (blocking,) = checked(bob, thread, REVEALS).blocking
    with pytest.raises(NotAllowedError):
        draft_checks.mark_wrong(actor=erik, place=thread, verdict=named(blocking), now=now)


@pytest.mark.parametrize(
    "wrong",
    [("nothing", "found", "en", "a" * 32), ("blames", "found", "en", "x" * 32),
     ("blames", "lost", "en", "a" * 32), ("blames", "found", "fr", "a" * 32),
     ("blames", "found", "en", "a" * 33)],
)  # fmt: skip
def test_only_findings_are_judged(
    bob: Actor, thread: Thread, now: datetime, wrong: tuple[str, str, str, str]
) -> None:
    code, kind, language, mark = wrong
    verdict = Verdict(code=code, kind=kind, language=language, mark=mark)
    with pytest.raises(RuleError, match="expected code, kind"):
        draft_checks.mark_wrong(actor=bob, place=thread, verdict=verdict, now=now)


@pytest.fixture
def closed(alice: Actor, bob: Actor, case: Case, now: datetime) -> Case:
    """A closed case with a sent answer, one of whose findings was called wrong."""
    found = check(actor=bob, place=case, text=SENDS_AWAY, public=False)
    assert found is not None
    draft_checks.mark_wrong(actor=bob, place=case, verdict=named(found.found[0]), now=now)
    send(bob, replies.draft(actor=bob, case=case, channel="phone", text=SENDS_AWAY, now=now), now)
    assert ShownFinding.objects.filter(verdict__isnull=False).exists()
    case.refresh_from_db()
    cases.resolve(actor=alice, case=case, seen=case.version, outcome="Called.", now=now)
    cases.close(actor=alice, case=case, seen=case.version, now=now)
    return case


def test_verdicts_and_findings_go_with_the_person(alice: Actor, closed: Case, now: datetime) -> None:
    person = closed.person
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=now)
    assert Case.objects.filter(pk=closed.pk).exists()
    assert not DraftVerdict.objects.exists()
    assert not ShownFinding.objects.exists()


def test_verdicts_and_findings_go_with_the_case(closed: Case, now: datetime) -> None:
    Retention.objects.create(data_class="cases", days=30)
    later = now + timedelta(days=31)
    for _ in range(len(ALWAYS) + 1):
        remove_due(now=later)
    assert not Case.objects.filter(pk=closed.pk).exists()
    assert not DraftVerdict.objects.exists()
    assert not ShownFinding.objects.exists()


def test_a_verdict_outlives_the_secret_key(
    bob: Actor, thread: Thread, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (blocking,) = checked(bob, thread, REVEALS).blocking
    draft_checks.mark_wrong(actor=bob, place=thread, verdict=named(blocking), now=now)
    known = sealing.conf()
    changed = dataclasses.replace(known, secret_key="x" * 50, secret_key_old=known.secret_key)
    monkeypatch.setattr(sealing, "conf", lambda: changed)
    (again,) = (each for each in checked(bob, thread, REVEALS).judged if each.finding.blocks)
    assert (again.verdict is not None, again.mark) == (True, blocking.mark)
    monkeypatch.setattr(sealing, "conf", lambda: dataclasses.replace(changed, secret_key_old=""))
    assert len(checked(bob, thread, REVEALS).blocking) == 1


def test_the_third_public_answer_of_a_dispute_needs_four_eyes(
    bob: Actor, forum: Source, sample_posts: list[Post], now: datetime
) -> None:
    said = (
        ("rolf", None, "Why was I charged twice? Nobody answers my letters."),
        (
            "shop",
            "staff",
            "According to our terms and conditions, section 5, you are obliged to report this.",
        ),
        ("rolf", None, "I did report it. When do I get my money back?"),
        ("shop", "staff", "Our terms are clear. The claim is justified."),
        ("rolf", None, "So when do I get it back?"),
    )
    posts = [
        replace(sample_posts[0], post_id=str(number), author_id=author, role=role, text=text, reply_to=None,
                created_at=now + timedelta(hours=number))
        for number, (author, role, text) in enumerate(said)
    ]  # fmt: skip
    keep(forum, posts, now)
    reply = public(bob, Thread.objects.get(key="4711"), "According to our terms you have to wait.", now)
    found = draft_checks.check_reply(actor=bob, reply=reply)
    assert found is not None
    assert (found.report.position.code, found.report.position.number) == ("four_eyes", 3)
    with pytest.raises(RuleError, match="Somebody else has to approve"):
        send(bob, reply, now)
