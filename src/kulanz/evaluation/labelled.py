"""Labelled posts without a thread, in the form of training files, as threads to measure on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kulanz.core.posts import Post
from kulanz.evaluation.shapes import PostLabel

POST_ID = "post"


def labelled_posts(path: Path) -> tuple[list[Post], list[PostLabel]]:
    """Every line becomes a thread of what it answers, if known, and the labelled post.

    A context in square brackets is the thread's title. Lines have text and labels, and may
    have context, role and lang.
    """
    posts: list[Post] = []
    labels: list[PostLabel] = []
    for number, line in enumerate(path.read_bytes().splitlines()):
        record: dict[str, Any] = msgspec.json.decode(line)
        thread_id = f"{number:06}"
        posts += _thread(thread_id, record)
        labels.append(
            PostLabel(
                thread_id=thread_id,
                post_id=POST_ID,
                labels=tuple(record["labels"]),
                lang=record.get("lang"),
            )
        )
    return posts, labels


def _thread(thread_id: str, record: dict[str, Any]) -> Iterator[Post]:
    context = (record.get("context") or "").strip()
    title = context[1:-1] if context.startswith("[") and context.endswith("]") else None
    if context and title is None:
        yield Post(thread_id=thread_id, post_id="before", author_id="before", created_at=None, text=context)
    yield Post(
        thread_id=thread_id,
        post_id=POST_ID,
        author_id="author",
        created_at=None,
        text=record["text"],
        role="staff" if record.get("role") == "staff" else None,
        thread_title=title,
    )
