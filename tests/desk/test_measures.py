"""Measures as they are taken: a second person, done by hand, told, logged, undone, and seen at a source."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from customer_people import make_customer
from measure_people import ONWARD, WHY, Forum, make_forum, order

from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Account,
    Event,
    Issue,
    IssueThread,
    LogEntry,
    Measure,
    MeasureNotice,
    Member,
    Person,
    Reply,
    Revision,
    Source,
    StaffIdentity,
)
from kulanz.desk.queries import moderating as queries
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.services import carrying_out, measure_notices, moderating
from kulanz.desk.services.measure_entries import contents_of
from kulanz.desk.services.measures_seen import note_seen
from kulanz.desk.services.public_log import openings_of
from kulanz.tlog.canonical import canonical
from kulanz.tlog.entries import decode, opens
from smtp_site import SmtpSite

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(forum: Source, members: dict[str, Member], now: datetime) -> Forum:
    return make_forum(forum, members, now)


def entry_of(measure: Measure) -> LogEntry:
    entry = Measure.objects.get(pk=measure.pk).entry
    assert entry is not None
    return entry


def test_nothing_that_everybody_reads_names_anybody(here: Forum, alice: Actor) -> None:
    make_customer(alice, here.now)
    with pytest.raises(RuleError, match="a name that the desk knows"):
        here.propose("lock", onward="Ask rolf_1958, or write below https://forum.kontaktor.example/t/4713.")
    with pytest.raises(RuleError, match="a name that the desk knows"):
        here.propose("lock", onward=ONWARD, why="Petersen, Rolf is not to be insulted.")
    assert here.propose("lock", onward=ONWARD).state == "proposed"


def test_a_preview_gives_no_reference_that_is_not_kept(here: Forum) -> None:
    slow = order("slow", until=here.now + timedelta(days=1))
    shown = moderating.preview(
        actor=here.dora, thread=here.thread, rule=here.rule.pk, order=slow, now=here.now
    )
    text = measure_notices.notice_of(shown).text
    assert text.endswith(": …")
    assert "/appeal/…" in text


def test_a_friendly_post_is_hidden_by_hand_told_and_logged(here: Forum) -> None:
    measure = here.propose("hide", here.kind, until=here.now + timedelta(days=2))
    assert (measure.state, measure.asks, measure.due_at) == ("ordered", [], None)
    assert list(queries.by_hand()) == [measure]
    done = moderating.confirm_by_hand(actor=here.dora, measure=measure, seen=measure.version, now=here.now)
    assert (done.state, done.by_hand) == ("done", True)
    [notice] = queries.untold()
    assert notice.measure == done
    assert all(part in notice.text for part in (WHY, "Respekt", f"/appeal/{done.reference}"))
    told = measure_notices.told_by_hand(actor=here.dora, notice=notice, seen=notice.version, now=here.now)
    assert (told.way, told.told_by_id) == ("hand", here.dora.member_id)
    with pytest.raises(RuleError, match="told already"):
        measure_notices.told_by_hand(actor=here.dora, notice=told, seen=told.version, now=here.now)
    entry = decode(bytes(entry_of(done).body))
    assert (entry.kind, entry.act, entry.reasons, entry.scope) == ("measure", "hide", ("abuse",), "post")
    assert (entry.rule.key, entry.rule.version, entry.note, entry.origin) == ("respect", 1, WHY, "desk")
    assert "mila_k" not in str(entry)
    assert set(Event.objects.filter(noun="measure").values_list("action", flat=True)) == {
        "propose", "order", "confirm_by_hand",
    }  # fmt: skip


def test_what_an_entry_commits_to_can_be_opened(here: Forum) -> None:
    measure = here.propose("edit", here.kind, text="Words without the insult.")
    done = moderating.confirm_by_hand(actor=here.dora, measure=measure, seen=measure.version, now=here.now)
    row = entry_of(done)
    entry, openings = decode(bytes(row.body)), openings_of(row)
    for name, content in contents_of(done).items():
        assert opens(entry, name, openings[name].key, canonical(content))
    assert contents_of(done)["before"] == {"text": "Words of post 2."}
    assert contents_of(done)["after"] == {"text": "Words without the insult."}


def test_words_that_lead_to_a_person_are_refused_before_anything_is_kept(here: Forum) -> None:
    for why in ("rolf_1958 insults others.", "Ask rolf@mauer.example about it."):
        with pytest.raises(RuleError, match="personal data"):
            here.propose("hide", here.kind, why=why)
    assert not Measure.objects.exists()


@pytest.mark.parametrize("kind", ["edit", "hide", "remove", "suspend"])
def test_a_critical_post_waits_for_somebody_without_part_in_it(here: Forum, kind: str) -> None:
    measure = here.propose(kind, here.critical, **({"text": "Calmer."} if kind == "edit" else {}))
    assert (measure.state, measure.asks) == ("proposed", ["critical"])
    with pytest.raises(RuleError, match="four eyes"):
        moderating.approve(actor=here.dora, measure=measure, seen=measure.version, now=here.now)
    approved = moderating.approve(actor=here.carla, measure=measure, seen=measure.version, now=here.now)
    assert (approved.state, approved.decided_by_id) == ("ordered", here.carla.member_id)


def test_owner_of_the_issue_and_who_answered_decide_nothing(here: Forum, members: dict[str, Member]) -> None:
    alice = actor_of(members["alice"])
    issue = Issue.objects.create(title="Dunning", state="owned", owner=members["alice"], opened_at=here.now)
    IssueThread.objects.create(issue=issue, thread=here.thread, at=here.now)
    Reply.objects.create(
        thread=here.thread, author=members["carla"], channel="public", text="Hello", created_at=here.now
    )
    measure = here.propose("remove", here.critical)
    for actor in (alice, here.carla):
        with pytest.raises(RuleError, match="four eyes"):
            moderating.approve(actor=actor, measure=measure, seen=measure.version, now=here.now)
        with pytest.raises(RuleError, match="four eyes"):
            moderating.refuse(actor=actor, measure=measure, seen=measure.version, reason="no", now=here.now)
    assert queries.situation_of(here.thread, here.critical).open_issue
    with pytest.raises(RuleError, match="close guard"):
        here.propose("lock", onward=ONWARD)
    lock = here.propose("lock", onward=ONWARD, despite="Slow mode was tried.")
    assert (lock.asks, lock.account.key) == (["lock"], "rolf_1958")


def test_what_somebody_did_at_the_source_they_neither_agree_to_nor_say_away(
    here: Forum, members: dict[str, Member]
) -> None:
    StaffIdentity.objects.create(
        kind="account", value="Moderator7", source=here.thread.source, member=members["carla"]
    )
    change = seen_change(
        here, "edited_by_other", diff=[{"sign": "=", "text": "What"}, {"sign": "+", "text": "is it?"}]
    )
    note_seen(revisions=[change], now=here.now)
    seen = here.again(queries.seen_unexplained().get())
    assert (seen.text_before, seen.text) == ("What", "What is it?")
    with pytest.raises(RuleError, match="four eyes"):
        moderating.dismiss(actor=here.carla, measure=seen, seen=1, reason="Nothing.", now=here.now)
    explained = moderating.explain(
        actor=here.dora, measure=seen, seen=1, rule=here.rule.pk, order=order("edit"), now=here.now
    )
    with pytest.raises(RuleError, match="four eyes"):
        moderating.approve(actor=here.carla, measure=explained, seen=explained.version, now=here.now)


def test_unread_words_count_as_criticism(here: Forum) -> None:
    here.kind.text_since = here.now + timedelta(minutes=1)
    assert queries.situation_of(here.thread, here.kind).unread
    assert not queries.situation_of(here.thread, here.critical).unread


def test_roles_without_the_right_and_old_versions_are_refused(here: Forum, erik: object, bob: object) -> None:
    for actor in (erik, bob, here.carla):
        with pytest.raises(NotAllowedError):
            moderating.propose(
                actor=actor,
                thread=here.thread,
                post=here.kind,
                rule=here.rule.pk,
                order=order(),
                now=here.now,
            )
    measure = here.propose("hide", here.critical)
    moderating.refuse(actor=here.carla, measure=measure, seen=1, reason="It is fair criticism.", now=here.now)
    with pytest.raises(RuleError, match="refused"):
        moderating.approve(actor=here.carla, measure=measure, seen=1, now=here.now)
    other = here.propose("hide", here.kind)
    with pytest.raises(ConflictError):
        moderating.confirm_by_hand(actor=here.dora, measure=other, seen=other.version - 1, now=here.now)


def test_what_stands_is_not_ordered_a_second_time(here: Forum) -> None:
    here.propose("hide", here.kind)
    with pytest.raises(RuleError, match="stands here or waits"):
        here.propose("hide", here.kind)
    assert Measure.objects.count() == 1
    assert here.propose("remove", here.kind).kind == "remove"


def test_a_rule_has_to_be_in_force(here: Forum) -> None:
    here.rule.effective_to = here.now
    here.rule.save()
    with pytest.raises(RuleError, match="in force"):
        here.propose("hide", here.kind)


def test_a_warning_is_carried_out_by_telling(here: Forum) -> None:
    measure = here.propose("warn", here.kind)
    assert measure.state == "done"
    assert MeasureNotice.objects.get(measure=measure).about == "done"


def test_an_author_whose_address_is_known_is_told_by_mail(here: Forum, site: SmtpSite) -> None:
    rolf = Person.objects.create(name="Rolf", email="rolf@mauer.example", created_at=here.now)
    Account.objects.filter(pk=here.kind.account_id).update(person=rolf)
    here.kind.refresh_from_db()
    measure = here.propose("warn", here.kind)
    assert measure_notices.send_due(now=here.now) == 1
    [mail] = site.mails
    assert (mail["To"], measure.reference in mail.get_content()) == ("rolf@mauer.example", True)
    assert MeasureNotice.objects.get().way == "mail"
    assert not queries.untold().exists()


def test_its_time_over_or_reversed_is_undone_by_hand_and_logged(here: Forum) -> None:
    ends = here.propose("hide", here.kind, until=here.now + timedelta(hours=1))
    moderating.confirm_by_hand(actor=here.dora, measure=ends, seen=ends.version, now=here.now)
    assert carrying_out.end_due(now=here.now + timedelta(minutes=59)) == 0
    later = here.now + timedelta(hours=1)
    assert carrying_out.end_due(now=later) == 1
    ending = here.again(ends)
    ended = moderating.confirm_by_hand(actor=here.dora, measure=ending, seen=ending.version, now=later)
    assert ended.state == "ended"
    assert decode(bytes(ended.over_entry.body)).act == "end"
    assert not ended.notices.filter(about="reversed").exists()
    wrong = here.propose("move", here.kind, place="Offers")
    done = moderating.confirm_by_hand(actor=here.dora, measure=wrong, seen=wrong.version, now=later)
    back = moderating.reverse(actor=here.carla, measure=done, seen=done.version, reason="It fits.", now=later)
    over = moderating.confirm_by_hand(actor=here.dora, measure=back, seen=back.version, now=later)
    assert over.state == "reversed"
    entry = decode(bytes(over.over_entry.body))
    assert (entry.act, entry.reasons, entry.refers) == ("reverse", ("mistake",), over.entry.leaf)
    assert "It fits." in over.notices.get(about="reversed").text


def seen_change(here: Forum, kind: str = "hidden", by: str = "moderator7", **more: object) -> Revision:
    return Revision.objects.create(
        **{"thread": here.thread, "post": here.critical, "kind": kind, "by": by, "found_at": here.now,
           "seen_before": here.now - timedelta(hours=1), **more}
    )  # fmt: skip


def test_what_was_done_at_the_source_asks_for_rule_and_reasons(here: Forum) -> None:
    own = seen_change(here, by="rolf_1958")
    history = seen_change(here, "locked", post=None, seen_before=None)
    back = seen_change(here, "restored")
    assert note_seen(revisions=[own, history, back], now=here.now) == 0
    assert note_seen(revisions=[seen_change(here)], now=here.now) == 1
    [seen] = queries.seen_unexplained()
    assert (seen.kind, seen.state, seen.at_source, seen.rule) == ("hide", "seen", True, None)
    given = order("lock", onward="nobody asks")
    explained = moderating.explain(
        actor=here.dora,
        measure=here.again(seen),
        seen=seen.version,
        rule=here.rule.pk,
        order=given,
        now=here.now,
    )
    assert (explained.kind, explained.state, explained.asks) == ("hide", "proposed", ["critical"])
    with pytest.raises(RuleError, match="stands at the source"):
        moderating.refuse(
            actor=here.carla, measure=explained, seen=explained.version, reason="no", now=here.now
        )
    done = moderating.approve(actor=here.carla, measure=explained, seen=explained.version, now=here.now)
    assert done.state == "done"
    assert decode(bytes(entry_of(done).body)).origin == "source"


def test_what_the_rules_do_not_cover_is_undone_and_both_stand_in_the_log(here: Forum) -> None:
    note_seen(revisions=[seen_change(here)], now=here.now)
    seen = here.again(queries.seen_unexplained().get())
    back = moderating.overturn(
        actor=here.carla, measure=seen, seen=seen.version, reason="No rule covers it.", now=here.now
    )
    over = moderating.confirm_by_hand(
        actor=here.dora, measure=here.again(back), seen=back.version, now=here.now
    )
    assert over.state == "reversed"
    assert list(LogEntry.objects.order_by("pk").values_list("kind", flat=True)) == ["measure", "reversal"]


def test_what_is_no_measure_is_dismissed_with_a_reason_and_what_we_did_is_not_seen_as_others(
    here: Forum,
) -> None:
    note_seen(revisions=[seen_change(here, "removed", by="")], now=here.now)
    seen = here.again(queries.seen_unexplained().get())
    with pytest.raises(RuleError, match="say why"):
        moderating.dismiss(actor=here.carla, measure=seen, seen=seen.version, reason=" ", now=here.now)
    moderating.dismiss(
        actor=here.carla, measure=seen, seen=seen.version, reason="The author took it away.", now=here.now
    )
    ours = here.propose("hide", here.kind)
    moderating.confirm_by_hand(actor=here.dora, measure=ours, seen=ours.version, now=here.now)
    assert note_seen(revisions=[seen_change(here, post=here.kind)], now=here.now) == 0
    assert not LogEntry.objects.exclude(pk=entry_of(ours).pk).exists()
