"""Labelled talks and texts, such as ``kulanz train`` takes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path


def heat() -> list[dict[str, object]]:
    """Texts of every kind that ``kulanz train forecast --heat`` asks for."""
    rude, kind = "You are liars and crooks!", "Thank you."
    kinds = ("uncivil", "impolite", "offensive")
    return [{"text": text, name: int(text == rude)} for name in kinds for text in (rude, kind)]


def write_lines(path: Path, rows: Iterable[object]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def write_talks(folder: Path) -> None:
    """Conversations with labels of what became of them."""
    texts = ("Why was I charged twice?", "Read the terms.", "That is no answer.")
    posts = [
        {
            "thread_id": name,
            "post_id": f"{name}-{i}",
            "author_id": "ab"[i % 2],
            "created_at": None,
            "text": text,
        }
        for name in ("one", "two", "three")
        for i, text in enumerate(texts)
    ]
    labels = [{"thread_id": "one", "derailed": 1}, {"thread_id": "two", "derailed": 0}]
    for name, rows in (("talks", posts), ("talks.labels", labels), ("heat", heat())):
        write_lines(folder / f"{name}.jsonl", rows)
