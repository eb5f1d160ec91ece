"""The private messages of the small Discourse forum, as its source has them.

``POST /posts.json`` begins a private topic for some accounts or adds to one, for the account that the key's
headers name. An ``external_id`` is taken once. The same request within two minutes gets the same answer, and
the same words within five are refused. Private topics are shown to those who are in them, and in no list.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from discourse_site import DiscourseSite, SitePost, SiteTopic
from kulanz.testing.recorded import Reply, Request

KEY: Final = "k" * 64
DESK: Final = "care_desk"
SECRETS: Final = {"api_key": KEY, "api_username": DESK}
_REPEATED: Final = timedelta(seconds=120)
_SIMILAR: Final = timedelta(minutes=5)
_LEAST_TITLE, _LEAST_TEXT = 2, 10


class PrivateSite(DiscourseSite):
    """A forum with accounts, some of which write to each other in private."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.accounts = {DESK}
        self.viewer = ""
        self.queues = False
        self._inside: dict[int, set[str]] = {}
        self._marks: dict[str, int] = {}
        self.waiting: list[dict[str, Any]] = []
        self._memo: dict[bytes, tuple[datetime, Reply]] = {}

    def texts(self, topic_id: str) -> list[str]:
        return [post.raw for post in self.topics[int(topic_id)].posts]

    def sees(self, topic: SiteTopic) -> bool:
        if topic.id in self._inside:
            return not topic.deleted and self.viewer in self._inside[topic.id]
        return topic.public

    def take_out(self, topic_id: str, name: str) -> None:
        self._inside[int(topic_id)].discard(name)

    def publish(self, topic_id: str) -> None:
        """Staff make a public topic of it."""
        topic = self.topics[int(topic_id)]
        topic.archetype, topic.private = "regular", False

    def convert(self, topic: SiteTopic, *names: str) -> None:
        """Staff make a private topic of a public one."""
        topic.archetype, topic.private = "private_message", True
        self._inside[topic.id] = set(names)

    def reply_to(self, request: Request) -> Reply:
        keyed = request.headers.get("api-key") == KEY
        self.viewer = request.headers.get("api-username", "") if keyed else ""
        if "api-key" in request.headers and self.viewer not in self.accounts:
            return _refused(403, "You are not permitted to view the requested resource.", "invalid_access")
        if request.method == "POST":
            return self._posted(request)
        if request.path == f"/posts/{self.viewer}/pending.json":
            return Reply.json({"pending_posts": self.waiting})
        if request.path.startswith("/t/external_id/"):
            return self._marked(request.path.removeprefix("/t/external_id/").removesuffix(".json"))
        return super().reply_to(request)

    def _marked(self, mark: str) -> Reply:
        topic = self.topics.get(self._marks.get(mark.lower(), 0))
        if topic is None:
            return _refused(404, "The requested URL or resource could not be found.", "not_found")
        if not self.sees(topic):
            return _refused(403, "You are not permitted to view the requested resource.", "invalid_access")
        return Reply(b"", 301, {"Location": f"/t/{topic.id}.json"})

    def _posted(self, request: Request) -> Reply:
        if not self.viewer:
            return _refused(403, "You need to be logged in to do that.", "not_logged_in")
        at, known = self._memo.get(request.body, (self.now, None))
        if known is not None and self.now - at < _REPEATED:
            return known
        reply = self._created(json.loads(request.body))
        if reply.status == 200:
            self._memo[request.body] = self.now, reply
        return reply

    def _created(self, fields: dict[str, Any]) -> Reply:
        raw = fields["raw"].rstrip()
        if problem := self._problem(fields, raw):
            return Reply.json({"action": "create_post", "errors": [problem]}, 422)
        if self.queues:
            self.waiting.append({"topic_id": fields.get("topic_id"), "raw_text": raw})
            return Reply.json({"success": True, "action": "enqueued", "pending_count": 1})
        topic = self.topics[fields["topic_id"]] if "topic_id" in fields else self._begun(fields)
        self._tick()
        post = self._add(topic, self.viewer, raw, reply_to=fields.get("reply_to_post_number"))
        topic.bumped = self.now
        return Reply.json(self._post(post, raw=True))

    def _problem(self, fields: dict[str, Any], raw: str) -> str:
        if len(raw) < _LEAST_TEXT:
            return f"Body is too short (minimum is {_LEAST_TEXT} characters)"
        own = [post for post in self.posts.values() if post.author == self.viewer]
        if any(post.raw == raw and self.now - post.created < _SIMILAR for post in own):
            return "Body is too similar to what you recently posted"
        if "topic_id" in fields:
            topic = self.topics.get(fields["topic_id"])
            takes = topic and self.sees(topic) and not topic.closed
            return "" if takes else "The topic you are replying to was not found."
        return self._problem_of_topic(fields)

    def _problem_of_topic(self, fields: dict[str, Any]) -> str:
        assert fields["archetype"] == "private_message"
        if len(fields["title"]) < _LEAST_TITLE:
            return f"Title is too short (minimum is {_LEAST_TITLE} characters)"
        if fields["external_id"].lower() in self._marks:
            return "External has already been taken"
        if not set(fields["target_recipients"].split(",")) <= self.accounts:
            return "Sorry, but we cannot find a user with that name."
        return ""

    def _begun(self, fields: dict[str, Any]) -> SiteTopic:
        number = len(self.topics) + 1
        topic = SiteTopic(number, fields["title"], 0, self.now, self.now, archetype="private_message")
        topic.private = True
        self.topics[number] = topic
        self._marks[fields["external_id"].lower()] = number
        self._inside[number] = {self.viewer, *fields["target_recipients"].split(",")}
        return topic

    def _post(self, post: SitePost, *, raw: bool, bulk: bool = False) -> dict[str, Any]:
        return {**super()._post(post, raw=raw, bulk=bulk), "yours": post.author == self.viewer}


def _refused(status: int, words: str, kind: str) -> Reply:
    return Reply.json({"errors": [words], "error_type": kind}, status)
