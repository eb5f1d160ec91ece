"""What a draft is checked against, which findings were called wrong, and how often each was."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.db.models import Count, F

from kulanz.core.drafts.check import MOST_READ
from kulanz.core.money import Money
from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Case, DraftVerdict, GestureLimit, Message, Post, ShownFinding, Thread
from kulanz.desk.queries.answers import our_posts
from kulanz.desk.queries.rows import core_post
from kulanz.desk.queries.spending import limit_of, usual_currency
from kulanz.desk.rules.actor import Actor

Place = Case | Thread
MESSAGES: Final = 50
"""Of a private conversation so many messages are read, the last ones."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The posts that a draft is checked against, in order, and which of them it answers, if that is known.

    ``source`` is where those come from that are public.
    """

    posts: tuple[CorePost, ...]
    source: int | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRate:
    """How often a finding was shown in drafts that went out, and how often it was called wrong there."""

    code: str
    kind: str
    language: str
    shown: int
    wrong: int

    @property
    def precision(self) -> float:
        """The share that nobody called wrong."""
        return 1 - self.wrong / self.shown


def talk_at(place: Place) -> Talk:
    """Return what a draft to a case's customer, or to a thread, is checked against."""
    return _talk_of_case(place) if isinstance(place, Case) else Talk(tuple(_latest(place)), place.source_id)


def wrong_at(place: Place) -> dict[tuple[str, str, str], int]:
    """Return the findings called wrong in drafts to a place: code, kind and mark, with the verdict's id."""
    at = {"case": place} if isinstance(place, Case) else {"thread": place}
    rows = DraftVerdict.objects.filter(**at).values_list("code", "kind", "mark", "pk")
    return {(code, kind, mark): pk for code, kind, mark, pk in rows}


def own_limit(actor: Actor) -> Money | None:
    """Return what an actor may grant without asking; None where no limit was ever set."""
    if not GestureLimit.objects.exists():
        return None
    return limit_of(actor.roles, usual_currency()).alone


def finding_rates() -> list[FindingRate]:
    """Return every finding that was shown, those called wrong most often first.

    There are no more of them than the check has findings, in the languages that it knows.
    """
    rows = ShownFinding.objects.values("code", "kind", "language")
    counted = rows.annotate(shown=Count("pk"), wrong=Count("verdict")).order_by("code", "kind", "language")
    rates = [FindingRate(**row) for row in counted]
    return sorted(rates, key=lambda rate: (rate.precision, -rate.shown))


def _talk_of_case(case: Case) -> Talk:
    """The thread of the case's issue where the customer spoke last, then the private conversation."""
    spoken = last_of(case)
    posts = _latest(spoken.thread) if spoken else []
    customer = _customer(case, spoken)
    messages = _messages(case, customer, posts[0].thread_id if posts else f"case {case.pk}")
    talk = _read(_in_order([*posts, *messages]))
    theirs = [post.post_id for post in talk if post.author_id == customer]
    source = spoken.source_id if spoken else None
    return Talk(tuple(talk), source, theirs[-1] if theirs else None)


def customer_of(case: Case) -> str:
    """Return what the customer's posts and messages have as their author in ``talk_at``."""
    return _customer(case, last_of(case))


def _customer(case: Case, spoken: Post | None) -> str:
    return spoken.account.key if spoken and spoken.account else f"person {case.person_id}"


def last_of(case: Case) -> Post | None:
    """The last post of the case's customer in the threads of its issue."""
    if case.issue_id is None:
        return None
    rows = Post.objects.filter(
        thread__links__issue=case.issue_id, account__person=case.person_id, removed=False
    )
    rows = rows.select_related("thread__source", "account")
    return rows.order_by(F("created_at").desc(nulls_last=True), "-pk").first()


def _latest(thread: Thread) -> list[CorePost]:
    """The first post of a thread and the last ones, as many as the check reads; our own are staff's."""
    rows = thread.posts.filter(removed=False).select_related("account")
    last = list(rows.order_by("-created_at", "-id")[:MOST_READ])[::-1]
    first = rows.order_by("created_at", "id").first()
    apart = [first] if first is not None and first not in last else []
    ours = our_posts(thread)
    return _in_order([_spoken(row, thread, ours) for row in (*apart, *last)])


def _spoken(row: Post, thread: Thread, ours: Collection[str]) -> CorePost:
    post = core_post(row, thread)
    is_ours = post.post_id in ours or bool(post.author_id and post.author_id == thread.source.posts_as)
    return msgspec.structs.replace(post, role="staff") if is_ours else post


def _messages(case: Case, customer: str, thread_id: str) -> list[CorePost]:
    rows = case.messages.filter(doubtful="").select_related("author").order_by("-at", "-pk")[:MESSAGES]
    return [_as_post(row, customer, thread_id) for row in rows][::-1]


def _as_post(row: Message, customer: str, thread_id: str) -> CorePost:
    return CorePost(
        thread_id=thread_id,
        post_id=f"message {row.pk}",
        author_id=customer if row.inbound else str(row.author or ""),
        created_at=row.at,
        text=row.text,
        role="customer" if row.inbound else "staff",
        automatic=row.automatic or None,
    )


def _in_order(posts: Sequence[CorePost]) -> list[CorePost]:
    """Posts by their time; where one has none, all keep their place and have none."""
    if all(post.created_at is not None for post in posts):
        return sorted(posts, key=_time)
    return [msgspec.structs.replace(post, created_at=None) for post in posts]


def _time(post: CorePost) -> Any:
    return post.created_at


def _read(posts: Sequence[CorePost]) -> list[CorePost]:
    """What the check reads of so many posts: whom the draft answers has to be among them."""
    return list(posts) if len(posts) <= MOST_READ else [posts[0], *posts[-MOST_READ:]]
