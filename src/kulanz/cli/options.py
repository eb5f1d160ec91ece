"""Options that several commands share, each group of them gathered in one object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from kulanz.cli.output import check_targets
from kulanz.cli.params import Columns, Contact, FormatName, Moment, Size
from kulanz.core.spoken import LANGS, Lang

if TYPE_CHECKING:
    from kulanz.batch import AnalyserFactory, BatchOptions
    from kulanz.core.analysis import Analyser
    from kulanz.core.measures.baseline import Baseline
    from kulanz.sources import ReadOptions

Command = Callable[..., Any]


def examples(*lines: str) -> str:
    """Return the end of a help text; every line is run by a test."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is read, how, and how loud."""

    paths: tuple[str, ...]
    format: str | None
    columns: dict[str, str] | None
    encoding: str | None
    base_url: str | None
    lenient: bool
    quiet: bool

    def read_options(self, *, keep_extra: bool = False) -> ReadOptions:
        from kulanz.sources import ReadOptions

        return ReadOptions(
            format=self.format,
            columns=self.columns or {},
            encoding=self.encoding,
            base_url=self.base_url,
            keep_extra=keep_extra,
        )


@dataclass(frozen=True, slots=True)
class Working:
    """Which span of time is looked at, and where working data goes."""

    as_of: datetime | None
    since: datetime | None
    temp_dir: Path | None

    def batch_options(self, inputs: Inputs) -> BatchOptions:
        from kulanz.batch import BatchOptions, Window

        return BatchOptions(
            reading=inputs.read_options(),
            window=Window(as_of=self.as_of, since=self.since),
            temp_dir=self.temp_dir,
        )


@dataclass(frozen=True, slots=True)
class Engine:
    """What carries a scan out: processes of this machine, or Spark, at ``master``."""

    engine: Literal["local", "spark"]
    master: str | None
    spark_output: str | None

    def __post_init__(self) -> None:
        if self.engine == "local" and (self.master or self.spark_output):
            raise click.UsageError(
                "--master and --spark-output go with --engine spark: add that, or leave them out"
            )


@dataclass(frozen=True, slots=True)
class Share:
    """What of the machine a scan may take, and where it keeps what it has done."""

    workers: int
    memory: int | None
    resume: Path | None

    def applied(self, options: BatchOptions, perspective: Perspective) -> BatchOptions:
        """Return the options with this share; raise UsageError for what cannot be shared so."""
        from kulanz.batch import Resume, shares

        options = replace(options, workers=self.workers)
        if self.resume is not None:
            if options.temp_dir is not None:
                raise click.UsageError(
                    "--temp-dir does not go with --resume: working data lies in that folder"
                )
            options = replace(options, resume=Resume(self.resume, perspective.identity()))
        if self.memory is None:
            return options
        try:
            held, partition = shares(self.memory, self.workers)
        except ValueError as error:
            raise click.BadParameter(
                f"{error}: give more, or use fewer workers", param_hint="--memory"
            ) from error
        return replace(options, memory_bytes=held, partition_bytes=partition)


@dataclass(frozen=True, slots=True)
class Perspective:
    """Who the company is, and in which language is answered."""

    company: tuple[str, ...]
    lang: Lang
    models: Path | None = None

    def factory(self) -> AnalyserFactory:
        """Return what makes an analyser, here or in a worker process."""
        from kulanz.api import make_analyser

        return partial(make_analyser, company=self.company, lang=self.lang, models=self.models)

    def identity(self) -> dict[str, str]:
        """Return by name what the results depend on besides inputs."""
        from kulanz import __version__

        chosen = sorted(self.models.rglob("*")) if self.models else ()
        files = ((str(file), file.stat()) for file in chosen if file.is_file())
        return {
            "version of Kulanz": __version__,
            "company": "\n".join(self.company),
            "language": self.lang,
            "models": "\n".join(f"{name} {found.st_size} {found.st_mtime_ns}" for name, found in files),
        }

    def analyser(self, baseline: Baseline | None = None) -> Analyser:
        """Return an analyser here; signals and beliefs need no baseline."""
        from kulanz.api import make_analyser

        return make_analyser(baseline, company=self.company, lang=self.lang, models=self.models)


_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH...")
_READING = (
    click.option("--format", type=FormatName(), help="Read every input as this format instead of looking."),
    click.option(
        "--columns", type=Columns(), help="Columns of a CSV file, as thread_id=Vorgang,text=Inhalt."
    ),
    click.option(
        "--encoding", metavar="NAME", help="Encoding of CSV files.  [default: UTF-8, else Windows-1252]"
    ),
    click.option("--base-url", metavar="URL", help="The forum's address, for exports that hold only paths."),
    click.option("--lenient", is_flag=True, help="End with status 0 although something was skipped."),
    click.option("--quiet", is_flag=True, help="No progress and no summary; problems are still told."),
)
_WORKING = (
    click.option(
        "--as-of", type=Moment(),
        help="Use nothing later than this moment; a date alone is its first moment, in UTC.",
    ),
    click.option("--since", type=Moment(), help="Only threads with a post at or after this."),
    click.option(
        "--temp-dir", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
        help="Where working data goes that memory does not hold.  [default: TMPDIR]",
    ),
)  # fmt: skip
_ENGINE = (
    click.option(
        "--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
        help="What carries the scan out: this machine, or Spark, which reads JSONL and Parquet.",
    ),
    click.option(
        "--master", metavar="URL",
        help="Spark's master, such as spark://host:7077 or yarn.  [default: Spark's own configuration]",
    ),
    click.option(
        "--spark-output", metavar="URL",
        help="A new folder for Spark to write one row a thread as Parquet, such as s3a://bucket/threads.",
    ),
)  # fmt: skip
_SHARE = (
    click.option(
        "--workers", type=click.IntRange(1, 64), default=1, show_default=True,
        help="Processes that share the analysis.",
    ),
    click.option(
        "--memory", type=Size(), metavar="SIZE",
        help="Memory that all processes together stay below, as 512M or 2G.",
    ),
    click.option(
        "--resume", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
        help="Keep working data here until the scan is done; after a crash the same command goes on from it.",
    ),
)  # fmt: skip
lang_option = click.option(
    "--lang", type=click.Choice(LANGS), default="en", show_default=True, help="Language of the answer."
)
_PERSPECTIVE = (
    click.option("--company", multiple=True, metavar="NAME|DOMAIN", help="Who the company is; repeatable."),
    lang_option,
    click.option(
        "--models", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
        help="Models made by `kulanz train`.  [default: the shipped ones]",
    ),
)  # fmt: skip

CONTACT = click.option(
    "--contact", required=True, envvar="KULANZ_CONTACT", show_envvar=True, metavar="MAIL|URL",
    type=Contact(),
    help="Whom a site can turn to about these requests; sent with each of them.",
)  # fmt: skip
RATE = click.option(
    "--rate", type=click.FloatRange(min=0, max=100, min_open=True), default=1.0, show_default=True,
    help="Requests a second to one host.",
)  # fmt: skip
ALLOW_PRIVATE = click.option(
    "--allow-private", multiple=True, metavar="HOST",
    help="A private address, network or host that may be read; repeatable.",
)  # fmt: skip


def input_options(command: Command) -> Command:
    """Take PATH... and how it is read, as one argument ``inputs``."""
    return _gathered(_sparing_inputs(command), "inputs", Inputs, (_PATHS, *_READING))


def reading_options(command: Command) -> Command:
    """As ``input_options``, for commands that declare ``paths`` themselves."""
    return _gathered(command, "inputs", Inputs, _READING)


def working_options(command: Command) -> Command:
    """Take the span of time and the working folder, as one argument ``working``."""
    return _gathered(command, "working", Working, _WORKING)


def engine_options(command: Command) -> Command:
    """Take what carries a scan out, as one argument ``engine``."""
    return _gathered(command, "engine", Engine, _ENGINE)


def share_options(command: Command) -> Command:
    """Take workers, memory and the folder to resume from, as one argument ``share``."""
    return _gathered(command, "share", Share, _SHARE)


def perspective_options(command: Command) -> Command:
    """Take the company and the language, as one argument ``perspective``."""
    return _gathered(command, "perspective", Perspective, _PERSPECTIVE)


def _sparing_inputs(command: Command) -> Command:
    """Refuse an output or report that would take the place of an input."""

    @wraps(command)
    def sparing(*args: Any, inputs: Inputs, **given: Any) -> Any:
        check_targets(inputs.paths, (given.get("output"), given.get("report")))
        return command(*args, inputs=inputs, **given)

    checked: Command = sparing
    return checked


def _gathered(command: Command, name: str, kind: type, options: tuple[Any, ...]) -> Command:
    names = [each.name for each in fields(kind)]

    @wraps(command)
    def gathering(*args: Any, **given: Any) -> Any:
        return command(*args, **{name: kind(**{each: given.pop(each) for each in names})}, **given)

    gathered: Command = gathering
    for option in reversed(options):
        gathered = option(gathered)
    return gathered
