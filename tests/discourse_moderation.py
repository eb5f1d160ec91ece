"""What staff may do by the API of the small Discourse forum, as its documentation has it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from discourse_private import KEY, PrivateSite
from kulanz.testing.recorded import Reply, Request

STAFF: Final = "mod_kai"
STAFF_SECRETS: Final = {"api_key": KEY, "api_username": STAFF}
_POST: Final = re.compile(r"/posts/(\d+)(/recover)?\.json")
_TOPIC: Final = re.compile(r"/t/(?:-/)?(\d+)(/status|/slow_mode|/recover)?\.json")
_MOVE: Final = re.compile(r"/t/(\d+)/move-posts\.json")
_USER: Final = re.compile(r"/admin/users/(\d+)/(suspend|unsuspend)\.json")


class ModeratedSite(PrivateSite):
    """Counts what was changed; ``lost`` answers of changes do not arrive."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.accounts.add(STAFF)
        self.changed, self.lost = 0, 0
        self.slow: dict[int, int] = {}
        self.numbers: dict[str, int] = {}
        self.suspended: dict[int, str] = {}

    def number_of(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers) + 100)

    def reply_to(self, request: Request) -> Reply:
        if request.path.startswith("/u/"):
            name = request.path.removeprefix("/u/").removesuffix(".json")
            return Reply.json({"user": {"id": self.number_of(name), "username": name}})
        moves = _MOVE.fullmatch(request.path)
        if request.method not in ("PUT", "DELETE") and not moves:
            return super().reply_to(request)
        self.viewer = request.headers.get("api-username", "")
        if request.headers.get("api-key") != KEY or self.viewer != STAFF:
            return Reply.json({"errors": ["You are not permitted to do that."]}, 403)
        reply = self._moved(request, int(moves[1])) if moves else self._changed(request)
        if reply.status == 200:
            self.changed += 1
            if self.lost:
                self.lost -= 1
                return Reply(b"", 504)
        return reply

    def _moved(self, request: Request, number: int) -> Reply:
        fields = json.loads(request.body)
        target = self.topics.get(fields["destination_topic_id"])
        posts = [post for post in self.topics[number].posts if post.id in fields["post_ids"]]
        if target is None or not posts:
            return Reply.json({"errors": ["not found"]}, 404)
        for post in posts:
            self.move(post, target, STAFF)
        return Reply.json({"success": True})

    def _single(self, query: dict[str, list[str]], post_id: str) -> Reply:
        """Staff see removed posts, with the time of it."""
        post = self.posts.get(int(post_id))
        if self.viewer != STAFF or post is None or not post.deleted:
            return super()._single(query, post_id)
        return Reply.json({**self._post(post, raw=True), "deleted_at": "2026-06-01T12:00:00.000Z"})

    def _changed(self, request: Request) -> Reply:
        fields = json.loads(request.body or b"{}")
        for shape, do in ((_POST, self._on_post), (_TOPIC, self._on_topic), (_USER, self._on_user)):
            if found := shape.fullmatch(request.path):
                return do(request.method, int(found[1]), found[2] or "", fields)
        return Reply.json({"errors": ["not found"]}, 404)

    def _on_post(self, method: str, number: int, what: str, fields: dict[str, Any]) -> Reply:
        post = self.posts.get(number)
        if post is None:
            return Reply.json({"errors": ["not found"]}, 404)
        if method == "DELETE":
            self.remove(post)
        elif what:
            self.recover(post)
        else:
            self.edit(post, fields["post"]["raw"], editor=STAFF)
        return Reply.json({})

    def _on_topic(self, method: str, number: int, what: str, fields: dict[str, Any]) -> Reply:
        topic = self.topics[number]
        if method == "DELETE":
            self.delete_topic(topic)
        elif what == "/status":
            on = fields["enabled"] == "true"
            if fields["status"] == "visible":
                topic.visible = on
            elif topic.closed != on:
                (self.close if on else self.reopen)(topic, STAFF)
        elif what == "/slow_mode":
            self.slow[number] = fields["seconds"]
        elif what == "/recover":
            topic.deleted = False
        else:
            topic.category = fields["category_id"]
        return Reply.json({})

    def _on_user(self, method: str, number: int, what: str, fields: dict[str, Any]) -> Reply:
        if what == "suspend":
            self.suspended[number] = fields["suspend_until"]
        else:
            self.suspended.pop(number, None)
        return Reply.json({})
