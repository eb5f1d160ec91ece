"""Good inputs: what real software wrote (tests/data), the sample community, and small ones written here."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parents[1] / "data"
_SAMPLE: Final = Path(__file__).parents[2] / "sample"
_LARGEST: Final = 40_000

POSTS: Final = (
    b'{"thread_id":"t","post_id":"1","author_id":"a","created_at":"2026-01-02T03:04:05Z","text":"Why?"}\n'
    b'{"thread_id":"t","post_id":"2","author_id":"b","created_at":"2026-01-02T03:05:05+02:00","text":"me too",'
    b'"reply_to":"1","role":"staff","lang":"en","likes":3,"url":"https://e.org/1","hidden":false,"x":[1,{"y":null}]}\n'
)
TABLE: Final = (
    'thread;post;author;date;message\nt1;1;anna;2026-01-02 03:04;"Hallo; ja"\nt1;2;bob;03.01.2026 10:00;Grüße\n'
).encode()
MAIL: Final = (
    b"From a@example.org Mon Sep  4 10:00:00 2006\nFrom: =?utf-8?q?J=C3=BCrgen?= <a@example.org>\nTo: l@example.org\n"
    b"Subject: Re: =?iso-8859-1?b?TWFobnVuZw==?=\nDate: Mon, 04 Sep 2006 10:00:00 +0200\nMessage-ID: <1@example.org>\n"
    b"In-Reply-To: <0@example.org>\nReferences: <0@example.org>\nMIME-Version: 1.0\n"
    b"Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\nHi\n> old\n-- \nme\n"
    b"--x\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+SGk8L3A+\n--x--\n\n"
)
HTML: Final = (
    (
        b'<html><head><title>a</title><link rel="alternate" type="application/rss+xml" href="/feed">'
        b'<script type="application/ld+json">{"@type":"DiscussionForumPosting","author":{"name":"a"},"text":"b",'
        b'"datePublished":"2026-01-02","url":"/t/1","comment":[{"@type":"Comment","text":"c","url":"/t/1#2"}]}</script>'
        b'</head><body><p>Hi <a href="/t/2" rel="next">&auml;</a><br>x</p><blockquote><p>old</p></blockquote><pre>code</pre>'
        b'<div class="h-entry"><a class="p-author h-card u-url" href="/u/a">a</a><time class="dt-published" '
        b'datetime="2026-01-02T03:04:05Z"></time><div class="e-content">text</div></div>'
        b'<div itemscope itemtype="https://schema.org/Comment"><span itemprop="text">t</span></div></body></html>'
    ),
)[0]


@cache
def files(*patterns: str) -> tuple[bytes, ...]:
    """Return the beginnings of test data, at most so many bytes of each."""
    found = [path for pattern in patterns for path in sorted(DATA.glob(pattern))]
    return tuple(path.read_bytes()[:_LARGEST] for path in found)


@cache
def archives() -> tuple[bytes, ...]:
    """Return posts as every kind of archive that is unpacked."""
    tar, zipped = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        entry = tarfile.TarInfo("a/posts.jsonl")
        entry.size = len(POSTS)
        archive.addfile(entry, io.BytesIO(POSTS))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("posts.jsonl", POSTS)
        made.writestr("in.zip", zipped.getvalue() + gzip.compress(TABLE))
    return (tar.getvalue(), zipped.getvalue(), gzip.compress(POSTS), gzip.compress(tar.getvalue()))


def sample() -> tuple[bytes, ...]:
    """Return a piece of the sample community."""
    return tuple(
        path.read_bytes()[:_LARGEST] for path in sorted((_SAMPLE / "threads").glob("*"))[:3] if path.is_file()
    )
