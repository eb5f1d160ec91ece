"""The recipe for streams, run as it stands in the docs, on a directory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kulanz.api import make_analyser
from kulanz.batch.spark.analysing import reports
from kulanz.core.posts import Post
from kulanz.core.report import ThreadReport
from kulanz.testing.engines import community, write_posts
from servers.fixtures import site_fixture

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets that PySpark leaves to the collector
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),
]
spark = site_fixture("spark")

SAID = ("thread_id", "score", "stage", "onset_post", "affected", "posts", "participants")


def test_late_and_changed_posts_and_a_repeated_batch(spark: Any, root: Path, tmp_path: Path) -> None:
    posts = community()[:40]
    late = posts[1::3]
    changed = replace(posts[0], text="Ich kündige! This is a scandal, I want my money back!")
    (tmp_path / "arriving").mkdir()
    write_posts(posts, tmp_path / "posts")
    write_posts([post for post in posts if post not in late], tmp_path / "arriving/1.jsonl")
    program, newest, _ = blocks(root, tmp_path)
    known: dict[str, Any] = {"__name__": "docs"}
    run(program, known)
    second = write_posts([*late, changed], tmp_path / "arriving/2.jsonl")
    second.write_bytes(second.read_bytes() + b"{broken\n")
    run(program[program.index("stream = ") :], known)
    repeated = known["session"].read.text(str(second)).selectExpr("value", f"'{second}' as place")
    known["analyse"](repeated, 1)
    known["analyse"](repeated.selectExpr("""'{"thread_id":"x"}' as value""", "place"), 2)
    run(newest, known)
    found = [tuple(row[name] for name in SAID) for row in known["ranked"].collect()]
    assert found == expected([changed, *posts[1:]], known["usual"])


def blocks(root: Path, folder: Path) -> list[str]:
    page = (root / "docs/howto/stream-with-spark.md").read_text("utf-8")
    found = re.findall(r"```py\n(.*?)```", page, re.DOTALL)
    return [each.replace("s3a://archive", f"file://{folder}").replace("= 64", "= 2") for each in found]


def run(block: str, known: dict[str, Any]) -> None:
    exec(compile(block, "stream-with-spark.md", "exec"), known)  # noqa: S102 - our own docs


def expected(posts: Iterable[Post], usual: Any) -> list[tuple[Any, ...]]:
    def place(report: ThreadReport) -> tuple[float, str]:
        return -report.score, report.thread_id

    analyser = make_analyser(usual, company=("Example Ltd",))
    found = sorted(reports(posts, analyser), key=place)
    return [tuple(getattr(report, name) for name in SAID) for report in found]
