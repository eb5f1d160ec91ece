"""What changed between what is kept and what a read sees now: pure, nothing is stored here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct

from kulanz.core.posts import Post, UtcTime
from kulanz.sources.revisions import Revision, RevisionKind, WordChange
from kulanz.sources.sightings import Sighting, ThreadAct, ThreadSighting
from kulanz.sources.worddiff import word_diff

_WRITTEN: Final = ("text", "quotes", "code", "links", "mentions")
_CLOSED: Final[Mapping[str, bool]] = {"locked": True, "unlocked": False}


class KeptPost(Struct, frozen=True, kw_only=True):
    """A post as it is kept: its last known text, and the state it was last seen in.

    ``text_since`` is when the present text was first seen. ``own_text`` is False while the author's
    text was never seen, only what a platform shows in place of a hidden or removed one.
    """

    post: Post
    seen_at: UtcTime
    text_since: UtcTime
    version: int | None = None
    edited_at: UtcTime | None = None
    edited_by: str | None = None
    hidden: bool = False
    removed: bool = False
    own_text: bool = True

    @property
    def shown(self) -> bool:
        """Whether everybody could read it when it was last seen."""
        return not (self.hidden or self.removed)


class KeptThread(Struct, frozen=True, kw_only=True):
    """A thread as it is kept; None means that no read has told yet."""

    thread_id: str
    seen_at: UtcTime
    title: str | None = None
    url: str | None = None
    place: str | None = None
    views: int | None = None
    closed: bool | None = None
    closed_at: UtcTime | None = None
    hidden: bool | None = None
    gone: bool = False
    marker: str | None = None


def text_of(post: Post) -> str:
    """Return what is compared: the writer's own words and code."""
    return "\n\n".join((post.text, *post.code))


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def post_revisions(
    kept: KeptPost, sighting: Sighting, *, seen_at: datetime, grace: timedelta
) -> Iterator[Revision]:
    """Yield what changed about a known post: its place, whether it is shown, its text.

    While a post is hidden or removed its text is not compared: what is shown then is not the
    author's. ``grace`` is how long the platform lets an author edit without showing it.
    """
    if sighting.post.thread_id != kept.post.thread_id:
        yield _about(
            kept, sighting, "moved", seen_at, diff=_from_to(kept.post.thread_id, sighting.post.thread_id)
        )
    if (change := _visibility(kept, sighting)) is not None:
        yield _about(kept, sighting, change, seen_at)
    before, after = text_of(kept.post), text_of(sighting.post)
    if kept.own_text and _is_shown(sighting) and before != after:
        yield _edit(kept, sighting, seen_at, grace)


def seen_post(kept: KeptPost | None, sighting: Sighting, seen_at: datetime) -> KeptPost:
    """Return what is kept of a post after a sighting; a withheld text takes the place of none."""
    shown = _is_shown(sighting)
    if kept is None:
        post, same = sighting.post, False
    else:
        post = _merged(kept.post, sighting.post, take_text=shown or not kept.own_text)
        same = text_of(post) == text_of(kept.post)
    return KeptPost(
        post=post,
        seen_at=seen_at,
        text_since=kept.text_since if kept is not None and same else seen_at,
        version=_newer(sighting.version, kept and kept.version),
        edited_at=_newer(sighting.edited_at, kept and kept.edited_at),
        edited_by=_newer(sighting.edited_by, kept and kept.edited_by),
        hidden=bool(sighting.post.hidden),
        removed=sighting.removed,
        own_text=shown or (kept is not None and kept.own_text),
    )


def removed_post(kept: KeptPost, seen_at: datetime) -> tuple[KeptPost, Revision]:
    """Return what is kept of a post that its thread no longer lists, and the revision for it."""
    revision = Revision(
        thread_id=kept.post.thread_id,
        post_id=kept.post.post_id,
        kind="removed",
        found_at=seen_at,
        seen_before=kept.seen_at,
        before=digest(text_of(kept.post)),
    )
    return msgspec.structs.replace(kept, removed=True), revision


def thread_revisions(
    kept: KeptThread | None, sighting: ThreadSighting, *, new_acts: Collection[ThreadAct], seen_at: datetime
) -> Iterator[Revision]:
    """Yield what changed about a thread: acts that the platform records, then what they leave unsaid.

    ``new_acts`` are those of ``sighting.acts`` that no earlier read has told.
    """
    seen_before = None if kept is None else kept.seen_at
    moved = _from_to(kept.place, sighting.place) if kept is not None else ()

    def revision(kind: RevisionKind, **more: Any) -> Revision:
        return Revision(
            thread_id=sighting.thread_id,
            post_id=None,
            kind=kind,
            found_at=seen_at,
            seen_before=seen_before,
            **more,
        )

    for act in sorted(new_acts, key=lambda each: each.at):
        yield revision(act.kind, changed_at=act.at, by=act.by, diff=moved if act.kind == "moved" else ())
    if kept is None:
        return
    told = {act.kind for act in new_acts}
    for kind in _untold(kept, sighting):
        if kind not in told:
            yield revision(kind, diff=moved if kind == "moved" else ())


def seen_thread(kept: KeptThread | None, sighting: ThreadSighting, seen_at: datetime) -> KeptThread:
    """Return what is kept of a thread after a sighting; what the read did not tell stays."""
    earlier = kept or KeptThread(thread_id=sighting.thread_id, seen_at=seen_at)
    told = {
        name: value
        for name in ("title", "url", "place", "views", "closed", "hidden", "marker")
        if (value := getattr(sighting, name)) is not None
    }
    thread = msgspec.structs.replace(earlier, seen_at=seen_at, gone=sighting.gone, **told)
    return msgspec.structs.replace(thread, closed_at=_closed_at(earlier, thread, sighting))


def _is_shown(sighting: Sighting) -> bool:
    return not (sighting.removed or sighting.post.hidden)


def _visibility(kept: KeptPost, sighting: Sighting) -> RevisionKind | None:
    if sighting.removed:
        return None if kept.removed else "removed"
    if sighting.post.hidden:
        return None if kept.hidden and not kept.removed else "hidden"
    return None if kept.shown else "restored"


def _edit(kept: KeptPost, sighting: Sighting, seen_at: datetime, grace: timedelta) -> Revision:
    before, after = text_of(kept.post), text_of(sighting.post)
    shown = _edit_is_shown(kept, sighting)
    return _about(
        kept,
        sighting,
        _edit_kind(kept, sighting, grace),
        seen_at,
        changed_at=sighting.edited_at if shown else None,
        by=sighting.edited_by if shown else None,
        before=digest(before),
        after=digest(after),
        diff=word_diff(before, after),
    )


def _edit_kind(kept: KeptPost, sighting: Sighting, grace: timedelta) -> RevisionKind:
    if not _edit_is_shown(kept, sighting):
        return "edited" if _in_grace(kept, grace) else "edited_silently"
    author = sighting.post.author_id or kept.post.author_id
    if sighting.edited_by is None or author is None:
        return "edited"
    return "edited_by_author" if sighting.edited_by == author else "edited_by_other"


def _edit_is_shown(kept: KeptPost, sighting: Sighting) -> bool:
    """Whether the platform shows an edit that it did not show before."""
    versions = (kept.version, sighting.version)
    if None not in versions and kept.version != sighting.version:
        return True
    return (sighting.edited_at is not None and sighting.edited_at != kept.edited_at) or (
        sighting.edited_by is not None and sighting.edited_by != kept.edited_by
    )


def _in_grace(kept: KeptPost, grace: timedelta) -> bool:
    """Whether the old text may have been exchanged while the platform shows no edit by its own rule.

    A platform's clock may be ahead of ours: no text is younger than our first look at it.
    """
    written = kept.edited_at or kept.post.created_at or kept.text_since
    return kept.seen_at - min(written, kept.text_since) < grace


def _about(
    kept: KeptPost, sighting: Sighting, kind: RevisionKind, seen_at: datetime, **more: Any
) -> Revision:
    return Revision(
        thread_id=sighting.post.thread_id,
        post_id=sighting.post.post_id,
        kind=kind,
        found_at=seen_at,
        seen_before=kept.seen_at,
        **more,
    )


def _from_to(before: str | None, after: str | None) -> tuple[WordChange, ...]:
    """Return a move as the place left and the place reached."""
    if before is None or after is None:
        return ()
    return (WordChange(sign="-", text=before), WordChange(sign="+", text=after))


def _merged(kept: Post, seen: Post, *, take_text: bool) -> Post:
    """Return the post as seen, with what this sighting does not tell from earlier ones."""
    fields = {
        name: getattr(kept, name)
        for name in Post.__struct_fields__
        if name != "hidden" and getattr(seen, name) in (None, msgspec.UNSET)
    }
    if not take_text:
        fields |= {name: getattr(kept, name) for name in _WRITTEN}
    return msgspec.structs.replace(seen, **fields)


def _newer(seen: Any, kept: Any) -> Any:
    return kept if seen is None else seen


def _untold(kept: KeptThread, sighting: ThreadSighting) -> Iterator[RevisionKind]:
    """Yield the kinds of change that the states themselves show."""
    if sighting.gone != kept.gone:
        yield "removed" if sighting.gone else "restored"
    if None not in (kept.closed, sighting.closed) and kept.closed != sighting.closed:
        yield "locked" if sighting.closed else "unlocked"
    if None not in (kept.hidden, sighting.hidden) and kept.hidden != sighting.hidden:
        yield "hidden" if sighting.hidden else "restored"
    if None not in (kept.place, sighting.place) and kept.place != sighting.place:
        yield "moved"


def _closed_at(kept: KeptThread, thread: KeptThread, sighting: ThreadSighting) -> datetime | None:
    """Return when the thread was closed, as far as the platform says."""
    if not thread.closed:
        return None
    closings = [act.at for act in sighting.acts if _CLOSED.get(act.kind)]
    return max(closings, default=kept.closed_at)
