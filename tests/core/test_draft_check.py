"""The whole draft check with the shipped models: invariants, and what each part says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kulanz import Draft, DraftReport, Post, check_draft
from kulanz.api import make_draft_check
from kulanz.core.drafts.answers import FEATURES, answer_columns, questions
from kulanz.core.drafts.check import MOST_CHARACTERS, DraftCheck
from kulanz.core.drafts.draft import BAD, GOOD
from kulanz.core.drafts.pieces import pieces
from kulanz.core.drafts.position import comparison
from kulanz.core.drafts.talk import DraftError
from kulanz.core.drafts.wording import DATA, FINDINGS, NAMES, REMARKS
from kulanz.core.errors import CoreError
from kulanz.core.money import Money

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
ASKS = "Ihr habt zweimal abgebucht, und niemand antwortet. Wann bekomme ich mein Geld zurück?"
PARTS = (
    "Guten Tag Frau Adler, es tut mir leid, wir haben doppelt abgebucht.",
    "Laut § 7 AGB sind Sie verpflichtet, Ihre Daten aktuell zu halten.",
    "Your order 4711-0815 was shipped to Am Deich 12.",
    "Please contact support.",
    "Wir verzichten auf die 17,85 Euro.",
    "z. B. 3. Mai; 4. Juni!?",
    "Je vous prie d'agréer.",
    "\u202e\x1b[31m 😡 ﷺ",
    "+49 431 12345",
    "\n\n",
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PARTS), max_size=8).map(" ".join),
)


@pytest.fixture(scope="module")
def check() -> DraftCheck:
    return make_draft_check(company=("Kontaktor",), lang="en")


def talk(*spoken: tuple[str, str]) -> list[Post]:
    """A thread of (author, text); authors that start with "team" speak for the company."""
    return [
        Post(
            thread_id="t",
            post_id=f"t-{number}",
            author_id=author,
            created_at=START + timedelta(hours=number),
            text=text,
            role="staff" if author.startswith("team") else "customer",
        )
        for number, (author, text) in enumerate(spoken, 1)
    ]


def codes(report: DraftReport, kind: str) -> set[str]:
    return {finding.code for finding in report.findings if finding.kind == kind}


CHECK = make_draft_check(company=("Kontaktor",), lang="de")


@settings(max_examples=150)
@given(text=TEXTS, customer=TEXTS, earlier=TEXTS, public=st.booleans(), limit=st.sampled_from([None, 0, 50]))
def test_any_text_is_read_and_passages_are_parts_of_it(
    text: str, customer: str, earlier: str, public: bool, limit: int | None
) -> None:
    thread = talk(("adler", customer), ("team-nadine", earlier), ("adler", customer))
    most = None if limit is None else Money(Decimal(limit), "EUR")
    try:
        report = CHECK.check(Draft(text=text, public=public, most=most), thread)
    except DraftError:
        assert not any(map(str.isalnum, text))
        return
    posts = {post.post_id: post.text for post in thread}
    for finding in report.findings:
        assert finding.code in NAMES["en"]
        assert (finding.start is None) == (finding.end is None)
        if finding.start is not None and finding.end is not None:
            assert 0 <= finding.start < finding.end <= len(text)
            assert text[finding.start : finding.end].strip()
        assert (finding.kind == "present") == (not finding.why) == (not finding.better)
        assert finding.blocks == (finding.code == "personal_data")
        assert set(finding.posts) <= posts.keys()
    for question in report.questions:
        assert posts[question.post_id][question.start : question.end] == question.text
        assert question.answered == (question.answer is not None)
    assert public or not report.blocking
    if report.effect is not None:
        assert 0 <= report.effect.low <= report.effect.high <= 1
        assert report.effect.high - report.effect.low < 0.2


@settings(max_examples=20)
@given(text=st.lists(st.sampled_from(PARTS), min_size=1, max_size=5).map(" ".join))
def test_the_same_draft_gets_the_same_report(text: str) -> None:
    thread = talk(("adler", ASKS))
    assert CHECK.check(Draft(text=text + " a"), thread) == CHECK.check(Draft(text=text + " a"), thread)


@pytest.mark.parametrize(
    "sign", ["a", "A1", "a.", "0", "!", "'", "a@", "Aa ", "1 ", "im x ", "nicht ", "? a"]
)
def test_a_draft_made_to_be_slow_is_read_all_the_same(sign: str) -> None:
    text = ("Ihre Antwort: " + sign * MOST_CHARACTERS)[:MOST_CHARACTERS]
    start = time.process_time()
    CHECK.check(Draft(text=text), talk(("adler", ASKS)))
    assert time.process_time() - start < 5


def test_what_is_no_draft_is_refused(check: DraftCheck) -> None:
    for draft, said in (
        (Draft(text=" \n!"), "write something first"),
        (Draft(text="a" * (MOST_CHARACTERS + 1)), "at most 20,000 characters"),
        (Draft(text="Hello.", reply_to="none"), "name one of its post_ids"),
    ):
        with pytest.raises(CoreError, match=said):
            check.check(draft, talk(("adler", ASKS)))


def test_it_works_without_a_thread_and_from_the_library() -> None:
    report = check_draft(Draft(text="Bitte wenden Sie sich an den Support."), [], lang="de")
    assert "sends_away" in codes(report, "found")
    assert report.questions == ()
    assert report.effect is None
    assert report.comparison is None
    assert report.position.number == 1


def test_a_draft_in_another_language_is_only_searched_for_personal_data(check: DraftCheck) -> None:
    text = "Votre compte DE89 3704 0044 0532 0130 00 n'a reçu aucun paiement depuis le mois de janvier."
    report = check.check(Draft(text=text), talk(("adler", "Où est mon argent ? Personne ne me répond ici.")))
    assert not report.scored
    assert [finding.code for finding in report.findings] == ["personal_data"]
    assert not report.may_be_sent


def test_every_finding_has_words_in_both_languages() -> None:
    for lang in ("de", "en"):
        assert set(FINDINGS[lang]) == set(NAMES[lang]) == {*GOOD, *BAD, "contradicts", "promise_open"}
        assert all(why and better for why, better in FINDINGS[lang].values())
    assert DATA["de"].keys() == DATA["en"].keys()


@pytest.mark.parametrize("name", ["good", "bad"])
def test_the_great_case(check: DraftCheck, name: str, root: Path, opening: Sequence[Post]) -> None:
    text = (root / f"sample/drafts/4711-{name}.txt").read_text("utf-8")
    report = check.check(Draft(text=text), opening)
    found = codes(report, "found")
    if name == "good":
        assert {"addresses", "action", "who", "deadline", "contact", "apology"} <= codes(report, "present")
        assert found == set()
        assert report.may_be_sent
    else:
        assert found >= {"quotes_terms", "lists_facts", "blames", "sends_away", "false_apology", "threatens"}
        assert {"action", "who", "deadline"} <= codes(report, "missing")
        assert not report.may_be_sent


@pytest.fixture(scope="module")
def opening() -> list[Post]:
    return talk(
        (
            "Rolf_Petersen",
            "Zweimal abgebucht, drei Tickets, jedes Mal derselbe Baustein, und jetzt ein Brief vom",
        ),
        (
            "Rolf_Petersen",
            "Inkasso. Ich hätte gern einen Menschen. Kann mir jemand einen Ansprechpartner nennen?",
        ),
    )


def test_an_open_question_is_listed_until_it_is_answered(check: DraftCheck) -> None:
    thread = talk(("adler", ASKS))
    silent = check.check(Draft(text="Danke für Ihre Geduld. Wir haben alles richtig gemacht."), thread)
    told = check.check(Draft(text="Ihr Geld bekommen Sie bis Freitag, 12 Uhr, zurück."), thread)
    assert [(one.text, one.answered) for one in silent.questions] == [
        ("Wann bekomme ich mein Geld zurück?", False)
    ]
    assert [one.answered for one in told.questions] == [True]
    settled = [*thread, *talk(("team-nadine", "Ihr Geld bekommen Sie bis Freitag, 12 Uhr, zurück."))]
    assert check.check(Draft(text="Es ist überwiesen."), settled).questions == ()


@pytest.mark.parametrize("text", ["Es tut uns leid, dass Sie das so empfinden.", "Sorry you feel that way."])
def test_an_apology_that_is_none_is_not_good_besides(check: DraftCheck, text: str) -> None:
    found = {
        finding.code: finding.kind for finding in check.check(Draft(text=text), talk(("kim", ASKS))).findings
    }
    assert found["false_apology"] == "found"
    assert "apology" not in found


def test_whoever_is_answered_is_named(check: DraftCheck) -> None:
    thread = talk(("adler", "Das Formular geht nicht."), ("bach", "Bei mir auch nicht. Was soll ich tun?"))
    first = check.check(Draft(text="Bitte versuchen Sie es noch einmal."), thread)
    second = check.check(Draft(text="Bitte versuchen Sie es noch einmal.", reply_to="t-2"), thread)
    assert first.questions == ()
    assert [one.text for one in second.questions] == ["Was soll ich tun?"]


def test_what_the_company_began_is_answered_to_whoever_wrote_first(check: DraftCheck) -> None:
    thread = talk(("team-nadine", "Heute Nacht wird gewartet."), ("adler", ASKS), ("bach", "Was ist los?"))
    report = check.check(Draft(text="Bitte warten Sie noch etwas."), thread)
    assert [one.text for one in report.questions] == ["Wann bekomme ich mein Geld zurück?"]


def test_a_long_answer_says_more_than_a_short_one_and_none_more_than_all() -> None:
    (asked,) = questions("Wann kommt das Geld für Rechnung, Mahnung, Porto und Beitrag zurück?")
    said = "Geld. Das Geld für Rechnung, Mahnung, Porto und Beitrag kommt am Freitag zurück."
    columns = answer_columns(asked, pieces(said), np.full((3, 4), 0.5, np.float32))
    short, long = (dict(zip(FEATURES, row, strict=True)) for row in columns.tolist())
    assert short["length"] < long["length"]
    assert short["shared"] < long["shared"]
    assert max(long.values()) == 1


def test_positions(check: DraftCheck) -> None:
    argument = "Laut § 7 AGB sind Sie verpflichtet, Ihre Daten aktuell zu halten. Das ist eindeutig geregelt."
    plain = "Ich habe nachgesehen und rufe Sie morgen um 10 Uhr an."
    thread = talk(("adler", "Die Seite lädt bei mir seit gestern nicht. Kann jemand helfen?"))
    once = [*thread, *talk(("team-a", argument))]
    twice = [*once, *talk(("team-a", argument), ("adler", "Das hilft mir nicht."), ("team-a", argument))]
    private = check.check(Draft(text=argument, public=False), twice).position
    assert (private.number, private.code, private.needs_approval) == (0, "private", False)
    assert check.check(Draft(text=plain), thread).position.code == "first"
    assert check.check(Draft(text=plain), once).position.code == "later"
    assert check.check(Draft(text=argument), once).position.code == "second_argument"
    third = check.check(Draft(text=argument), twice)
    assert third.position.needs_approval
    assert third.position.number == 4
    assert not check.check(Draft(text=argument, approved=True), twice).position.needs_approval


def test_the_third_answer_in_a_dispute_is_read_by_two(check: DraftCheck) -> None:
    argument = "Laut § 7 AGB sind Sie verpflichtet, das zu melden."
    plain = "Ich habe nachgesehen und rufe Sie morgen um 10 Uhr an."
    thread = talk(("adler", "Die Seite lädt bei mir seit gestern nicht. Kann jemand helfen?"))
    for answers in range(4):
        answered = [*thread, *talk(*[("team-a", plain)] * answers)]
        arguing, calm = (check.check(Draft(text=text), answered).position for text in (argument, plain))
        assert arguing.code == ("first", "later", "four_eyes", "four_eyes")[answers]
        assert calm.code == ("later" if answers else "first")


@pytest.mark.parametrize(
    ("words", "theirs", "remarks"),
    [
        (151, 50, ["It is 3 times as long as what the customer wrote."]),
        (160, 0, ["It is 160 times as long as what the customer wrote."]),
        (153, 51, []),
        (150, 10, []),
        (10, 61, [REMARKS["en"]["shorter"]]),
        (9, 60, []),
        (11, 66, []),
    ],
)
def test_much_longer_and_much_shorter(words: int, theirs: int, remarks: list[str]) -> None:
    found = comparison("a " * words, "a " * theirs, (None, None), "en")
    assert [said for _, said in found.remarks] == remarks


def test_the_tone_of_each_is_its_own(check: DraftCheck) -> None:
    calm, angry = (
        "Vielen Dank für Ihre Geduld, ich helfe gern.",
        "Ihr seid eine Frechheit, ihr dummen Lügner!",
    )
    tones = []
    for draft, customer in ((calm, angry), (angry, calm)):
        found = check.check(Draft(text=draft), talk(("adler", customer))).comparison
        assert found is not None
        tones.append((found.draft_heat, found.customer_heat))
    assert tones[0] == tones[1][::-1]
    assert tones[0][0] < tones[0][1]


def test_sharper_is_more_than_a_shade() -> None:
    heats = ((0.8, 0.4), (0.6, 0.4), (0.8, None), (None, 0.4))
    found = [comparison("a", "a", both, "en").remarks for both in heats]
    assert [dict(remarks).keys() for remarks in found] == [{"sharper"}, set(), set(), set()]


def test_promises_beyond_what_the_writer_may_grant(check: DraftCheck) -> None:
    draft = Draft(text="Ich schreibe Ihnen heute 80 Euro gut.", most=Money(Decimal(50), "EUR"))
    (found,) = [one for one in check.check(draft, []).findings if one.detail and one.code == "overpromises"]
    assert found.detail == "more than the 50 EUR that you may grant yourself"
    more = replace(draft, most=Money(Decimal(80), "EUR"))
    assert not [one for one in check.check(more, []).findings if one.detail]


def test_what_does_not_agree_with_earlier_posts(check: DraftCheck) -> None:
    thread = talk(
        ("adler", ASKS),
        (
            "team-a",
            "Wir überweisen Ihnen den Beitrag von 17,85 Euro. Ich melde mich bis Montag mit dem Ergebnis.",
        ),
    )
    report = check.check(Draft(text="Guten Tag, wir überweisen Ihnen vom Beitrag 12 Euro."), thread)
    (against,) = [one for one in report.findings if one.code == "contradicts"]
    assert (against.posts, against.detail) == (("t-2",), "Wir überweisen Ihnen den Beitrag von 17,85 Euro.")
    (promised,) = [one for one in report.findings if one.code == "promise_open"]
    assert promised.detail == "Ich melde mich bis Montag mit dem Ergebnis."
    kept = check.check(Draft(text="Guten Tag, wie versprochen melde ich mich mit dem Ergebnis."), thread)
    assert not codes(kept, "missing") & {"promise_open"}


def test_length_and_tone_beside_the_customer(check: DraftCheck) -> None:
    thread = talk(
        ("adler", "Können Sie mir sagen, wann der Shop wieder geht? Ich danke Ihnen im Voraus sehr.")
    )
    long = "Wir haben das geprüft und geben Ihnen gern Auskunft über alles. " * 20
    report = check.check(Draft(text=long), thread)
    assert report.comparison is not None
    assert "longer" in dict(report.comparison.remarks)
    familiar = check.check(Draft(text="Danke, dass du fragst, ich sage dir das gern."), thread)
    assert familiar.comparison is not None
    assert "address" in dict(familiar.comparison.remarks)
