"""What is read with Spark: paths of any file system that it knows, or a frame that is there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import msgspec

from kulanz.batch.options import Window
from kulanz.batch.spark.lines import LINE, Note, Reading, Shape
from kulanz.batch.spark.session import functions, pyspark_errors
from kulanz.sources import Limits, Problems, SourceError
from kulanz.sources.errors import nothing_readable
from kulanz.sources.items import printable
from kulanz.sources.jsonl import POST_FIELDS
from kulanz.sources.parquet import check_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FORMATS: Final = ("jsonl", "parquet")
_PARQUET: Final = ".parquet"
_FRAME: Final = "DataFrame"
_MOST_BYTES: Final = Limits().max_line_bytes
_COUNTED: Final = ("posts", "later", "untimed")
_decode_note: Final = msgspec.json.Decoder(Note).decode


@dataclass(frozen=True, slots=True)
class Input:
    """One input's rows: file, block, then a line (``text``) or the columns of Kulanz Parquet (``columns``).

    ``files`` numbers its files in the order in which their posts count.
    """

    rows: DataFrame
    shape: Shape
    files: dict[str, int]


def lines_of(inputs: Sequence[Input], window: Window) -> DataFrame:
    """Return the rows ``LINE`` of all inputs."""
    readings = (Reading(each.shape, each.files, window, _MOST_BYTES) for each in inputs)
    frames = [each.rows.mapInArrow(reading, LINE) for each, reading in zip(inputs, readings, strict=True)]
    return reduce(lambda one, other: one.union(other), frames)


def of_paths(spark: SparkSession, paths: Iterable[str], problems: Problems, named: str | None) -> list[Input]:
    """Return the inputs of paths: files, folders or globs; what is not there is reported.

    Where no format is ``named``, files that end in .parquet are Parquet and all others JSONL, which Spark
    unpacks from .gz, .bz2 and .zst.
    """
    if named not in {None, *FORMATS}:
        raise SourceError(
            f"expected {' or '.join(FORMATS)} for Spark, got {named!r}: make JSONL or Parquet of it with"
            " 'kulanz convert', or scan with --engine local"
        )
    inputs: list[Input] = []
    for path in paths:
        before = sum(len(each.files) for each in inputs)
        inputs += _of_path(spark, path, problems, named, before)
    return inputs


def of_frame(frame: DataFrame) -> Input:
    """Return a frame as an input: of one column of lines (``value``), or with those of Kulanz Parquet."""
    f = functions()
    place = (f.lit(_FRAME).alias("file"), f.spark_partition_id().cast("long").alias("block"))
    if frame.columns == ["value"]:
        return Input(frame.select(*place, f.col("value").cast("binary")), "text", {_FRAME: 0})
    return Input(frame.select(*place, *_columns(frame)), "columns", {_FRAME: 0})


def noted(kept: DataFrame, names: Sequence[str], problems: Problems) -> tuple[int, int, int]:
    """Report what was skipped; return how many posts were read, were later than the window, had no time.

    Raise UnreadableError where there was not one post.
    """
    notes = [_decode_note(row.note) for row in kept.where("note is not null").select("note").collect()]
    _note_problems(notes, problems)
    posts, later, untimed = (sum(getattr(note, name) for note in notes) for name in _COUNTED)
    if not posts + later + untimed:
        raise nothing_readable(names, problems)
    return posts, later, untimed


def _note_problems(notes: Iterable[Note], problems: Problems) -> None:
    """Report by the lines of whole files."""
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


def _of_path(
    spark: SparkSession, path: str, problems: Problems, named: str | None, before: int
) -> list[Input]:
    lines = spark.read.options(lineSep="\n", recursiveFileLookup=True)
    try:
        everything = lines.text(path)
    except pyspark_errors().AnalysisException as error:
        if error.getCondition() != "PATH_NOT_FOUND":
            raise
        problems.add(printable(path), None, "cannot be opened: there is nothing", "check the path")
        return []
    files = sorted(map(_as_rows_name_it, everything.inputFiles()), key=_walked)
    numbers = {file: number for number, file in enumerate(files, start=before)}
    columns = {file: number for file, number in numbers.items() if (named or _format_of(file)) == "parquet"}
    text = {file: number for file, number in numbers.items() if file not in columns}
    found = [Input(_text(everything, mixed=bool(columns)), "text", text)] if text else []
    return [*found, Input(_parquet(spark, path, mixed=bool(text)), "columns", columns)] if columns else found


def _format_of(file: str) -> str:
    return "parquet" if file.endswith(_PARQUET) else "jsonl"


def _as_rows_name_it(url: str) -> str:
    """Return a file's URL as the rows read from it have it: Spark writes those of local files in two ways."""
    return url.replace("file:///", "file:/", 1)


def _walked(url: str) -> list[str]:
    """Return a key that orders files as a walk through their folders meets them."""
    return unquote(url).split("/")


def _text(everything: DataFrame, *, mixed: bool) -> DataFrame:
    f = functions()
    frame = everything.where(~f.col("_metadata.file_name").endswith(_PARQUET)) if mixed else everything
    return frame.select(*_places(), f.col("value").cast("binary"))


def _parquet(spark: SparkSession, path: str, *, mixed: bool) -> DataFrame:
    reader = spark.read.options(recursiveFileLookup=True)
    frame = (reader.options(pathGlobFilter=f"*{_PARQUET}") if mixed else reader).parquet(path)
    return frame.select(*_places(), *_columns(frame))


def _places() -> tuple[Any, Any]:
    f = functions()
    return f.col("_metadata.file_path").alias("file"), f.col("_metadata.file_block_start").alias("block")


def _columns(frame: DataFrame) -> list[str]:
    check_columns(frame.columns)
    return [name for name in frame.columns if name in POST_FIELDS]
