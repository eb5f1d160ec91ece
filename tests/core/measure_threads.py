"""Hand-built threads for the tests of the thread measures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np

from kulanz.core.labels import INDEX, LABELS
from kulanz.core.posts import Post
from kulanz.core.thread import Thread

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "sample"


def table(*rows: str, texts: dict[int, str] | None = None, times: bool = True, **fields: object) -> Thread:
    """A thread from rows "hour author answered labels": "0.5 *staff 0 policy,handover".

    A star marks the company, "-" an answer to nobody; ``fields`` go into every post.
    """
    posts, labels = [], []
    for i, row in enumerate(rows):
        hour, author, answered, *listed = row.split()
        posts.append(
            Post(
                thread_id="t",
                post_id=str(i),
                author_id=author.removeprefix("*"),
                created_at=START + timedelta(hours=float(hour)) if times else None,
                text=(texts or {}).get(i, "text"),
                reply_to=None if answered == "-" else answered,
                role="staff" if author.startswith("*") else "customer",
                **fields,
            )
        )
        labels.append(listed[0].split(",") if listed else [])
    return build(posts, labels)


def build(posts: Sequence[Post], labels: Iterable[Sequence[str]]) -> Thread:
    """A thread from posts and the labels of each, as signals 0 and 1."""
    number = {post.post_id: i for i, post in enumerate(posts)}
    authors: dict[str | None, int] = {}
    signals = np.zeros((len(posts), len(LABELS)))
    for i, listed in enumerate(labels):
        signals[i, [INDEX[label] for label in listed]] = 1
    first = posts[0].created_at if posts else None
    return Thread(
        posts=posts,
        signals=signals,
        author=np.array([authors.setdefault(p.author_id, len(authors)) for p in posts], np.int64),
        company=np.array([p.role == "staff" for p in posts], np.bool_),
        parent=np.array(
            [min(number.get(p.reply_to or "", i - 1), i - 1) for i, p in enumerate(posts)], np.int64
        ),
        hours=np.array(
            [
                (p.created_at - first).total_seconds() / 3600 if first and p.created_at else np.nan
                for p in posts
            ]
        ),
    )


def prefix(thread: Thread, n: int) -> Thread:
    """The first n posts of a thread."""
    arrays = (thread.signals, thread.author, thread.company, thread.parent, thread.hours)
    return Thread(thread.posts[:n], *(array[:n] for array in arrays))


def sample_thread(thread_id: str) -> Thread:
    """A thread of the sample community with its hand labels as signals."""
    lines = (SAMPLE / "labels" / f"posts-{thread_id}.jsonl").read_text("utf-8").splitlines()
    labels = {row["post_id"]: row["labels"] for row in map(json.loads, lines)}
    lines = (SAMPLE / "threads" / f"{thread_id}.jsonl").read_text("utf-8").splitlines()
    posts = [msgspec.json.decode(line, type=Post) for line in lines]
    return build(posts, [labels[post.post_id] for post in posts])
