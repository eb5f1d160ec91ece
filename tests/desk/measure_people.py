"""A forum with a critical and a friendly post, and a rule by which moderators act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desk_people import make_thread

from kulanz.core.posts import Post as CorePost
from kulanz.core.report import PostFinding, ThreadDetail, ThreadReport
from kulanz.desk.access import actor_of
from kulanz.desk.models import (
    Account,
    Measure,
    Member,
    Post,
    Rule,
    RuleVersion,
    Source,
    Thread,
    ThreadFindings,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.findings import packed
from kulanz.desk.rules.moderating import Order
from kulanz.desk.services import moderating

WHY = "It calls another member a liar and says nothing of the matter."
ONWARD = "https://forum.kontaktor.example/t/4713"


@dataclass
class Forum:
    """A conversation that the analysis has read: ``critical`` complains, ``kind`` gives thanks."""

    thread: Thread
    critical: Post
    kind: Post
    rule: RuleVersion
    dora: Actor
    carla: Actor
    now: datetime

    def propose(self, kind: str = "hide", post: Post | None = None, **more: object) -> Measure:
        return moderating.propose(
            actor=self.dora,
            thread=self.thread,
            post=post,
            rule=self.rule.pk,
            order=order(kind, **more),
            now=self.now,
        )

    def again(self, measure: Measure) -> Measure:
        return Measure.objects.select_related("thread__source", "post", "account__source", "rule__rule").get(
            pk=measure.pk
        )


def order(kind: str = "hide", **more: object) -> Order:
    return Order(**{"kind": kind, "code": "abuse", "why": WHY, **more})


def make_rule(now: datetime, key: str = "respect") -> RuleVersion:
    rule = Rule.objects.create(key=key)
    return RuleVersion.objects.create(
        rule=rule,
        number=1,
        title_de="Respekt",
        title_en="Respect",
        text_de="Wir beleidigen niemanden.",
        text_en="We insult nobody.",
        effective_from=now - timedelta(days=30),
        published_at=now - timedelta(days=40),
    )


def make_forum(source: Source, members: dict[str, Member], now: datetime, stage: str = "complaint") -> Forum:
    thread = make_thread(source, now, "4711", stage)
    posts = [_post(thread, key, author, now) for key, author in (("1", "rolf_1958"), ("2", "mila_k"))]
    signals = ({"complaint": 0.9}, {"thanks": 0.9})
    findings = tuple(
        PostFinding(
            post=CorePost(thread_id="4711", post_id=post.key, author_id="", created_at=now, text=""),
            lang="de",
            signals=found,
        )
        for post, found in zip(posts, signals, strict=True)
    )
    report = ThreadReport(
        thread_id="4711", rank=1, score=0.6, stage=stage, onset_post=None, affected=1, reasons=(), signals={}
    )
    detail = ThreadDetail(report=report, findings=findings, series={})
    ThreadFindings.objects.create(thread=thread, packed=packed(detail))
    return Forum(
        thread, posts[0], posts[1], make_rule(now), actor_of(members["dora"]), actor_of(members["carla"]), now
    )


def _post(thread: Thread, key: str, author: str, now: datetime) -> Post:
    account = Account.objects.create(source=thread.source, key=author, first_seen_at=now)
    return Post.objects.create(
        thread=thread, source=thread.source, key=key, account=account, created_at=now, seen_at=now,
        text=f"Words of post {key}.", text_since=now - timedelta(hours=1), lang="de",
        url=f"https://forum.kontaktor.example/p/{key}",
    )  # fmt: skip
