"""People: profiles over accounts, what may be one person, merges and their undoing, roles in issues."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.posts import Post as CorePost
from kulanz.core.report import PostFinding, Reason, ThreadDetail, ThreadReport
from kulanz.desk.models import Account, Case, Event, Issue, IssueRole, Person, Post, Source, Thread
from kulanz.desk.queries import people as queries
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.reactions import STRENGTH, strongest, suggested_roles
from kulanz.desk.rules.sameness import Known, likeness
from kulanz.desk.services import cases, following, issues, people, teamwork
from kulanz.desk.services.analysing import analyse_due
from kulanz.desk.services.ingesting import keep_page
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db
_WORDS = st.text(max_size=30)
_KNOWN = st.builds(
    Known,
    name=_WORDS,
    email=_WORDS,
    customer_number=_WORDS,
    accounts=st.frozensets(st.tuples(st.integers(1, 3), _WORDS), max_size=3),
)


@pytest.fixture
def account(forum: Source, now: datetime) -> Account:
    return Account.objects.create(source=forum, key="Rolf_P", first_seen_at=now)


@pytest.fixture
def blog(now: datetime) -> Source:
    return Source.objects.create(
        name="Blog", connector="feed", address="b", hook_key="blog-hook", created_at=now
    )


@pytest.fixture
def rolf(bob: Actor, account: Account, now: datetime) -> Person:
    return people.person_of(actor=bob, account=account, now=now)


def finding(author: str, company: bool = False, **signals: float) -> PostFinding:  # noqa: FBT002
    post = CorePost(
        thread_id="1", post_id=f"{author}-{sorted(signals)}", author_id=author, created_at=None, text=""
    )
    return PostFinding(post, "de", signals, company=company)


def detail(*findings: PostFinding, amplifying: tuple[str, ...] = ()) -> ThreadDetail:
    report = ThreadReport(
        thread_id="1", rank=0, score=0.9, stage="issue", onset_post=None, affected=1,
        reasons=(Reason("amplified", "", amplifying),), signals={},
    )  # fmt: skip
    return ThreadDetail(report, findings, {})


def test_roles_are_what_people_show_and_the_strongest_stays() -> None:
    found = suggested_roles(
        detail(
            finding("rolf", complaint=0.9),
            finding("firma", company=True),
            finding("anna", affected=0.8),
            finding("anna", calming=0.9),
            finding("otto", anger=0.7),
            finding("ina", defends=0.6, anger=0.6),
            finding("uwe", calming=0.6),
            finding("blogger", question=0.9),
            finding("gast", question=0.9),
            amplifying=("blogger-['question']",),
        )
    )
    assert found == {
        "rolf": "complainant", "firma": "staff", "anna": "affected", "otto": "annoyed", "ina": "defending",
        "uwe": "calming", "blogger": "amplifier",
    }  # fmt: skip


def test_there_is_one_complainant_the_first_with_an_own_complaint() -> None:
    found = suggested_roles(
        detail(finding("gast"), finding("anna", affected=0.8), finding("rolf", complaint=0.9))
    )
    assert found == {"anna": "affected", "rolf": "complainant"}


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(STRENGTH))))
def test_over_several_threads_the_order_does_not_matter(found: list[dict[str, str]]) -> None:
    assert strongest(found) == strongest(found[::-1])


def test_an_issue_knows_its_people_once_its_threads_are_analysed(
    bob: Actor, forum: Source, sample_posts: list[CorePost], now: datetime
) -> None:
    page = Page(posts=tuple(Sighting(post=post) for post in sample_posts))
    keep_page(source=forum, page=page, lane=None, grace=timedelta(minutes=5), now=now)
    issue = issues.open_issue(actor=bob, threads=[Thread.objects.get()], now=now)
    assert not issue.roles.exists()
    analyse_due(now=now + timedelta(seconds=2))
    found = dict(issue.roles.values_list("account__key", "role"))
    assert [found[key] for key in found if found[key] == "complainant"] == ["complainant"]
    assert {"complainant", "affected", "staff"} <= set(found.values())
    assert (
        issue.roles.get(role="complainant").posts
        == Post.objects.filter(account__issue_roles__role="complainant").count()
    )
    issue.refresh_from_db()
    assert issue.stage == "escalated"


def test_what_a_person_said_stays_and_other_suggestions_go(
    bob: Actor, thread: Thread, other_thread: Thread, account: Account, now: datetime
) -> None:
    Thread.objects.filter(pk=thread.pk).update(roles={"Rolf_P": "affected"})
    anna = Account.objects.create(source=account.source, key="anna", first_seen_at=now)
    Thread.objects.filter(pk=other_thread.pk).update(roles={"anna": "annoyed", "Rolf_P": "calming"})
    issue = issues.open_issue(actor=bob, threads=[thread, other_thread], now=now)
    assert dict(issue.roles.values_list("account__key", "role")) == {"Rolf_P": "affected", "anna": "annoyed"}
    teamwork.set_role(actor=bob, issue=issue, account=account, seen=1, role="defending", now=now)
    following.follow(thread=thread, now=now)
    assert issue.roles.get(account=account).role == "defending"
    issues.remove_thread(actor=bob, issue=issue, thread=other_thread, reason="other", now=now)
    assert not IssueRole.objects.filter(account=anna).exists()
    assert issue.roles.get().by_hand


def test_a_profile_is_made_once(bob: Actor, account: Account, rolf: Person, now: datetime) -> None:
    assert people.person_of(actor=bob, account=account, now=now) == rolf
    assert (rolf.name, rolf.role) == ("Rolf_P", "customer")
    assert Event.objects.filter(noun="person", action="make").count() == 1


def test_readers_make_none(erik: Actor, account: Account, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        people.person_of(actor=erik, account=account, now=now)


def test_two_cannot_overwrite_a_profile(bob: Actor, rolf: Person, now: datetime) -> None:
    seen = rolf.version
    people.edit(actor=bob, person=rolf, seen=seen, now=now, name="Rolf Petersen", role="builder")
    with pytest.raises(ConflictError):
        people.edit(actor=bob, person=rolf, seen=seen, now=now, name="Rolf")
    with pytest.raises(RuleError, match="expected one of customer"):
        people.edit(actor=bob, person=rolf, seen=rolf.version, now=now, role="villain")


def test_a_merge_takes_accounts_and_cases_and_gives_them_back(
    bob: Actor, rolf: Person, blog: Source, issue_of: Issue, now: datetime
) -> None:
    other = Person.objects.create(name="R. Petersen", email="rolf@mauer.example", created_at=now)
    theirs = Account.objects.create(source=blog, key="rolf_p", person=other, first_seen_at=now)
    case = cases.open_case(actor=bob, person=other, issue=issue_of, title="", now=now)
    merged = people.merge(actor=bob, person=rolf, seen=rolf.version, gone=other, why="he said so", now=now)
    rolf.refresh_from_db()
    assert (rolf.accounts.count(), rolf.email, Case.objects.get().person) == (2, "rolf@mauer.example", rolf)
    with pytest.raises(RuleError, match="was merged"):
        people.merge(actor=bob, person=other, seen=other.version, gone=rolf, why="x", now=now)

    people.undo(actor=bob, merge=merged, now=now)
    for row in (theirs, case, rolf, other):
        row.refresh_from_db()
    assert (theirs.person, case.person, rolf.email, other.merged_into) == (other, other, "", None)
    with pytest.raises(RuleError, match="undone already"):
        people.undo(actor=bob, merge=merged, now=now)


@pytest.fixture
def issue_of(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], now=now)


def test_a_merge_is_not_undone_before_a_later_one_of_the_kept_profile(
    bob: Actor, account: Account, rolf: Person, now: datetime
) -> None:
    kept, last = (Person.objects.create(name=name, created_at=now) for name in ("Rolf R.", "R. Rolf"))
    first = people.merge(actor=bob, person=kept, seen=1, gone=rolf, why="same number", now=now)
    kept.refresh_from_db()
    second = people.merge(actor=bob, person=last, seen=1, gone=kept, why="same letter", now=now)
    for merge in (first, second):
        merge.refresh_from_db()
    with pytest.raises(RuleError, match="later merge first"):
        people.undo(actor=bob, merge=first, now=now)
    first.refresh_from_db()
    assert first.undone_at is None
    people.undo(actor=bob, merge=second, now=now)
    first.kept.refresh_from_db()
    people.undo(actor=bob, merge=first, now=now)
    account.refresh_from_db()
    assert account.person_id == rolf.pk


def test_a_merge_needs_a_reason_and_two(bob: Actor, rolf: Person, now: datetime) -> None:
    other = Person.objects.create(name="Anna", created_at=now)
    with pytest.raises(RuleError, match="say why"):
        people.merge(actor=bob, person=rolf, seen=rolf.version, gone=other, why=" ", now=now)
    with pytest.raises(RuleError, match="two profiles"):
        people.merge(actor=bob, person=rolf, seen=rolf.version, gone=rolf, why="x", now=now)


def test_an_account_is_added_and_taken_away(
    bob: Actor, rolf: Person, account: Account, blog: Source, now: datetime
) -> None:
    other = Account.objects.create(source=blog, key="rolf_p", first_seen_at=now)
    people.attach(actor=bob, person=rolf, account=other, now=now)
    with pytest.raises(RuleError, match="merge the two"):
        people.attach(actor=bob, person=rolf, account=account, now=now)
    people.detach(actor=bob, person=rolf, account=other, reason="another Rolf", now=now)
    assert list(rolf.accounts.all()) == [account]


def test_who_may_be_the_same_is_proposed_and_nothing_is_done(
    rolf: Person, blog: Source, forum: Source, now: datetime
) -> None:
    Person.objects.filter(pk=rolf.pk).update(name="Rolf Petersen", email="rolf@mauer.example")
    rolf.refresh_from_db()
    mail = Person.objects.create(name="Petersen, R.", email="Rolf@Mauer.example", created_at=now)
    named = Person.objects.create(name="Rolf Peterson", created_at=now)
    Person.objects.create(name="Rolf Zuckmayer", created_at=now)
    bare = Account.objects.create(source=blog, key="rolf_p", first_seen_at=now)
    Account.objects.create(source=forum, key="rolf_P", first_seen_at=now)
    found = queries.suggestions(rolf)
    assert [(each.person, each.account, each.likeness.grounds) for each in found] == [
        (mail, None, ("email", "name")),
        (None, bare, ("account",)),
        (named, None, ("name",)),
    ]
    assert Person.objects.filter(merged_into=None).count() == 4


@given(_KNOWN, _KNOWN)
def test_likeness_is_a_share_and_the_same_both_ways(one: Known, other: Known) -> None:
    found = likeness(one, other)
    assert 0 <= found.score <= 1
    assert set(found.grounds) - {"name"} == set(likeness(other, one).grounds) - {"name"}


@pytest.mark.parametrize(
    ("one", "other", "proposed"),
    [
        (Known("Änne Groß"), Known("gross, Aenne"), True),
        (Known("Petersen Rolf"), Known("Rolf Pétersen"), True),
        (Known("Rolf", customer_number="K-17"), Known("Anna", customer_number="k18"), False),
        (Known("Rolf", customer_number="K-17"), Known("Anna", customer_number="k17"), True),
        (Known("Petersen Rolf", customer_number="1"), Known("Rolf Petersen", customer_number="2"), False),
        (Known("Bob", accounts=frozenset({(1, "bob")})), Known("x", accounts=frozenset({(2, "bob")})), False),
    ],
)
def test_what_is_proposed(one: Known, other: Known, proposed: bool) -> None:
    assert likeness(one, other).proposed is proposed


def test_what_is_stored_is_counted_with_its_retention(rolf: Person, thread: Thread, now: datetime) -> None:
    account = rolf.accounts.get()
    Post.objects.create(
        thread=thread, source=thread.source, key="p1", account=account, text="x", text_since=now, seen_at=now
    )
    stored = {each.what: (each.count, each.days) for each in queries.stored_about(rolf)}
    assert stored["posts"] == (1, None)
    assert stored["events"] == (1, None)
    assert stored["cases"] == (0, None)
