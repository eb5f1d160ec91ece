"""Details and summaries made by hand: the series are simple running means, not an analysis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec

from kulanz.core.posts import Post
from kulanz.core.report import PostFinding, Reason, ThreadDetail, ThreadReport
from kulanz.pages import Summary

SAMPLE = Path(__file__).parents[2] / "sample"
NOW = datetime(2026, 6, 18, 7, 30, tzinfo=UTC)
HEAT = ("complaint", "affected", "anger", "distrust", "leave", "threat", "dismissive")
ROLES = ("complainant", "affected", "annoyed", "sympathising", "calming", "defending", "staff", "other")


def great_case() -> ThreadDetail:
    """Thread 4711 of the sample with its labels as signals and every third post's first words marked."""
    lines = (SAMPLE / "threads/4711.jsonl").read_bytes().splitlines()
    posts = [msgspec.json.decode(line, type=Post) for line in lines]
    labels = _labels(SAMPLE / "labels/posts-4711.jsonl")
    findings = tuple(_finding(post, labels.get(post.post_id, [])) for post in posts)
    series = _series(findings)
    return ThreadDetail(
        report=_report(posts, series["score"][-1] or 0.0),
        findings=findings,
        series=series,
        events=((8, "first_answer"), (46, "onset"), (37, "turned"), (40, "burst"), (77, "burst")),
    )


def _labels(path: Path) -> dict[str, list[str]]:
    rows = (msgspec.json.decode(line) for line in path.read_bytes().splitlines())
    return {row["post_id"]: row["labels"] for row in rows}


def _finding(post: Post, labels: Sequence[str]) -> PostFinding:
    signals = {"question": 0.11, **{label: 0.58 + 0.07 * i for i, label in enumerate(labels)}}
    start = post.text.find("\n") + 1
    end = post.text.find(".", start + 20)
    evidence = ((start, end if end > 0 else start + 60, labels[0]),) if labels else ()
    return PostFinding(post, "de", signals, company=post.role == "staff", evidence=evidence)


def _series(findings: Sequence[PostFinding]) -> dict[str, tuple[float | None, ...]]:
    hot = _running_mean([float(any(label in f.signals for label in HEAT)) for f in findings])
    roles = [_role(f, i) for i, f in enumerate(findings)]
    mix = {f"mix_{role}": _running_mean([float(r == role) for r in roles]) for role in ROLES}
    length = len(findings)
    score = [min(0.97, share * (0.5 + 0.9 * i / length)) for i, share in enumerate(hot)]
    belief = [None if i < 3 else min(1.0, share * 1.2) for i, share in enumerate(hot)]
    fronts = [share * i / length for i, share in enumerate(hot)]
    affected = list(accumulate(float(r == "affected") for r in roles))
    return {
        "score": tuple(score),
        "belief": tuple(belief),
        "fronts": tuple(fronts),
        "affected": tuple(affected),
        **mix,
    }


def _role(finding: PostFinding, index: int) -> str:
    by_label = {
        "affected": "affected",
        "anger": "annoyed",
        "sympathy": "sympathising",
        "calming": "calming",
        "defends": "defending",
    }
    if finding.company:
        return "staff"
    if index == 0:
        return "complainant"
    return next((by_label[label] for label in finding.signals if label in by_label), "other")


def _running_mean(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(total / n for n, total in enumerate(accumulate(values), start=1))


def _report(posts: Sequence[Post], score: float) -> ThreadReport:
    first, last = posts[0], posts[-1]
    reasons = (
        Reason(
            "affected",
            "15 weitere Personen schreiben, dass sie betroffen sind oder sich beschweren.",
            tuple(f"4711-{n}" for n in (5, 11, 12, 19, 24, 31, 33, 47, 52, 58)),
        ),
        Reason(
            "policy",
            "Das Unternehmen beruft sich auf Verträge und Abläufe.",
            ("4711-9", "4711-20", "4711-38"),
        ),
        Reason("fronts", "Die Fronten haben sich seit Beitrag 38 verhärtet.", ("4711-38",)),
    )
    return ThreadReport(
        thread_id=first.thread_id,
        rank=1,
        score=score,
        stage="escalated",
        onset_post="4711-47",
        affected=15,
        reasons=reasons,
        signals={},
        source=first.source,
        title=first.thread_title,
        url=first.thread_url,
        posts=len(posts),
        participants=len({post.author_id for post in posts}),
        views=first.thread_views,
        opened_at=first.created_at,
        last_at=last.created_at,
        closed_at=first.thread_closed_at,
    )


def report(thread_id: str = "t", **changes: Any) -> ThreadReport:
    """A ranked thread with as little as possible, and what the test is about."""
    fields: dict[str, Any] = {
        "thread_id": thread_id,
        "rank": 1,
        "score": 0.4,
        "stage": "complaint",
        "onset_post": None,
        "affected": 0,
        "reasons": (),
        "signals": {},
    }
    return ThreadReport(**{**fields, **changes})


def detail_of(of: ThreadReport, texts: Sequence[str], **changes: Any) -> ThreadDetail:
    """A thread of posts an hour apart, whose score rises evenly; ``changes`` go to every post."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    posts = [
        Post(
            **{
                "thread_id": of.thread_id,
                "post_id": f"p{i}",
                "author_id": f"a{i % 7}",
                "created_at": start + timedelta(hours=i),
                "text": text,
                **changes,
            }
        )
        for i, text in enumerate(texts)
    ]
    rising = tuple((i + 1) / len(texts) for i in range(len(texts)))
    return ThreadDetail(of, tuple(PostFinding(p, "en", {"anger": 0.7}) for p in posts), {"score": rising})


def summary(**changes: Any) -> Summary:
    """A run over the sample."""
    fields: dict[str, Any] = {
        "title": "Kontaktor, Juni 2026",
        "inputs": ("sample/threads",),
        "threads": 5,
        "posts": 512,
        "generated_at": NOW,
        "version": "0.1.0",
        "stages": {"calm": 2, "complaint": 1, "issue": 1, "escalated": 1},
    }
    return Summary(**{**fields, **changes})
