"""A thread as its page shows it: posts in pages, what single posts showed, who answers whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Final

import msgspec
from django.db.models import Q, Window
from django.db.models.functions import RowNumber

from kulanz.core.report import PostFinding, ThreadDetail
from kulanz.desk.models import Alert, Attention, Issue, Post, Revision, Thread, ThreadFindings, ThreadScore
from kulanz.desk.queries.company import speakers
from kulanz.desk.queries.paging import PAGE, Paged, paged
from kulanz.desk.queries.rows import core_post
from kulanz.desk.rules.findings import unpacked
from kulanz.pages.camps import Pair, Writer

ALARMS_AT_MOST: Final = 20
READINGS_AT_MOST: Final = 200
REVISIONS_AT_MOST: Final = 10
REVISIONS_ON_A_PAGE: Final = 200
_READ_IN: Final = ("created_at", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """One post on the page.

    ``finding`` holds its text and what the analysis found; nothing where the text is newer than that.
    ``speaker`` is the member who speaks under the account's name.
    """

    post: Post
    finding: PostFinding
    revisions: tuple[Revision, ...]
    speaker: str = ""


class PostOrder:
    """Where posts stand in their thread, in the order in which people read them, removed ones too.

    ``numbers`` has the number of every post of ``keys`` that is there, counted from 1; other posts of a
    long thread are not read.
    """

    def __init__(self, thread: Thread, keys: Iterable[str]) -> None:
        numbered = thread.posts.annotate(number=Window(RowNumber(), order_by=_READ_IN))
        # no post has the number 0, but a condition that names no number would apply before they are given
        found = numbered.filter(Q(key__in=set(keys)) | Q(number=0))
        rows = list(found.values_list("pk", "key", "number"))
        self.numbers: dict[str, int] = {key: number for _, key, number in rows}
        self._pks: dict[int, int] = {number: pk for pk, _, number in rows}

    def pk_of(self, number: int) -> int:
        return self._pks[number]

    def offset_of(self, number: int) -> int:
        """Where the page begins that a post is on."""
        return (number - 1) // PAGE * PAGE

    def known(self, keys: Iterable[str]) -> list[int]:
        """Return the numbers of those posts that are there, in the order given."""
        return [self.numbers[key] for key in keys if key in self.numbers]


def findings_of(thread: Thread) -> ThreadDetail | None:
    """Return what the last analysis found, without texts; None for a thread that was calm."""
    row = ThreadFindings.objects.filter(thread=thread).first()
    return unpacked(bytes(row.packed), thread.series) if row else None


def posts_page(
    thread: Thread, detail: ThreadDetail | None, *, offset: int, only: Collection[str] | None
) -> Paged[PostRow]:
    """Return 50 posts; ``only`` keeps the posts with these keys, None keeps all."""
    rows = thread.posts.select_related("account").order_by(*_READ_IN)
    wanted = rows if only is None else rows.filter(key__in=only)
    return paged(wanted, lambda found: _rows(thread, found, detail), offset=offset)


def answers_of(thread: Thread) -> tuple[dict[str, Writer], Counter[Pair]]:
    """Return who wrote how much, and how often one account answers another.

    Where the source does not say what a post answers, it is the post before, as in the analysis.
    """
    rows = thread.posts.filter(removed=False, account__isnull=False).order_by("created_at", "id")
    authors: dict[str, str] = {}
    posts: Counter[str] = Counter()
    answers: Counter[Pair] = Counter()
    before = ""
    for key, author, reply_to in rows.values_list("key", "account__key", "reply_to"):
        answered = authors.get(reply_to, before)
        if answered and answered != author:
            answers[author, answered] += 1
        authors[key] = before = author
        posts[author] += 1
    return {key: Writer(thread.roles.get(key, ""), n) for key, n in posts.items()}, answers


def issues_with(thread: Thread) -> list[Issue]:
    """Return the issues that a thread is in, the latest first; merged ones live on in another."""
    found = Issue.objects.filter(links__thread=thread).exclude(state="merged").select_related("owner")
    return list(found.order_by("-opened_at", "-pk"))


def attention_to(thread: Thread) -> Attention | None:
    """Return what somebody decided about a thread on the radar, None where it is open."""
    return Attention.objects.filter(thread=thread).exclude(state="open").select_related("by").first()


def alarms_of(thread: Thread) -> list[datetime]:
    """Return when a thread raised alarms, the first ones first."""
    raised = Alert.objects.filter(thread=thread).order_by("raised_at")
    return list(raised.values_list("raised_at", flat=True)[:ALARMS_AT_MOST])


def views_over_time(thread: Thread) -> list[tuple[datetime, int]]:
    """Return how often a thread had been seen, at the moments when a new count of that was known.

    Every analysis notes the count of the last read: the same count again is no reading of its own.
    """
    rows = thread.scores.filter(views__isnull=False).order_by("at").values_list("at", "views")
    known = ((at, views) for at, views in rows if views is not None)
    return [next(same) for _, same in groupby(known, itemgetter(1))]


def scores_over_time(thread: Thread, *, at_most: int) -> tuple[float, ...]:
    """Return the latest scores, oldest first."""
    return tuple(thread.scores.order_by("-at").values_list("score", flat=True)[:at_most])[::-1]


def readings_of(thread: Thread) -> list[ThreadScore]:
    """Return the latest points of a thread's history, oldest first."""
    return list(thread.scores.order_by("-at")[:READINGS_AT_MOST])[::-1]


def revisions_in(thread: Thread) -> list[Revision]:
    """Return the latest changes of a thread and its posts that were found."""
    found = Revision.objects.filter(thread=thread).select_related("post").order_by("-found_at", "-pk")
    return list(found[:REVISIONS_AT_MOST])


def _rows(thread: Thread, posts: Sequence[Post], detail: ThreadDetail | None) -> list[PostRow]:
    revisions: defaultdict[int, list[Revision]] = defaultdict(list)
    latest = Revision.objects.filter(post__in=posts).order_by("-found_at", "-pk")[:REVISIONS_ON_A_PAGE]
    for row in latest:
        revisions[row.post_id or 0].append(row)
    found = {each.post.post_id: each for each in detail.findings} if detail else {}
    speaking = speakers(thread.source_id)
    return [
        PostRow(
            post=post,
            finding=_finding(post, thread, found.get(post.key)),
            revisions=tuple(reversed(revisions[post.pk][:REVISIONS_AT_MOST])),
            speaker=speaking.get(post.account.key.lower(), "") if post.account else "",
        )
        for post in posts
    ]


def _finding(row: Post, thread: Thread, found: PostFinding | None) -> PostFinding:
    """Join a post's text with what was found in it, unless the text has changed since."""
    post = core_post(row, thread)
    analysed = thread.analysed_at
    if found is None or analysed is None or row.text_since > analysed:
        return PostFinding(post, row.lang, {}, company=row.role == "staff")
    return msgspec.structs.replace(found, post=post)
