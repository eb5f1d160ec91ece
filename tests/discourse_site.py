"""A small Discourse forum that really answers over HTTP.

Its answers have the fields of Discourse's published API description; how it behaves follows
Discourse's source. It keeps what a forum keeps (topics, posts, versions, notices) and has what a
reader must get right: which changes bump a topic and which do not, two meanings of ``before``,
posts in batches, limits, and deliveries of webhooks that are tried again.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs

from kulanz.sources.receiving import Delivery, Receipt
from kulanz.testing.recorded import RecordedServer, Reply, Request

GRACE: Final = timedelta(minutes=5)
START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET: Final = "a secret that both sides know"  # noqa: S105 - of the tests
STAFF: Final = frozenset({"team_nora", "mod_kai"})
_CHUNK, _PAGE, _LIST = 20, 50, 30
_FLAGGED: Final = "<p>This post was flagged by the community and is temporarily hidden.</p>"
_FRONT: Final = b'<html><head><meta name="generator" content="Discourse 3.4.0"></head><body></body></html>'
_SITE: Final = {
    "categories": [{"id": 5, "name": "Support", "slug": "support"}],
    "post_action_types": [{"id": 2, "name_key": "like"}],
    "post_types": {"regular": 1, "moderator_action": 2, "small_action": 3, "whisper": 4},
    "trust_levels": {"newuser": 0, "basic": 1, "member": 2, "regular": 3, "leader": 4},
}
_WITHDRAWN: Final = "(post deleted by author)"


@dataclass(slots=True)
class SitePost:
    id: int
    topic: SiteTopic
    number: int
    author: str
    raw: str
    created: datetime
    reply_to: int | None = None
    kind: int = 1
    action: str | None = None
    version: int = 1
    touched: datetime | None = None
    editor: str | None = None
    hidden: bool = False
    withdrawn: bool = False
    deleted: bool = False
    accepted: bool = False
    likes: int = 0


@dataclass(slots=True)
class SiteTopic:
    id: int
    title: str
    category: int
    created: datetime
    bumped: datetime
    posts: list[SitePost] = field(default_factory=list)
    highest: int = 0
    closed: bool = False
    archived: bool = False
    visible: bool = True
    private: bool = False
    deleted: bool = False
    pinned: bool = False
    views: int = 0
    archetype: str = "regular"

    @property
    def shown(self) -> list[SitePost]:
        return [post for post in self.posts if not post.deleted]

    @property
    def public(self) -> bool:
        return not (self.deleted or self.private)

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-") or "topic"


class DiscourseSite:
    """The forum's state and its answers; ``inclusive`` gives ``before`` its older meaning."""

    def __init__(self, *, inclusive: bool = False, mega_from: int = 10_000) -> None:
        self.now = START
        self.inclusive = inclusive
        self.mega_from = mega_from
        self.topics: dict[int, SiteTopic] = {}
        self.posts: dict[int, SitePost] = {}
        self.deliveries: list[Delivery] = []
        self.per_minute: int | None = None
        self.limit_shape = "middleware"
        self.tags = True
        self.next_post = 1
        self._asked = 0
        self._events = 0
        self._tries: dict[str, int] = {}

    # What people do

    def open(self, title: str, author: str, raw: str, *, category: int = 5) -> SiteTopic:
        self._tick()
        topic = SiteTopic(len(self.topics) + 1, title, category, self.now, self.now)
        self.topics[topic.id] = topic
        self._add(topic, author, raw)
        self._emit("topic", "topic_created", topic)
        self._emit("post", "post_created", topic.posts[0])
        return topic

    def reply(self, topic: SiteTopic, author: str, raw: str, *, to: SitePost | None = None) -> SitePost:
        self._tick()
        post = self._add(topic, author, raw, reply_to=to.number if to else None)
        topic.bumped = self.now
        self._emit("post", "post_created", post)
        return post

    def edit(self, post: SitePost, raw: str, editor: str | None = None) -> None:
        """An edit by the author within the grace period raises no version and leaves no revision."""
        self._tick()
        editor = editor or post.author
        silent = editor == post.author and self.now - (post.touched or post.created) < GRACE
        post.raw = raw
        if not silent:
            post.version, post.touched, post.editor = post.version + 1, self.now, editor
            if post is post.topic.shown[-1]:
                post.topic.bumped = self.now
        self._emit("post", "post_edited", post)

    def exchange(self, post: SitePost, raw: str) -> None:
        """Change a text in the database, which no version shows."""
        post.raw = raw

    def hide(self, post: SitePost) -> None:
        post.hidden = True

    def unhide(self, post: SitePost) -> None:
        post.hidden = False

    def withdraw(self, post: SitePost) -> None:
        """The author deletes: a placeholder stays, with a new version."""
        self._tick()
        post.raw, post.withdrawn = _WITHDRAWN, True
        post.version, post.touched, post.editor = post.version + 1, self.now, post.author
        self._emit("post", "post_edited", post)

    def remove(self, post: SitePost) -> None:
        """Staff delete: the post leaves the stream for everybody else."""
        self._tick()
        post.deleted = True
        self._emit("post", "post_destroyed", post)

    def recover(self, post: SitePost) -> None:
        post.deleted = False
        self._emit("post", "post_recovered", post)

    def accept(self, post: SitePost, *, accepted: bool = True) -> None:
        """Mark or unmark an answer, with the plugin discourse-solved: the list of topics stays as it is."""
        post.accepted = accepted
        self._emit("solved", "accepted_solution" if accepted else "unaccepted_solution", post)

    def close(self, topic: SiteTopic, by: str = "mod_kai") -> None:
        """Closing does not bump; its notice takes a number."""
        self._tick()
        topic.closed = True
        self._notice(topic, by, "closed.enabled")
        self._emit("topic", "topic_closed_status_updated", topic)

    def reopen(self, topic: SiteTopic, by: str = "mod_kai") -> None:
        self._tick()
        topic.closed = False
        self._notice(topic, by, "closed.disabled")
        topic.bumped = self.now
        self._emit("topic", "topic_closed_status_updated", topic)

    def recategorise(self, topic: SiteTopic, category: int) -> None:
        topic.category = category
        self._emit("topic", "topic_edited", topic)

    def move(self, post: SitePost, target: SiteTopic, by: str = "mod_kai") -> None:
        """A moved post keeps its id and gets a new number; a notice stays behind."""
        self._tick()
        post.topic.posts.remove(post)
        self._notice(post.topic, by, "split_topic")
        target.highest += 1
        post.topic, post.number = target, target.highest
        target.posts.append(post)

    def delete_topic(self, topic: SiteTopic) -> None:
        topic.deleted = True
        self._emit("topic", "topic_destroyed", topic)

    def make_private(self, topic: SiteTopic) -> None:
        topic.private = True

    def sees(self, topic: SiteTopic) -> bool:
        """Whether a topic is shown to whoever asks."""
        return topic.public

    def later(self, span: timedelta) -> None:
        self.now += span

    def _tick(self) -> None:
        self.now += timedelta(seconds=30)

    def _add(
        self, topic: SiteTopic, author: str, raw: str, *, reply_to: int | None = None, kind: int = 1
    ) -> SitePost:
        topic.highest += 1
        post = SitePost(self.next_post, topic, topic.highest, author, raw, self.now, reply_to, kind)
        self.next_post += 1
        self.posts[post.id] = post
        topic.posts.append(post)
        return post

    def _notice(self, topic: SiteTopic, by: str, action: str) -> None:
        self._add(topic, by, "", kind=3).action = action

    # What it answers

    def reply_to(self, request: Request) -> Reply:
        self._asked += 1
        if self.per_minute is not None and self._asked > self.per_minute:
            return self._limited()
        query = parse_qs(request.query)
        for pattern, answer in self._routes():
            if match := re.fullmatch(pattern, request.path):
                return self._tagged(request, answer(query, *match.groups()))
        return _error(404, "not_found")

    def _routes(self) -> Iterator[tuple[str, Callable[..., Reply]]]:
        yield r"/posts\.json", self._latest_posts
        yield r"/latest\.json", self._latest
        yield r"/t/(\d+)\.json", self._topic
        yield r"/t/(\d+)/posts\.json", self._batch
        yield r"/posts/(\d+)\.json", self._single
        yield r"/posts/(\d+)/revisions/latest\.json", self._revision
        yield r"/about\.json", lambda _: Reply.json({"about": {"version": "3.4.0", "moderators": []}})
        yield r"/site\.json", lambda _: Reply.json(_SITE)
        yield r"/", lambda _: Reply(_FRONT, 200, {"Content-Type": "text/html; charset=utf-8"})

    def _limited(self) -> Reply:
        self._asked = 0
        if self.limit_shape == "middleware":
            headers = {"Content-Type": "text/plain", "Retry-After": "7"}
            return Reply(
                b"Slow down, too many requests from this IP address.",
                429,
                {**headers, "Discourse-Rate-Limit-Error-Code": "ip_60_secs_limit"},
            )
        extras = {"wait_seconds": 9, "time_left": "9 seconds"}
        body = {"errors": ["Too many requests"], "error_type": "rate_limit", "extras": extras}
        return Reply.json(body, 429)

    def _tagged(self, request: Request, reply: Reply) -> Reply:
        if not self.tags or reply.status != 200:
            return reply
        tag = f'W/"{hashlib.sha256(reply.body).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Reply(b"", 304, {"ETag": tag})
        return Reply(reply.body, 200, {**reply.headers, "ETag": tag})

    def _latest_posts(self, query: dict[str, list[str]]) -> Reply:
        before = int(query["before"][0]) if "before" in query else self.next_post
        ids = (each for each in sorted(self.posts, reverse=True) if self._in_bulk(self.posts[each]))
        if self.inclusive:
            found = [each for each in ids if before - _PAGE < each <= before]
        else:
            found = [each for each in ids if each < before][:_PAGE]
        return Reply.json(
            {"latest_posts": [self._post(self.posts[each], raw=True, bulk=True) for each in found]}
        )

    def _in_bulk(self, post: SitePost) -> bool:
        return (
            post.kind == 1 and not (post.deleted or post.hidden) and post.topic.public and post.topic.visible
        )

    def _latest(self, query: dict[str, list[str]]) -> Reply:
        page = int(query.get("page", ["0"])[0])
        topics = [topic for topic in self.topics.values() if topic.public and topic.visible]
        if query.get("order") == ["created"]:
            topics.sort(key=lambda topic: topic.created, reverse=True)
        else:
            topics.sort(key=lambda topic: (topic.pinned, topic.bumped), reverse=True)
        part = topics[page * _LIST : (page + 1) * _LIST]
        listing: dict[str, Any] = {"per_page": _LIST, "topics": [self._listed(topic) for topic in part]}
        if len(topics) > (page + 1) * _LIST:
            listing["more_topics_url"] = f"/latest?page={page + 1}"
        return Reply.json({"users": [], "topic_list": listing})

    def _listed(self, topic: SiteTopic) -> dict[str, Any]:
        return {
            "id": topic.id,
            "title": topic.title,
            "slug": topic.slug,
            "posts_count": sum(post.kind == 1 for post in topic.shown),
            "highest_post_number": topic.highest,
            "created_at": _time(topic.created),
            "bumped_at": _time(topic.bumped),
            "archetype": topic.archetype,
            "pinned": topic.pinned,
            "visible": topic.visible,
            "closed": topic.closed,
            "archived": topic.archived,
            "views": topic.views,
            "category_id": topic.category,
        }

    def _topic(self, query: dict[str, list[str]], topic_id: str) -> Reply:
        topic = self.topics.get(int(topic_id))
        if topic is None or not self.sees(topic):
            return _error(404, "not_found")
        page, shown = int(query.get("page", ["1"])[0]), topic.shown
        last = max(1, -(-len(shown) // _CHUNK))
        if page > last:
            return Reply(b"", 301, {"Location": f"/t/{topic_id}.json?page={last}"})
        part = shown[(page - 1) * _CHUNK : page * _CHUNK]
        stream: dict[str, Any] = {"posts": self._all(part, query)}
        if len(shown) >= self.mega_from:
            stream |= {"isMegaTopic": True, "lastId": shown[-1].id}
        else:
            stream["stream"] = [post.id for post in shown]
        return Reply.json({**self._listed(topic), "post_stream": stream, "chunk_size": _CHUNK})

    def _batch(self, query: dict[str, list[str]], topic_id: str) -> Reply:
        topic = self.topics.get(int(topic_id))
        if topic is None or not self.sees(topic):
            return _error(404, "not_found")
        asked = {int(each) for each in query.get("post_ids[]", [])}
        return Reply.json(
            {
                "post_stream": {"posts": self._all([p for p in topic.shown if p.id in asked], query)},
                "id": topic.id,
            }
        )

    def _all(self, posts: list[SitePost], query: dict[str, list[str]]) -> list[dict[str, Any]]:
        return [self._post(post, raw=query.get("include_raw") == ["1"]) for post in posts]

    def _single(self, query: dict[str, list[str]], post_id: str) -> Reply:
        post = self.posts.get(int(post_id))
        if post is None or post.deleted or not post.topic.public:
            return _error(404, "not_found")
        return Reply.json(self._post(post, raw=query.get("include_raw") == ["1"]))

    def _revision(self, _: dict[str, list[str]], post_id: str) -> Reply:
        post = self.posts.get(int(post_id))
        if post is None or post.hidden or post.deleted or post.version == 1 or post.editor is None:
            return _error(404, "not_found")
        assert post.touched is not None
        return Reply.json(
            {
                "created_at": _time(post.touched),
                "post_id": post.id,
                "current_version": post.version,
                "username": post.editor.lower(),
                "display_username": post.editor,
            }
        )

    def _post(self, post: SitePost, *, raw: bool, bulk: bool = False) -> dict[str, Any]:
        cooked = _FLAGGED if post.hidden else _cooked(post)
        fields: dict[str, Any] = {
            "id": post.id,
            "username": post.author,
            "created_at": _time(post.created),
            "updated_at": _time(post.touched or post.created),
            "cooked": cooked,
            "post_number": post.number,
            "post_type": post.kind,
            "reply_to_post_number": post.reply_to,
            "topic_id": post.topic.id,
            "topic_slug": post.topic.slug,
            "version": 1 if post.hidden else post.version,
            "actions_summary": [{"id": 2, "count": post.likes}] if post.likes else [],
            "moderator": post.author == "mod_kai",
            "admin": post.author == "team_nora",
            "staff": post.author in STAFF,
            "user_id": sum(post.author.encode()),
            "hidden": post.hidden,
            "trust_level": 2,
            "deleted_at": None,
            "accepted_answer": post.accepted,
            "user_deleted": post.withdrawn,
            "can_view_edit_history": True,
        }
        if raw and not post.hidden:
            fields["raw"] = post.raw
        if post.action:
            fields["action_code"] = post.action
        if bulk:
            fields |= {"topic_title": post.topic.title, "category_id": post.topic.category}
        return fields

    # What it sends

    def send(self, receive: Callable[[Delivery], Receipt]) -> list[Receipt]:
        """Send what waits; what is not answered with success waits for the next time, behind the rest.

        After five tries a delivery is given up, and after 404 or 410 all of them are.
        """
        answered, waiting = [], []
        for each in self.deliveries:
            receipt = receive(each)
            answered.append(receipt)
            if receipt.status in {404, 410}:
                self.deliveries = []
                return answered
            number = each.headers["x-discourse-event-id"]
            self._tries[number] = self._tries.get(number, 0) + 1
            if not 200 <= receipt.status < 300 and self._tries[number] < 5:
                waiting.append(each)
        self.deliveries = waiting
        return answered

    def _emit(self, kind: str, event: str, about: SitePost | SiteTopic) -> None:
        """Serialised as the system user: the text of hidden posts is in it."""
        self._events += 1
        if isinstance(about, SitePost):
            body = {**self._post(about, raw=True), "raw": about.raw, "cooked": _cooked(about)}
            body["topic_archetype"] = "regular"
        else:
            body = self._listed(about)
        self.deliveries.append(delivered({kind: body}, kind, event, self._events, self.now))


def delivered(body: Any, kind: str, event: str, number: int, at: datetime = START) -> Delivery:
    """A webhook's request, signed."""
    data = json.dumps(body).encode()
    signature = hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "x-discourse-instance": "https://forum.example",
        "x-discourse-event-id": str(number),
        "x-discourse-event-type": kind,
        "x-discourse-event": event,
        "x-discourse-event-signature": f"sha256={signature}",
    }
    return Delivery(method="POST", path="/hooks/discourse", headers=headers, body=data, received_at=at)


class SiteServer(RecordedServer):
    """Serves a forum on loopback."""

    def __init__(self, site: DiscourseSite) -> None:
        super().__init__({})
        self.site = site

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.alter(request, self.site.reply_to(request))


def _error(status: int, kind: str) -> Reply:
    return Reply.json(
        {"errors": ["The requested URL or resource could not be found."], "error_type": kind}, status
    )


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _cooked(post: SitePost) -> str:
    return "".join(f"<p>{html.escape(part)}</p>" for part in post.raw.split("\n\n") if part)


def community(topics: int = 6, posts: int = 30, *, site: DiscourseSite | None = None) -> DiscourseSite:
    """A forum whose topics grow side by side, with answers to posts far back and every kind of notice."""
    site = site or DiscourseSite()
    opened = [
        site.open(f"Frage {number}", f"kunde_{number}", f"Wer weiß Rat zu {number}?")
        for number in range(topics)
    ]
    for round_ in range(posts - 1):
        for number, topic in enumerate(opened):
            to = topic.posts[(round_ * 7 + number) % len(topic.posts)] if round_ % 3 == 0 else None
            site.reply(
                topic, f"kunde_{(round_ + number) % 9}", f"Antwort {round_} auf Frage {number}.", to=to
            )
    return site
