"""What an analysis says about a thread."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from kulanz.core.posts import Post

Stage = Literal["calm", "complaint", "issue", "escalated"]
STAGES: Final[tuple[Stage, ...]] = ("calm", "complaint", "issue", "escalated")


class Reason(Struct, frozen=True):
    """Why a thread ranks where it does: a code, a sentence, and the posts it rests on."""

    code: str
    text: str
    posts: tuple[str, ...] = ()


class ThreadReport(Struct, kw_only=True, omit_defaults=True):
    """One line of ``kulanz scan --output``; the first eight fields are the fixed contract.

    ``score`` (0..1) says how much a named person should own this thread now; from .5 on it
    is an issue, a level that 10 of 1,000 threads in a natural mix reach.
    ``rank`` counts from 1; it is 0 until the threads have been ranked. ``affected`` counts
    the people besides the opener who say they are affected or aggrieved. ``scored`` is
    False where no post is in a language the models read: then the score is 0 and says so.
    ``analysed_posts`` is None but for a thread too long to be read whole: so many of its
    ``posts``, its opening and its last ones, were analysed, and what is found rests on them.
    """

    thread_id: str
    rank: int
    score: float
    stage: Stage
    onset_post: str | None
    affected: int
    reasons: tuple[Reason, ...]
    signals: dict[str, float | None]
    scored: bool = True
    source: str | None = None
    title: str | None = None
    url: str | None = None
    posts: int = 0
    participants: int = 0
    views: int | None = None
    opened_at: datetime | None = None
    last_at: datetime | None = None
    closed_at: datetime | None = None
    analysed_posts: int | None = None


class PostFinding(Struct, frozen=True):
    """One post as analysed: its language, its signals and the passages they rest on.

    ``signals`` is empty where the post was not scored. ``evidence`` holds (start, end,
    label) character ranges of the text. ``company`` marks a post that speaks for the
    company, ``company_inferred`` that this was read from the text and not given.
    """

    post: Post
    lang: str
    signals: dict[str, float]
    company: bool = False
    company_inferred: bool = False
    evidence: tuple[tuple[int, int, str], ...] = ()


class ThreadDetail(Struct, frozen=True):
    """A report with everything a page or a replay needs: posts and series over the posts.

    Every series has one value a post, of the posts so far (None where undefined); their names
    are those of ``kulanz.core.findings.all_series``, and "mix_<role>" for each reaction role.
    ``events`` are (post index, code), such as
    "first_answer", "turned", "onset", "burst".
    """

    report: ThreadReport
    findings: tuple[PostFinding, ...]
    series: dict[str, tuple[float | None, ...]]
    events: tuple[tuple[int, str], ...] = ()
