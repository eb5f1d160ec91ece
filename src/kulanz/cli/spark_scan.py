"""``kulanz scan --engine spark``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from kulanz.cli.output import STANDARD_OUTPUT
from kulanz.cli.session import Session, counted

if TYPE_CHECKING:
    from kulanz.batch import AnalyserFactory, BatchOptions
    from kulanz.batch.spark import SparkScan
    from kulanz.cli.options import Engine, Inputs, Perspective

_LOCAL_ONLY: Final = {
    "workers": "executors and their cores are Spark's own configuration",
    "memory": "memory of executors is Spark's own configuration",
    "resume": "Spark itself does again what a lost executor had done",
    "temp_dir": "Spark keeps working data where its spark.local.dir says",
    "columns": "convert tables to JSONL with 'kulanz convert' first",
    "encoding": "convert tables to JSONL with 'kulanz convert' first",
    "base_url": "convert exports to JSONL with 'kulanz convert' first",
}


@contextmanager
def scanned(
    inputs: Inputs, options: BatchOptions, perspective: Perspective, engine: Engine, session: Session
) -> Iterator[SparkScan]:
    """Scan with Spark, and have it write what it shall write; its own bar shows how far it is."""
    from kulanz.batch import spark

    _refuse_what_is_local(inputs)
    session.rest()
    running = spark.session(engine.master, progress=sys.stderr.isatty() and not inputs.quiet)
    if engine.spark_output is not None:
        spark.check_free(running, engine.spark_output)
    factory = _shipped(perspective)
    with spark.scan_paths(
        running, inputs.paths, factory, problems=session.problems, options=options
    ) as result:
        if engine.spark_output is not None:
            result.write(engine.spark_output)
            session.say(f"wrote {engine.spark_output}: {counted(len(result), 'thread')}")
        yield result


def _shipped(perspective: Perspective) -> AnalyserFactory:
    """Return a factory that takes along models of one's own: executors do not see this machine's folders."""
    from kulanz.api import make_analyser
    from kulanz.models import load_folder

    models = None if perspective.models is None else load_folder(perspective.models)
    return partial(make_analyser, company=perspective.company, lang=perspective.lang, models=models)


def _refuse_what_is_local(inputs: Inputs) -> None:
    if str(STANDARD_OUTPUT) in inputs.paths:
        raise click.UsageError("expected paths that Spark's executors can read, got -: name files or folders")
    context = click.get_current_context()
    for name, instead in _LOCAL_ONLY.items():
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} does not go with --engine spark: {instead}")
