"""What an analysis found in every single post, made small enough to keep: no texts, no authors."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

import msgspec

from kulanz.core.measures.fronts import FADE
from kulanz.core.posts import Post
from kulanz.core.report import PostFinding, ThreadDetail

YES: Final = 0.5
HEAT: Final = ("anger", "distrust", "leave", "threat")
_PACKING: Final = 6

Series = Mapping[str, Sequence[float | None]]


def packed(detail: ThreadDetail) -> bytes:
    """Return a thread's findings without series, reasons, texts and authors: signals that say yes, evidence.

    Whoever shows a post has its text; the series are kept beside it.
    """
    report = msgspec.structs.replace(detail.report, title=None, url=None, reasons=(), signals={})
    findings = tuple(map(_bare, detail.findings))
    bare = msgspec.structs.replace(detail, report=report, findings=findings, series={})
    return zlib.compress(msgspec.msgpack.encode(bare), _PACKING)


def unpacked(kept: bytes, series: Series) -> ThreadDetail:
    """Return what was packed, with the thread's series; every text is empty."""
    detail = msgspec.msgpack.decode(zlib.decompress(kept), type=ThreadDetail)
    return msgspec.structs.replace(detail, series={name: tuple(values) for name, values in series.items()})


def heat(findings: Sequence[PostFinding]) -> list[float]:
    """Return the share (0..1) of angry posts after every post; the weight of a post halves every 12 posts.

    Angry is who shows anger, distrust, a threat, or wants to leave: as ``calming`` of
    ``kulanz.core.measures.fronts``, for the other side.
    """
    angry = [any(each.signals.get(label, 0.0) >= YES for label in HEAT) for each in findings]
    sums = accumulate(angry, lambda total, yes: total * FADE + yes, initial=0.0)
    weights = accumulate(angry, lambda total, _: total * FADE + 1, initial=0.0)
    return [total / weight for total, weight in list(zip(sums, weights, strict=True))[1:]]


def _bare(finding: PostFinding) -> PostFinding:
    post = finding.post
    return msgspec.structs.replace(
        finding,
        post=Post(
            thread_id=post.thread_id,
            post_id=post.post_id,
            author_id=None,
            created_at=post.created_at,
            text="",
        ),
        signals={label: value for label, value in finding.signals.items() if value >= YES},
    )
