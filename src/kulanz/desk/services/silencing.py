"""Posts of somebody who was erased and wanted them to go: their words are taken out, their places stay.

Others answered them: a conversation must still say that somebody wrote here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kulanz.desk.models import Account, Measure, Post, Revision, Thread, ThreadFindings, Tombstone
from kulanz.desk.services.veiling import SILENT


def silence(pseudonyms: Collection[str], now: datetime) -> None:
    """Take the words out of what some accounts wrote, out of its changes, and have its threads read anew."""
    posts = Post.objects.filter(account__in=Account.objects.filter(key__in=pseudonyms))
    threads = list(posts.values_list("thread", flat=True).distinct())
    Revision.objects.filter(post__in=posts.values("pk")).delete()
    emptied: dict[str, list[str]] = {name: [] for name in ("quotes", "code", "links", "mentions")}
    posts.update(text=SILENT, url="", has_links=False, text_since=now, **emptied)
    Measure.objects.filter(post__in=posts.values("pk")).update(text="", text_before="")
    ThreadFindings.objects.filter(thread__in=threads).delete()
    Thread.objects.filter(pk__in=threads).update(reasons=[], stale_since=now, due_at=now)


def is_silent(source: int, pseudonym: str) -> bool:
    """Whether the words of an erased account are not kept either."""
    return Tombstone.objects.filter(source=source, pseudonym=pseudonym, silent=True).exists()
