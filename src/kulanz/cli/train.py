"""Models from labelled files: ``kulanz train``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kulanz.cli.options import Command, examples

_IN = click.Path(exists=True, path_type=Path)
_POSTS = click.argument("labelled", nargs=-1, required=True, type=_IN, metavar="LABELLED...")
_OUT = click.option(
    "--models", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
    help="Where the models go; what is missing there is copied from the shipped ones.",
)  # fmt: skip


def _thread_options(command: Command) -> Command:
    for option in (
        click.option(
            "--alarms", type=click.FloatRange(0, 1000, min_open=True, max_open=True), default=10.0,
            show_default=True, help="How many of 1,000 natural threads reach a score of .5.",
        ),
        click.option(
            "--natural", multiple=True, type=_IN,
            help="Posts of unlabelled threads as they come, on which that is set; repeatable.",
        ),
        click.option("--labels", required=True, type=_IN, help="Levels of threads: thread_id, level."),
        click.option("--threads", multiple=True, required=True, type=_IN, help="Their posts; repeatable."),
    ):  # fmt: skip
        command = option(command)
    return command


def _forecast_options(command: Command) -> Command:
    for option in (
        click.option(
            "--heat", multiple=True, required=True, type=_IN,
            help="Texts with uncivil, impolite or offensive (0 or 1), one a line; repeatable.",
        ),
        click.option(
            "--talks", multiple=True, required=True, type=_IN,
            help="Posts of talks that derailed or not, with NAME.labels.jsonl beside; repeatable.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(epilog=examples("kulanz train signals labelled.jsonl --models my-models"))
def train() -> None:
    """Make models from labelled files.

    The same files give the same models. Give their folder to `kulanz scan --models`.
    """


@train.command(epilog=examples("kulanz train signals labelled.jsonl --models my-models"))
@_POSTS
@_OUT
def signals(labelled: tuple[Path, ...], folder: Path) -> None:
    """Make the post signals.

    LABELLED are .jsonl files, or folders of them: one post a line with text and labels, and where
    known context (what it answers), role and lang.
    """
    from kulanz.cli.training import new_models, train_signals

    with new_models(folder) as made:
        train_signals(labelled, made)


@train.command(
    epilog=examples(
        "kulanz train threads --threads sample/threads --labels sample/labels/threads.jsonl"
        " --models my-models",
    )
)
@_thread_options
@_OUT
def threads(folder: Path, **given: Any) -> None:
    """Make the thread model: complaint and issue.

    It reads the signals of the models in FOLDER, so make those first.
    """
    from kulanz.cli.training import ThreadFiles, new_models, train_threads

    with new_models(folder) as made:
        train_threads(ThreadFiles(**given), made)


@train.command(
    epilog=examples("kulanz train forecast --talks talks.jsonl --heat heat.jsonl --models my-models")
)
@_forecast_options
@_OUT
def forecast(folder: Path, **given: Any) -> None:
    """Make the forecast of whether a talk derails.

    It reads the signals of the models in FOLDER, so make those first. Labels of talks have
    thread_id and one of toxic, derailed, escalated, uncivil, and may have first_toxic_post.
    """
    from kulanz.cli.training import ForecastFiles, new_models, train_forecast

    with new_models(folder) as made:
        train_forecast(ForecastFiles(**given), made)


@train.command(epilog=examples("kulanz train drafts labelled-drafts.jsonl --models my-models"))
@click.argument("labelled", nargs=-1, required=True, type=_IN, metavar="LABELLED...")
@click.option(
    "--passages",
    multiple=True,
    type=_IN,
    metavar="FILE",
    help="Single passages with their findings, to learn from too. May be given several times.",
)
@_OUT
def drafts(labelled: tuple[Path, ...], passages: tuple[Path, ...], folder: Path) -> None:
    """Make the models of the draft check.

    It reads the signals of the models in FOLDER, so make those first. LABELLED holds one draft a line with
    the customer's text, what is present in it, and passages with findings.
    """
    from kulanz.cli.training import new_models, train_drafts

    with new_models(folder) as made:
        train_drafts(labelled, passages, made)


@train.command(
    "all",
    epilog=examples(
        "kulanz train all labelled.jsonl --threads sample/threads --labels sample/labels/threads.jsonl"
        " --talks talks.jsonl --heat heat.jsonl --models my-models",
    ),
)
@_POSTS
@_thread_options
@_forecast_options
@_OUT
def every(labelled: tuple[Path, ...], folder: Path, **given: Any) -> None:
    """Make signals, then the thread model, then the forecast.

    The word vectors stay those that are shipped; see `kulanz train words`.
    """
    from kulanz.cli.training import (
        ForecastFiles,
        ThreadFiles,
        new_models,
        train_forecast,
        train_signals,
        train_threads,
    )

    talks = ForecastFiles(talks=given.pop("talks"), heat=given.pop("heat"))
    with new_models(folder) as made:
        train_signals(labelled, made)
        train_threads(ThreadFiles(**given), made)
        train_forecast(talks, made)


@train.command(epilog=examples("kulanz train words --help"))
@click.option("--lexicon", required=True, type=_IN, help="Folder of .tsv files: German<TAB>English.")
@click.option("--german", required=True, type=_IN, help="German posts, for how often words occur.")
@click.option(
    "--english", required=True, type=_IN, help="English posts, for the same and for the vocabulary."
)
@_OUT
def words(lexicon: Path, german: Path, english: Path, folder: Path) -> None:
    """Make the word vectors anew from a sentence encoder.

    It needs the extra "vectors"; see training/README.md. All other models must be made after it.
    """
    from kulanz.cli.training import new_models, train_words

    with new_models(folder) as made:
        train_words(lexicon, german, english, made)
