"""What was written in an issue's conversations, as it was read first, and what stood beside them then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, QuerySet

from kulanz.core.report import STAGES
from kulanz.desk.models import Post, Revision, Thread
from kulanz.desk.queries.radar import SHOWN_FROM
from kulanz.desk.rules.alarms import SILENT_FOR
from kulanz.desk.rules.replaying import words_before

MOST_RIVALS: Final = 500
"""Conversations that one is ranked among, those with the highest scores today."""
EDITS: Final = ("edited", "edited_by_author", "edited_by_other", "edited_silently")


def first_posts(threads: Sequence[Thread], *, at_most: int) -> tuple[Mapping[int, list[Post]], int]:
    """Return the first posts of conversations by the conversation, in order of time, and how many there are.

    Posts that were removed since are among them, unless their words were never read.
    """
    rows = _written(threads)
    found: defaultdict[int, list[Post]] = defaultdict(list)
    for post in rows.select_related("account").order_by("created_at", "id")[:at_most]:
        found[post.thread_id].append(post)
    return found, rows.count()


def first_words(threads: Sequence[Thread]) -> dict[int, str]:
    """Return the words of edited posts as they were read first, by the post's id."""
    edits = Revision.objects.filter(thread__in=threads, post__isnull=False, kind__in=EDITS).exclude(diff=[])
    # the last one that is set is the first that was found
    found = edits.order_by("-found_at", "-pk").values_list("post", "diff")
    return {post: words_before(diff) for post, diff in found}


def rivals_then(thread: Thread, at: datetime) -> list[float]:
    """Return the scores of the other conversations that stood on the radar of its source at a time.

    They are those in which something was said in the two weeks before, by what is known of them today.
    """
    since = at - SILENT_FOR
    rows = Thread.objects.filter(source=thread.source_id, first_post_at__lte=at, last_post_at__gte=since)
    rows = rows.exclude(pk=thread.pk).exclude(series={}).order_by("-score", "id")
    series = {
        pk: (scores, stages)
        for pk, scores, stages in rows.values_list("pk", "series__score", "series__stage")[:MOST_RIVALS]
    }
    said = Post.objects.filter(thread__in=list(series), removed=False, created_at__lte=at)
    counted = said.order_by().values_list("thread").annotate(Count("pk"), last=Max("created_at"))
    then = (_then(*series[pk], posts) for pk, posts, last in counted if last >= since)
    return [score for score, stage in then if stage >= STAGES.index(SHOWN_FROM)]


def _written(threads: Sequence[Thread]) -> QuerySet[Post]:
    return Post.objects.filter(thread__in=threads).exclude(removed=True, own_text=False)


def _then(scores: Sequence[float | None], stages: Sequence[float | None], posts: int) -> tuple[float, int]:
    last = min(posts, len(scores), len(stages)) - 1
    return scores[last] or 0.0, int(stages[last] or 0)
