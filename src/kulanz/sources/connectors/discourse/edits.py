"""Who edited a post, and when: asked only for posts whose version has risen since the last read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from kulanz.sources.connectors.discourse.api import DiscourseApi
from kulanz.sources.connectors.discourse.markers import Marker, raised
from kulanz.sources.connectors.discourse.seeing import moment
from kulanz.sources.discourse_shapes import PostRevision
from kulanz.sources.sightings import Raw, Sighting
from kulanz.sources.web.client import Answer

MOST_ASKED: Final = 20
"""More edits found in one answer are not asked for: the posts then say only that they were edited."""

Told = tuple[tuple[Sighting, ...], tuple[Raw, ...]]


def tell(api: DiscourseApi, sightings: Sequence[Sighting], marker: Marker | None) -> Told:
    """Return the sightings with the last edit of those that are above the marker's version."""
    new = sorted(raised(versions_of(sightings), marker))[:MOST_ASKED]
    answers = {post_id: answer for post_id in new if (answer := api.revision(post_id)) is not None}
    told = tuple(_edited(each, answers.get(each.post.post_id)) for each in sightings)
    return told, tuple(answer.raw() for answer in answers.values())


def versions_of(sightings: Sequence[Sighting]) -> dict[str, int]:
    """Return the versions of all posts that were edited."""
    return {each.post.post_id: each.version for each in sightings if each.version and each.version > 1}


def _edited(sighting: Sighting, answer: Answer | None) -> Sighting:
    if answer is None:
        return sighting
    try:
        revision = msgspec.json.decode(answer.body, type=PostRevision)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return sighting
    return replace(sighting, edited_at=moment(revision.created_at), edited_by=_editor(revision, sighting))


def _editor(revision: PostRevision, sighting: Sighting) -> str | None:
    """Names are given in lower case here, and as they are written elsewhere."""
    author = sighting.post.author_id
    if revision.username is not None and author is not None and revision.username == author.lower():
        return author
    return revision.display_username or revision.username
