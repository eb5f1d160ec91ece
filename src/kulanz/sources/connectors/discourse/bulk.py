"""Pages of the posts API: the newest posts of all topics, fifty at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from kulanz.sources.connecting import Known
from kulanz.sources.connectors.discourse.api import DiscourseApi, document
from kulanz.sources.connectors.discourse.cursors import Pending
from kulanz.sources.connectors.discourse.edits import tell, versions_of
from kulanz.sources.connectors.discourse.markers import Marker, parse_marker
from kulanz.sources.connectors.discourse.seeing import Report, Seen, posts_in, seen_posts
from kulanz.sources.discourse_shapes import DiscoursePost
from kulanz.sources.sightings import Raw, Sighting, ThreadSighting
from kulanz.sources.web.client import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPage:
    """What one answer brought; ``threads`` hold the versions of known posts that were edited."""

    ids: frozenset[int]
    raw: tuple[Raw, ...]
    posts: tuple[Sighting, ...]
    threads: tuple[ThreadSighting, ...]


@dataclass(slots=True)
class Round:
    """What one run has read in bulk; lost with the run, which then costs requests but no post.

    ``numbers`` and ``versions`` are by topic. ``waiting`` are replies to posts that were not seen
    yet: going back in time, the parent mostly comes a page or two later.
    """

    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    versions: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    waiting: dict[tuple[str, int], list[Sighting]] = field(default_factory=lambda: defaultdict(list))

    def note(self, seen: Iterable[Seen], known: Known) -> None:
        """Remember the posts of a page, and which of the new ones wait for a parent."""
        for each in seen:
            post = each.sighting.post
            self.numbers[post.thread_id].add(each.number)
            self.versions[post.thread_id].update(versions_of([each.sighting]))
            if each.parent is not None and known.thread_of(post.post_id) is None:
                self.waiting[post.thread_id, each.parent].append(each.sighting)

    def answered(self, posts: Iterable[DiscoursePost]) -> Iterator[Sighting]:
        """Yield the replies that waited for one of these posts, now with their parent."""
        for parent in posts:
            waited = self.waiting.pop((str(parent.topic_id), parent.post_number), ())
            for each in waited:
                yield replace(each, post=replace(each.post, reply_to=str(parent.id)))

    @property
    def pending(self) -> Pending:
        """The topics in which replies wait for a parent, for a cursor."""
        found: Pending = {}
        for (topic_id, _), replies in self.waiting.items():
            found.setdefault(topic_id, []).extend(int(each.post.post_id) for each in replies)
        return found

    def settle(self, topic_id: str) -> None:
        """Forget what waited in a topic: it was read."""
        for key in [key for key in self.waiting if key[0] == topic_id]:
            del self.waiting[key]


class BulkReader:
    """Reads pages of the posts API of one forum."""

    def __init__(self, known: Known, api: DiscourseApi, report: Report) -> None:
        self._known = known
        self._api = api
        self._report = report

    def page(self, answer: Answer, run: Round) -> BulkPage:
        """Return what an answer brought, with the replies that it brought a parent for."""
        payload = document(answer)
        posts = posts_in(answer, payload, self._report)
        seen = list(seen_posts({}, posts, self._api.base, self._report))
        late = tuple(run.answered(posts))
        run.note(seen, self._known)
        sightings, raws, threads = self._told([each.sighting for each in seen])
        return BulkPage(
            ids=frozenset(post.id for post in posts),
            raw=(answer.raw(), *raws),
            posts=(*sightings, *late),
            threads=threads,
        )

    def _told(
        self, sightings: list[Sighting]
    ) -> tuple[tuple[Sighting, ...], tuple[Raw, ...], tuple[ThreadSighting, ...]]:
        """Ask who edited a known post, and remember its version in the marker of its thread."""
        by_thread: dict[str, list[Sighting]] = defaultdict(list)
        for each in sightings:
            by_thread[each.post.thread_id].append(each)
        posts: list[Sighting] = []
        raws: list[Raw] = []
        threads: list[ThreadSighting] = []
        for thread_id, its in by_thread.items():
            marker = parse_marker(self._known.marker(thread_id))
            told, asked = tell(self._api, its, marker)
            posts += told
            raws += asked
            if asked and marker is not None:
                threads.append(ThreadSighting(thread_id=thread_id, marker=_raised(marker, told)))
        return tuple(posts), tuple(raws), tuple(threads)


def _raised(marker: Marker, told: tuple[Sighting, ...]) -> str:
    return Marker(marker.listed, {**marker.versions, **versions_of(told)}).text()
