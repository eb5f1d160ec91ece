"""Finds the spread tree of one thread among posts that need not fit in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime

from kulanz.core.errors import UnknownThreadError
from kulanz.core.posts import Post, UtcTime
from kulanz.core.spread.addresses import page_of
from kulanz.core.spread.attaching import attached
from kulanz.core.spread.carriers import Carrier, carrier_of
from kulanz.core.spread.growth import growth
from kulanz.core.spread.likeness import LikenessIndex
from kulanz.core.spread.places import Place
from kulanz.core.spread.tree import Contact, How, Node, SpreadTree

Contacts = Mapping[str, list[Contact]]


def spread_tree(
    thread_id: str, posts: Callable[[], Iterable[Post]], now: datetime | None = None
) -> SpreadTree:
    """Follow one thread through other threads, articles and pages.

    ``posts`` is called three times and yields the same posts every time, in any order: once for
    what points where, once for quotations and copies of the thread's own posts, once for titles
    and views. In memory stay the thread's texts and, of the other posts, what points outward.
    ``now`` ends the time over which growth is measured, else the last time seen does. Raise
    UnknownThreadError where the thread is not among the posts.
    """
    origin = _Origin(thread_id)
    pointing = _Pointing(origin, posts())
    if not origin.posts:
        raise UnknownThreadError(f"no thread {thread_id!r} among the posts: see the thread_id of a scan")
    contacts = pointing.contacts()
    linked = attached(thread_id, contacts)
    for child, contact in _likenesses(origin, posts(), linked):
        contacts[child].append(contact)
    chosen = attached(thread_id, contacts)
    places = _places(posts(), {thread_id, *chosen})
    return _tree(origin, chosen, contacts, places, now)


class _Origin:
    """The thread itself: its texts, and when it began."""

    def __init__(self, thread_id: str) -> None:
        self.thread_id = thread_id
        self.texts = LikenessIndex()
        self.written: dict[str, UtcTime | None] = {}

    @property
    def posts(self) -> int:
        return len(self.written)

    @property
    def started(self) -> UtcTime | None:
        return min((time for time in self.written.values() if time is not None), default=None)

    def add(self, post: Post) -> None:
        self.texts.add(post.post_id, post.text)
        self.written[post.post_id] = post.created_at


class _Pointing:
    """Who points at which address, and which thread has it."""

    def __init__(self, origin: _Origin, posts: Iterable[Post]) -> None:
        self._carriers: list[Carrier] = []
        self._threads: dict[str, str] = {}
        for post in posts:
            is_own = post.thread_id == origin.thread_id
            carrier = carrier_of(post)
            if is_own:
                origin.add(post)
            if is_own or carrier.links:
                self._know(carrier)

    def _know(self, carrier: Carrier) -> None:
        for address in carrier.own:
            self._threads.setdefault(address, carrier.thread_id)
        if carrier.links:
            self._carriers.append(carrier)

    def contacts(self) -> defaultdict[str, list[Contact]]:
        """Return the contacts of every thread that points at another one."""
        found: defaultdict[str, list[Contact]] = defaultdict(list)
        for carrier in self._carriers:
            found[carrier.thread_id] += self._contacts_of(carrier)
        return found

    def _contacts_of(self, carrier: Carrier) -> Iterator[Contact]:
        for link in carrier.links:
            parent = self._threads.get(link) or self._threads.get(page_of(link) or link)
            if parent is not None and parent != carrier.thread_id:
                how: How = "via" if link in carrier.via else carrier.announced or "link"
                yield Contact(parent=parent, post_id=carrier.post_id, at=carrier.created_at, how=how)


def _likenesses(
    origin: _Origin, posts: Iterable[Post], linked: Mapping[str, Contact]
) -> Iterator[tuple[str, Contact]]:
    """Yield threads that took the matter up without a link: they quote or copy one of its posts."""
    for post in posts:
        if post.thread_id == origin.thread_id or post.thread_id in linked:
            continue
        quoted = (origin.texts.quoted(quote) for quote in post.quotes)
        quotation = max(filter(None, quoted), key=lambda each: each.share, default=None)
        copy = None if quotation else origin.texts.copied(post.text)
        if (alike := quotation or copy) and _later(post.created_at, origin.written[alike.key]):
            how: How = "quote" if quotation else "copy"
            yield (
                post.thread_id,
                Contact(
                    parent=origin.thread_id,
                    post_id=post.post_id,
                    at=post.created_at,
                    how=how,
                    share=alike.share,
                ),
            )


def _later(time: UtcTime | None, than: UtcTime | None) -> bool:
    return time is None or than is None or time > than


def _places(posts: Iterable[Post], thread_ids: Collection[str]) -> Mapping[str, Place]:
    places: defaultdict[str, Place] = defaultdict(Place)
    for post in posts:
        if post.thread_id in thread_ids:
            places[post.thread_id].add(post)
    return places


def _tree(
    origin: _Origin,
    chosen: Mapping[str, Contact],
    contacts: Contacts,
    places: Mapping[str, Place],
    now: datetime | None,
) -> SpreadTree:
    depths = {origin.thread_id: 0}
    for child, contact in chosen.items():
        depths[child] = depths[contact.parent] + 1
    nodes = [_node(thread, chosen.get(thread), contacts, depth, places) for thread, depth in depths.items()]
    reaches = [node.reach for node in nodes]
    taken_up = [contact.at for contact in chosen.values() if contact.at is not None]
    return SpreadTree(
        thread_id=origin.thread_id,
        nodes=tuple(nodes),
        growth=growth(origin.started, taken_up, depths, now),
        reach=sum(reach for reach in reaches if reach is not None),
        unknown_reach=reaches.count(None),
    )


def _node(
    thread_id: str, contact: Contact | None, contacts: Contacts, depth: int, places: Mapping[str, Place]
) -> Node:
    place = places.get(thread_id) or Place()
    return Node(
        node_id=thread_id,
        parent=contact.parent if contact else None,
        how=contact.how if contact else "origin",
        first_seen=contact.at if contact else place.first,
        post_id=contact.post_id if contact else None,
        share=contact.share if contact else 1.0,
        depth=depth,
        title=place.title,
        url=place.url,
        source=place.source,
        reach=place.views,
        posts=place.posts,
        others=tuple(each for each in contacts.get(thread_id, ()) if contact and each != contact),
    )
