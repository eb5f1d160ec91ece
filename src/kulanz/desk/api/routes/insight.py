"""What the desk knows of a thread beside its posts: findings, fronts, spread, time line, public replies."""

from __future__ import annotations

from typing import Any

import msgspec
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.cases import FollowedOut, PublicReplyIn, PublicWayOut, ReplyOut
from kulanz.desk.api.schemas.common import EntryOut, Listed, Place, listed
from kulanz.desk.api.schemas.threads import FindingsOut, FrontsOut, SpreadOut
from kulanz.desk.queries import catalog
from kulanz.desk.queries.answers import followed
from kulanz.desk.queries.spreading import spread_of
from kulanz.desk.queries.threads import answers_of, findings_of
from kulanz.desk.queries.timeline import thread_timeline
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import replies
from kulanz.desk.services.writing import can_answer

router = Router(tags=["threads"])


@router.get("/threads/{int:pk}/findings", response=FindingsOut, **needs(Right.SEE_RADAR))
def show_findings(request: ApiRequest, pk: int) -> Any:
    """What the last analysis found in the single posts, and how that came about over them.

    Empty for a thread that was calm.
    """
    detail = findings_of(access.thread(request.auth, pk))
    if detail is None:
        return {"posts": [], "series": {}, "events": []}
    keys = [each.post.post_id for each in detail.findings]
    events = [{"post": keys[index], "code": code} for index, code in detail.events if index < len(keys)]
    return {"posts": detail.findings, "series": detail.series, "events": events}


@router.get("/threads/{int:pk}/fronts", response=FrontsOut, **needs(Right.SEE_RADAR))
def show_fronts(request: ApiRequest, pk: int) -> Any:
    """Who writes in a thread, what they are in it, and who answers whom how often."""
    people, answers = answers_of(access.thread(request.auth, pk))
    return {
        "people": [{"key": key, "role": each.role, "posts": each.posts} for key, each in people.items()],
        "answers": [{"who": who, "whom": whom, "times": n} for (who, whom), n in answers.most_common()],
    }


@router.get("/threads/{int:pk}/spread", response=SpreadOut, **needs(Right.SEE_RADAR))
def show_spread(request: ApiRequest, pk: int) -> Any:
    """Who took the matter up from whom, over all sources; without places where the thread has no posts."""
    tree = spread_of(access.thread(request.auth, pk))
    empty = {"nodes": [], "reach": 0, "unknown_reach": 0}
    return empty if tree is None else msgspec.to_builtins(tree)


@router.get("/threads/{int:pk}/timeline", response=Listed[EntryOut], **needs(Right.SEE_RADAR))
def read_thread_timeline(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    thread = access.thread(request.auth, pk)
    found = thread_timeline(request.auth, thread, after=place.cursor, size=place.limit)
    return {"items": found.entries, "next": found.following or None}


@router.get("/threads/{int:pk}/replies", response=Listed[ReplyOut], **needs(Right.SEE_CASES))
def list_public_replies(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """The replies to a thread in public; those to customers are with their cases."""
    return listed(catalog.replies(access.thread(request.auth, pk), at(place)))


@router.get("/threads/{int:pk}/public-way", response=PublicWayOut, **needs(Right.WORK_CASES))
def show_public_way(request: ApiRequest, pk: int) -> Any:
    """Whether a reply in public is posted by the desk when it is sent, and in whose name."""
    source = access.thread(request.auth, pk).source
    return {"by_desk": can_answer(source), "account": source.posts_as}


@router.get("/replies/{int:pk}/followed", response=FollowedOut, **needs(Right.SEE_CASES))
def show_followed(request: ApiRequest, pk: int) -> Any:
    """What followed a reply in public, since it was read back."""
    reply = access.reply(request.auth, pk)
    found = followed(reply.thread, [reply]).get(reply.pk) if reply.thread else None
    if found is None:
        return {}
    scores = {"score_before": found.before, "score_after": found.after}
    return {"post": found.post.pk, "posts": found.posts, "people": found.people, **scores}


@router.post("/threads/{int:pk}/replies", response={201: ReplyOut}, **needs(Right.WORK_CASES))
def draft_public_reply(request: ApiRequest, pk: int, body: PublicReplyIn) -> Any:
    """Begin a reply in public; it goes on as one to a customer does."""
    return replies.draft(
        case=None,
        thread=access.thread(request.auth, pk),
        answered=access.post(request.auth, body.answers) if body.answers else None,
        channel="public",
        text=body.text,
        suggested=body.suggested,
        **by(request),
    )
