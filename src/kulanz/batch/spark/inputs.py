"""What is read with Spark: paths of any file system that it knows, or a frame that is there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from kulanz.batch.options import Window
from kulanz.batch.spark.lines import LINE, Note, Reading, Shape
from kulanz.batch.spark.session import functions, plain_errors, pyspark_errors
from kulanz.sources import Limits, Problems, SourceError
from kulanz.sources.items import printable
from kulanz.sources.jsonl import POST_FIELDS
from kulanz.sources.parquet import check_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FORMATS: Final = ("jsonl", "parquet")
_PARQUET: Final = ".parquet"
_FRAME: Final = "DataFrame"
_MOST_BYTES: Final = Limits().max_line_bytes


@dataclass(frozen=True, slots=True)
class Input:
    """One input's rows: file, block, then a line (``text``) or the columns of Kulanz Parquet (``columns``).

    ``files`` are its files in the order in which their posts count.
    """

    rows: DataFrame
    shape: Shape
    files: tuple[str, ...]


def lines_of(inputs: Sequence[Input], window: Window) -> DataFrame:
    """Return the rows ``LINE`` of all inputs."""
    frames, before = [], 0
    for each in inputs:
        numbers = {name: number for number, name in enumerate(each.files, start=before)}
        reading = Reading(each.shape, numbers, window, _MOST_BYTES)
        frames.append(each.rows.mapInArrow(reading, LINE))
        before += len(each.files)
    return reduce(lambda one, other: one.union(other), frames)


def of_paths(
    spark: SparkSession, paths: Iterable[str], problems: Problems, format: str | None
) -> list[Input]:  # noqa: A002 - the option's name
    """Return the inputs of paths: files, folders or globs; what is not there is reported.

    By default files that end in .parquet are Parquet, all others JSONL, which Spark unpacks from .gz, .bz2 and .zst.
    """
    if format not in {None, *FORMATS}:
        raise SourceError(
            f"expected {' or '.join(FORMATS)} for the Spark engine, got {format!r}: make JSONL or Parquet of it with"
            " 'kulanz convert', or scan with --engine local"
        )
    return [found for path in paths for found in _of_path(spark, path, problems, format)]


def of_frame(frame: DataFrame) -> Input:
    """Return a frame's rows as an input: of one column of lines (``value``), or with those of Kulanz Parquet."""
    f = functions()
    place = (f.lit(_FRAME).alias("file"), f.spark_partition_id().cast("long").alias("block"))
    if frame.columns == ["value"]:
        return Input(frame.select(*place, f.col("value").cast("binary")), "text", (_FRAME,))
    return Input(frame.select(*place, *_columns(frame)), "columns", (_FRAME,))


def note_problems(notes: Iterable[Note], problems: Problems) -> None:
    """Report what was skipped, by the lines of whole files."""
    rows: dict[str, int] = {}
    for note in sorted(notes, key=lambda note: (note.file, note.block)):
        before = rows.get(note.file, 0)
        name = shown(note.file)
        for row, reason, remedy in note.problems:
            problems.add(name, None if row is None else before + row, reason, remedy)
        if note.skipped > len(note.problems):
            problems.counts[name] += note.skipped - len(note.problems)
        rows[note.file] = before + note.rows


def shown(url: str) -> str:
    """Return a file's URL as a person would write it."""
    return printable(unquote(url).removeprefix("file:"))


def _of_path(spark: SparkSession, path: str, problems: Problems, format: str | None) -> list[Input]:  # noqa: A002 - the option's name
    try:
        everything = spark.read.option("lineSep", "\n").option("recursiveFileLookup", value=True).text(path)
        files = [_as_rows_name_it(file) for file in everything.inputFiles()]
    except pyspark_errors().AnalysisException as error:
        if error.getCondition() != "PATH_NOT_FOUND":
            raise
        problems.add(
            printable(path),
            None,
            "cannot be opened: No such file or directory",
            "check the path and its permissions",
        )
        return []
    columns = [file for file in files if format == "parquet" or (format is None and file.endswith(_PARQUET))]
    lines = [file for file in files if file not in set(columns)]
    found = [_text(everything, lines)] if lines else []
    return [*found, _parquet(spark, path, columns, format)] if columns else found


def _as_rows_name_it(url: str) -> str:
    """Return a file's URL as the rows read from it have it: Spark writes those of local files in two ways."""
    return url.replace("file:///", "file:/", 1)


def _text(everything: DataFrame, files: list[str]) -> Input:
    f = functions()
    rows = everything.select(*_places(), f.col("value").cast("binary"), "_metadata.file_name")
    wanted = (
        rows
        if len(files) == len(everything.inputFiles())
        else rows.where(~f.col("file_name").endswith(_PARQUET))
    )
    return Input(wanted.drop("file_name"), "text", tuple(sorted(files)))


def _parquet(spark: SparkSession, path: str, files: list[str], format: str | None) -> Input:  # noqa: A002 - the option's name
    reader = spark.read.option("recursiveFileLookup", value=True)
    with plain_errors():
        frame = (
            reader if format or path.endswith(_PARQUET) else reader.option("pathGlobFilter", f"*{_PARQUET}")
        ).parquet(path)
    return Input(frame.select(*_places(), *_columns(frame)), "columns", tuple(sorted(files)))


def _places() -> tuple[Any, Any]:
    f = functions()
    return f.col("_metadata.file_path").alias("file"), f.col("_metadata.file_block_start").alias("block")


def _columns(frame: DataFrame) -> list[str]:
    check_columns(frame.columns)
    return [name for name in frame.columns if name in POST_FIELDS]
