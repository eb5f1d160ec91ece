"""Lists ask the database as often for 30 rows as for 3, on pages and in the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from access_table import TABLE
from api_client import Program
from desk_people import make_member, make_thread
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kulanz.core.drafts.wording import NAMES
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Account,
    Alert,
    AlertPolicy,
    Appeal,
    Case,
    Issue,
    Measure,
    MeasureNotice,
    Member,
    Message,
    Person,
    Post,
    PrivateTopic,
    Reply,
    Resemblance,
    Revision,
    Rule,
    RuleVersion,
    SavedView,
    ShownFinding,
    SilentEdit,
    Source,
    Statement,
    Thread,
    ThreadScore,
    Watch,
    WebhookTarget,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.rules.rulebook import Wording
from kulanz.desk.services import (
    cases,
    data_requests,
    issues,
    log_keys,
    people,
    replies,
    rulebook,
    sentinel,
    status_links,
    teamwork,
)

# how often is asked does not depend on the database
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FEW, MORE = 3, 27
API = "/api/v1"
# what is to be added to an address, and what has no rows to list
ASKED = {
    "/search": ("/search?q=thread", "/search?q=case&kind=cases"),
    f"{API}/search": (f"{API}/search?words=thread", f"{API}/search?words=case&kind=cases"),
    "/people": ("/people", "/people?accounts=1"),
    f"{API}/cases/{{pk}}/satisfaction": (),  # one of a case, and none here
    f"{API}/cases/{{pk}}/closing-note": (),
    f"{API}/people/{{pk}}/standing": (),  # not there before the worker has counted it
    "/people/<int:pk>/erasing": (),  # each name of a person is looked for by itself
    f"{API}/people/{{pk}}/erasure": (),
    f"{API}/threads/{{pk}}/measure": (f"{API}/threads/{{pk}}/measure?kind=hide",),
    "/people/suggestions": ("/people/suggestions", "/people/suggestions?show=merged"),
}


class Filled:
    """A desk that can be given more of everything, and somebody with every role."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.root: Member = make_member("root", *Role)
        self.actor: Actor = actor_of(self.root)
        log_keys.begin_log(now=now)
        self.source = self._source("one")
        self.thread = make_thread(self.source, now, "one")
        self.person = Person.objects.create(name="One", created_at=now)
        self.issue: Issue = issues.open_issue(actor=self.actor, threads=[self.thread], now=now)
        self.case: Case = cases.open_case(
            actor=self.actor, person=self.person, issue=self.issue, title="One", now=now
        )
        status_links.make(actor=self.actor, case=self.case, language="en", now=now)
        self.count = 0

    def more(self, count: int) -> None:
        for _ in range(count):
            self.count += 1
            self._lists(self.count)
            self._details(self.count)

    def _lists(self, number: int) -> None:
        """More rows of everything that is listed."""
        by = {"actor": self.actor, "now": self.now}
        source = self._source(f"s{number}")
        thread = make_thread(source, self.now, f"thread{number}")
        make_thread(source, self.now, f"alone{number}")
        kept, like, alone = (self._account(source, f"{each}{number}") for each in "abc")
        person, other = (people.person_of(account=each, **by) for each in (kept, like))
        gone = Person.objects.create(name=f"Gone {number}", created_at=self.now)
        people.merge(person=person, seen=person.version, gone=gone, why="same", **by)
        shared = {"person": person, "score": 0.5, "found_at": self.now}
        Resemblance.objects.create(other=other, **shared)
        Resemblance.objects.create(account=alone, **shared)
        self._alert(thread, AlertPolicy.objects.create(name=f"P{number}", source=source))
        issue = issues.open_issue(threads=[thread], **by)
        cases.open_case(person=person, issue=issue, title=f"case {number}", **by)
        data_requests.ask(person=person, kind="correct", said="I moved.", language="en", now=self.now)
        WebhookTarget.objects.create(name=f"W{number}", url="https://e.example", sealed_secret=b"x")
        SavedView.objects.create(member=self.root, name=f"V{number}", query="x")
        member = make_member(f"member{number}", Role.AGENT)
        self._public(number, thread)
        self._measures(number, thread, member)
        Program(self.root)

    def _public(self, number: int, thread: Thread) -> None:
        """One more rule, and one more silent edit with a note."""
        by = {"actor": self.actor, "now": self.now}
        words = Wording(title_de="a", title_en="a", text_de="a", text_en="a")
        rule = rulebook.save_rule(rule=None, seen=0, key=f"rule-{number}", wording=words, **by)
        rulebook.publish(rule=rule, seen=rule.version, start=self.now, **by)
        post = Post.objects.create(
            source=thread.source,
            thread=thread,
            key=str(number),
            text="x",
            text_since=self.now,
            seen_at=self.now,
        )
        Revision.objects.create(thread=thread, post=post, kind="edited_silently", found_at=self.now)
        sentinel.tell_revisions(now=self.now)
        sentinel.annotate(edit=SilentEdit.objects.latest("pk"), note="A mistake.", **by)

    def _details(self, number: int) -> None:
        """More in the one thread, issue, case and person."""
        account = self._account(self.source, f"one{number}")
        people.attach(actor=self.actor, person=self.person, account=account, now=self.now)
        Post.objects.create(
            source=self.source, thread=self.thread, account=account, key=str(number), text="Words.",
            text_since=self.now, seen_at=self.now, created_at=self.now,
        )  # fmt: skip
        added = make_thread(self.source, self.now, f"added{number}")
        issues.add_threads(actor=self.actor, issue=self.issue, threads=[added], now=self.now)
        teamwork.add_task(actor=self.actor, issue=self.issue, text="Call them.", now=self.now)
        for about in (self.issue, self.case):
            teamwork.write_note(actor=self.actor, about=about, text="Look.", now=self.now)
        Message.objects.create(case=self.case, inbound=True, sender="a@b.example", text="x", at=self.now)
        replies.draft(actor=self.actor, case=self.case, text="Dear customer", now=self.now)
        self._answers(number, account)
        teamwork.set_role(
            actor=self.actor, issue=self.issue, account=account, seen=0, role="affected", now=self.now
        )
        cases.open_case(actor=self.actor, person=self.person, issue=self.issue, title="More", now=self.now)

    def _answers(self, number: int, account: Account) -> None:
        """Answers in public, private talks that cannot be read, who watches, and what was counted."""
        approver, at = make_member(f"watcher{number}", Role.APPROVER), self.now + timedelta(minutes=number)
        said = Reply.objects.create(
            thread=self.thread, author=self.root, approver=approver, channel="public", text="x", created_at=at
        )
        Watch.objects.create(issue=self.issue, member=approver)
        ThreadScore.objects.create(thread=self.thread, at=at, score=0.5, stage="issue", views=number)
        PrivateTopic.objects.create(case=self.case, account=account, mark=f"m{number}", last_error="x")
        code = sorted(NAMES["en"])[number % len(NAMES["en"])]
        ShownFinding.objects.create(reply=said, code=code, kind="found", language="en")

    def _measures(self, number: int, thread: Thread, proposer: Member) -> None:
        """Measures in every state that waits, with notice, statement and appeal."""
        rule = Rule.objects.create(key=f"r{number}")
        words = {"title_de": "R", "title_en": "R", "text_de": "x", "text_en": "x"}
        times = {"effective_from": self.now, "published_at": self.now}
        version = RuleVersion.objects.create(rule=rule, number=1, **words, **times)
        for at, state in enumerate(("proposed", "ordered", "seen", "done")):
            measure = Measure.objects.create(
                reference=f"{number}-{at}", thread=thread, kind="hide", state=state, scope="thread",
                code="spam", why="x", rule=version, proposed_by=proposer, proposed_at=self.now,
                done_at=self.now,
            )  # fmt: skip
            MeasureNotice.objects.create(measure=measure, about="done", subject="x", text="x")
            Statement.objects.create(measure=measure, body={})
            appeal = {"number": measure.reference, "digest": measure.reference, "side": "author"}
            Appeal.objects.create(
                measure=measure, made_at=self.now, heard_at=self.now, due_at=self.now, **appeal
            )

    def _source(self, name: str) -> Source:
        return Source.objects.create(
            name=name, connector="push", address=name, hook_key=name, created_at=self.now
        )

    def _account(self, source: Source, key: str) -> Account:
        return Account.objects.create(source=source, key=key, first_seen_at=self.now)

    def _alert(self, thread: Thread, policy: AlertPolicy) -> None:
        Alert.objects.create(
            thread=thread, policy=policy, raised_at=self.now, score=0.5, stage="issue", reasons=[],
            judged_by=self.root,
        )  # fmt: skip

    def addresses(self, *, api: bool) -> Iterator[str]:
        """All addresses of the table that can be looked at, with the one thread, issue, case and person."""
        ones = {"threads": self.thread, "issues": self.issue, "cases": self.case, "people": self.person}
        lines = (line.split() for lines in TABLE.values() for line in lines.splitlines())
        for *methods, route in lines:
            if "GET" not in methods or route.startswith(API) is not api:
                continue
            one = ones.get(route.removeprefix(API).split("/")[1])
            for path in ASKED.get(route, (route,)):
                known = path if one is None else re.sub(r"<int:pk>|{pk}", str(one.pk), path)
                if not set("<{") & set(known):
                    yield known


def asked(paths: list[str], get: Callable[[str], object]) -> dict[str, tuple[int, object]]:
    """How many queries each address makes, and its status; what is read or noted once was so just before."""
    found = {}
    for path in paths:
        get(path)
        with CaptureQueriesContext(connection) as queries:
            answer = get(path)
        found[path] = (len(queries), getattr(answer, "status_code", None))
    return found


@pytest.mark.parametrize("api", [False, True], ids=["pages", "api"])
def test_thirty_rows_ask_as_often_as_three(now: datetime, *, api: bool) -> None:
    filled = Filled(now)
    filled.more(FEW)
    program, client = Program(filled.root), Client()
    client.force_login(filled.root)
    paths = list(filled.addresses(api=api))
    get = (lambda path: program.get(path.removeprefix(API))) if api else client.get
    few = asked(paths, get)
    filled.more(MORE)
    many = asked(paths, get)
    assert {path for path, (_, status) in few.items() if status != 200} == set()
    grown = {path: (few[path], many[path]) for path in paths if few[path] != many[path]}
    assert grown == {}
