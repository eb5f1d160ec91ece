from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fake_analyser import FakeAnalyser, line, seen, telling_analyser, write

import kulanz.batch
from kulanz.batch import Window
from kulanz.batch.options import BatchOptions
from kulanz.batch.spark import SparkError, check_free, scan, scan_paths, session
from kulanz.batch.spark.analysing import ANALYSED, Analysis, reports
from kulanz.batch.spark.session import plain_errors
from kulanz.cli import main
from kulanz.core.errors import OrderError
from kulanz.core.measures.baseline import Baseline
from kulanz.core.posts import Post
from kulanz.core.report import ThreadReport
from kulanz.sources import Problems
from kulanz.testing.engines import FACTORY, Engine, EngineSuite
from servers.fixtures import site_fixture

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # sockets that PySpark leaves to the collector
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),
]
spark = site_fixture("spark")


class TestSpark(EngineSuite):
    """Two executors, each a process with Python processes of its own."""

    @pytest.fixture
    def engine(self, spark: Any) -> Engine:
        def engine(paths: Sequence[Path], problems: Problems, window: Window) -> Iterator[ThreadReport]:
            options = BatchOptions(window=window)
            with scan_paths(
                spark, list(map(str, paths)), FACTORY, problems=problems, options=options
            ) as found:
                yield from found

        return engine


def at(minute: int) -> datetime:
    return datetime(2024, 5, 1, 0, minute, tzinfo=UTC)


def post(thread_id: str, post_id: str, minute: int) -> Post:
    return Post(thread_id=thread_id, post_id=post_id, author_id="a", created_at=at(minute), text="t")


def test_models_are_made_once_in_a_process_and_jsonl_meets_parquet(spark: Any, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    write(folder / "a b.jsonl", [line(f"t{n % 7}", n, n) for n in range(1, 30)])
    columns = [post(f"t{n % 7}", str(n), n) for n in range(29, 50)]
    spark.createDataFrame(
        [(each.thread_id, each.post_id, "a", each.created_at, "t", -1 if n == 20 else 5)
         for n, each in enumerate(columns)],
        "thread_id string, post_id string, author_id string, created_at timestamp, text string, likes long",
    ).coalesce(1).write.parquet(str(folder / "columns.parquet"))  # fmt: skip
    made, problems = tmp_path / "made", Problems()
    made.mkdir()
    factory = partial(telling_analyser, folder=made)
    with scan_paths(spark, [str(tmp_path / "in")], factory, problems=problems) as result:
        assert seen(result)["t1"] == ("1", "8", "15", "22", "29", "36", "43")
        assert (len(result), result.tally.posts, result.tally.repeated) == (7, 48, 1)
        (detail,) = result.details(1)
        assert (detail.report.rank, len(detail.findings)) == (1, 7)
    (problem,) = problems.kept
    assert (problem.line, "`int` >= 0" in problem.reason) == (21, True)
    assert problem.file.startswith(f"{folder}/columns.parquet/part-")
    assert {each.read_text() for each in made.iterdir()} == {"made\n"}


def test_a_frame_of_lines_becomes_a_frame_of_ranked_reports(spark: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", [line(f"t{n % 5}", n, None, lang="xx") for n in range(11)])
    lines = spark.read.text(str(path)).repartition(1)
    with scan(lines, FakeAnalyser) as result, kulanz.batch.scan([path], FakeAnalyser) as expected:
        assert list(result) == list(expected)
        assert result.tally == expected.tally
        rows = result.frame.collect()
        assert [(row.rank, row.thread_id) for row in rows] == [
            (each.rank, each.thread_id) for each in expected
        ]
        assert rows[0].signals.asDict() == {"usual": 5.0, "views": None}
        result.write(f"file://{tmp_path}/threads")
    assert spark.sparkContext._jsc.getPersistentRDDs().isEmpty()
    with pytest.raises(SparkError, match="is there: name another one"):
        check_free(spark, f"file://{tmp_path}/threads")
    assert spark.read.parquet(f"file://{tmp_path}/threads").count() == 5


def test_the_command_writes_what_the_local_one_writes(spark: Any, tmp_path: Path) -> None:
    path = write(
        tmp_path / "p.jsonl", [line(f"t{n % 3}", n, n, text="I want my money back!") for n in range(9)]
    )
    path.write_text(path.read_text() + "{broken\n")
    outputs, ends = [], []
    for engine in ("local", "spark"):
        outputs.append(tmp_path / f"{engine}.jsonl")
        wanted = ["--output", str(outputs[-1]), "--report", str(tmp_path / f"{engine}.html")]
        ends.append(CliRunner().invoke(main, ["scan", str(path), "--engine", engine, *wanted]))
    assert [end.exit_code for end in ends] == [3, 3]
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
    for told in ends:
        assert f"skipped: {path}:10: " in told.stderr
        assert "3 threads with 9 posts" in told.stderr


def test_the_example_of_the_docs_runs(
    spark: Any, root: Path, sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block, _ = re.findall(
        r"```py\n(.*?)```", (root / "docs/howto/scan-on-spark.md").read_text("utf-8"), re.DOTALL
    )
    end = CliRunner().invoke(main, ["convert", str(sample / "threads"), str(tmp_path / "posts.parquet")])
    assert end.exit_code == 0
    here = block.replace("s3a://archive/posts", f"{tmp_path}/posts.parquet").replace(
        "s3a://archive", str(tmp_path)
    )
    exec(compile(here, "scan-on-spark.md", "exec"), {"__name__": "docs"})  # noqa: S102 - our own docs
    assert capsys.readouterr().out.startswith("1 ")
    assert any((tmp_path / "issues").glob("part-*.parquet"))


def test_an_order_that_was_lost_is_an_error_also_from_an_executor(spark: Any) -> None:
    lines = [
        (b'{"thread_id":"%d","post_id":"1","author_id":"a","created_at":null,"text":"t"}' % n,)
        for n in (2, 1)
    ]
    analysis = Analysis(
        "order", spark.sparkContext.broadcast(kulanz.batch.analysing.Job(FACTORY, Baseline(), BatchOptions()))
    )
    frame = spark.createDataFrame(lines, "line binary").coalesce(1).mapInArrow(analysis, ANALYSED)
    with (
        pytest.raises(
            OrderError, match="expected threads in ascending order of thread_id, got '1' after '2'"
        ),
        plain_errors(),
    ):
        frame.collect()


def test_posts_of_one_moment_go_by_the_numbers_in_their_ids() -> None:
    ids = ["t-10", "t-9", "t-09"]
    found = reports([post("t", each, 5) for each in ids], FakeAnalyser(Baseline()))
    assert seen(found)["t"] == ("t-09", "t-9", "t-10")


def test_without_pyspark_or_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(SparkError, match=r"pip install 'kulanz\[spark\]', here and on every executor"):
        session()
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(SparkError, match="needs Java 17 or later, and JAVA_HOME=/nowhere holds none"):
        kulanz.batch.spark.session.__globals__["_check_java"]()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--master", "local"], "go with --engine spark"),
        (["--engine", "spark", "--workers", "2"], "--workers does not go with --engine spark"),
        (["--engine", "spark", "--columns", "text=a"], "--columns does not go with --engine spark"),
    ],
)
def test_options_of_the_other_engine_are_refused(args: list[str], said: str) -> None:
    end = CliRunner().invoke(main, ["scan", "x", *args])
    assert (end.exit_code, said in end.stderr) == (2, True)
