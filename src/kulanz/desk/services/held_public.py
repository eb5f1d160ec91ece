"""What is held of a person from public places, and what the program makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Final

from django.db.models import Q

from kulanz.desk.models import AccountStanding, IssueRole, Measure, Post, Revision, ThreadFindings
from kulanz.desk.queries.standing import standing_of
from kulanz.desk.rules.findings import unpacked
from kulanz.desk.services.held_rows import Row, Subject

_HEAVY: Final = ("thread__series", "thread__roles", "thread__reasons", "thread__signals")


def _profile(subject: Subject) -> Iterator[Row]:
    for row in subject.profiles:
        yield {
            "name": row.name,
            "role": row.role,
            "email": row.email,
            "customer_number": row.customer_number,
            "note": subject.others.masked(row.note),
            "no_contact": row.no_contact,
            "created_at": row.created_at,
            "objected_at": row.objected_at,
            "restricted_at": row.restricted_at,
        }


def _accounts(subject: Subject) -> Iterator[Row]:
    for row in subject.accounts:
        yield {
            "source": row.source.name,
            "account": row.key,
            "role": row.source_role,
            "first_seen_at": row.first_seen_at,
        }


def _posts(subject: Subject) -> Iterator[Row]:
    """Posts without what they quote: that is of others."""
    rows = Post.objects.filter(account__in=subject.accounts).order_by("pk")
    for row in rows.select_related("source", "account", "thread").defer(*_HEAVY).iterator(chunk_size=200):
        yield {
            "source": row.source.name,
            "account": row.account.key if row.account else "",
            "post": row.key,
            "conversation": subject.others.masked(row.thread.title),
            "url": row.url,
            "created_at": row.created_at,
            "text": subject.others.masked(row.text),
            "links": list(row.links),
            "language": row.lang,
            "likes": row.likes,
            "hidden": row.hidden,
            "removed": row.removed,
        }


def _changes(subject: Subject) -> Iterator[Row]:
    rows = Revision.objects.filter(post__account__in=subject.accounts).order_by("pk")
    for row in rows.select_related("post").iterator(chunk_size=200):
        yield {
            "post": row.post.key if row.post else "",
            "kind": row.kind,
            "found_at": row.found_at,
            "diff": subject.others.value(row.diff),
        }


def _signals(subject: Subject) -> Iterator[Row]:
    """What the last analysis found in each post, of conversations above calm."""
    posts = Post.objects.filter(account__in=subject.accounts, thread__findings__isnull=False)
    keys = posts.order_by("thread", "pk").values_list("thread_id", "key", "thread__scorer")
    for thread, some in groupby(keys.iterator(), key=lambda each: each[0]):
        theirs = {key: scorer for _thread, key, scorer in some}
        kept = ThreadFindings.objects.values_list("packed", flat=True).get(thread=thread)
        for finding in unpacked(bytes(kept), {}).findings:
            key = finding.post.post_id
            for label, share in finding.signals.items() if key in theirs else ():
                yield {"post": key, "label": label, "share": round(share, 3), "scorer": theirs[key]}


def _roles(subject: Subject) -> Iterator[Row]:
    rows = IssueRole.objects.filter(account__in=subject.accounts).select_related("issue", "account")
    for row in rows.order_by("pk").iterator():
        yield {
            "account": row.account.key,
            "issue": subject.others.masked(row.issue.title),
            "role": row.role,
            "posts": row.posts,
        }


def _measures(subject: Subject) -> Iterator[Row]:
    about = Q(account__in=subject.accounts) | Q(post__account__in=subject.accounts)
    rows = (
        Measure.objects.filter(about)
        .select_related("account", "post", "proposed_by", "rule__rule")
        .order_by("pk")
    )
    for row in rows.prefetch_related("notices"):
        yield {
            "reference": row.reference,
            "account": row.account.key if row.account else "",
            "post": row.post.key if row.post else "",
            "kind": row.kind,
            "state": row.state,
            "rule": f"{row.rule.rule.key} {row.rule.number}" if row.rule else "",
            "why": subject.others.masked(row.why),
            "answer": subject.others.masked(row.decision),
            "text": subject.others.masked("\n\n".join(each.text for each in row.notices.all())),
            "at": row.done_at or row.proposed_at,
            "ended_at": row.over_at,
            "by": row.proposed_by,
        }


def _standing(subject: Subject) -> Iterator[Row]:
    known = standing_of(subject.person, now=subject.now) if subject.person else None
    if known is None:
        return
    for part in known.standing.parts:
        yield {"part": part.code, "number": round(part.number, 2), "points": round(part.points, 2)}
    yield {"part": "standing", "number": known.standing.role, "points": round(known.standing.value, 2)}


def _reach(subject: Subject) -> Iterator[Row]:
    rows = AccountStanding.objects.filter(account__in=subject.accounts).select_related("account")
    for row in rows.order_by("pk"):
        yield {
            "account": row.account.key,
            "reach": (row.reach or {}).get("within", []),
            "at": row.counted_at,
        }


READERS: Final[Mapping[str, Callable[[Subject], Iterator[Row]]]] = {
    "profile": _profile,
    "accounts": _accounts,
    "posts": _posts,
    "changes": _changes,
    "signals": _signals,
    "roles": _roles,
    "measures": _measures,
    "standing": _standing,
    "reach": _reach,
}
