"""How good, how early, how calibrated: ``kulanz evaluate``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kulanz.cli.options import (
    Command,
    Inputs,
    Perspective,
    examples,
    perspective_options,
    reading_options,
)
from kulanz.cli.session import Session

if TYPE_CHECKING:
    from kulanz.evaluation.report import Evaluation

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=False)
_LABELS = click.option(
    "--labels", type=_FILE, required=True, help="Labels of readers, JSON lines, packed or not."
)
_JSON = click.option(
    "--json/--markdown", "as_json", default=False, help="Figures as JSON, or as tables.  [default: tables]"
)


def _against(command: str) -> Command:
    return click.option(
        "--against",
        type=_FILE,
        help=f"What `kulanz {command} --output` wrote as .jsonl, instead of running it now.",
    )


def _posts(*, required: bool) -> Command:
    return click.argument(
        "paths", nargs=-1, required=required, type=click.Path(exists=True), metavar="PATH..."
    )


@click.group(
    epilog=examples("kulanz evaluate threads sample/threads --labels sample/labels/threads.jsonl"),
)
def evaluate() -> None:
    """Measure results against the labels of readers."""


@evaluate.command(
    epilog=examples(
        "kulanz evaluate threads sample/threads --labels sample/labels/threads.jsonl --baseline posts",
        "kulanz evaluate threads sample/threads --labels sample/labels/threads.jsonl --json > figures.json",
    )
)
@_posts(required=True)
@_LABELS
@_against("scan")
@click.option(
    "--baseline", "baselines", multiple=True, type=click.Choice(["posts", "vader", "tfidf"]),
    help="Score the same threads by this too; repeatable.",
)  # fmt: skip
@click.option(
    "--k",
    multiple=True,
    type=click.IntRange(min=1),
    help="Precision among the first K; repeatable.  [default: 5, 10, 27, 50]",
)
@click.option(
    "--threshold", type=click.FloatRange(0, 1), help="Score of an alarm.  [default: that of the policy]"
)
@click.option(
    "--issue-level",
    type=click.IntRange(1, 3),
    default=2,
    show_default=True,
    help="Level from which a thread is an issue.",
)
@reading_options
@perspective_options
@_JSON
def threads(inputs: Inputs, perspective: Perspective, *, as_json: bool, **choices: Any) -> None:
    """Measure a scan: ranking, alarms, lead time, stages, affected people.

    Labels have thread_id and level (0 to 3), and may have onset_post and affected.
    """
    from kulanz.cli.evaluating import ThreadChoices, evaluated_threads

    with Session(inputs) as session:
        _print(
            evaluated_threads(inputs, perspective, session, ThreadChoices(**choices)),
            session,
            as_json=as_json,
        )


@evaluate.command(
    epilog=examples(
        "kulanz evaluate posts sample/threads --labels sample/labels/posts.jsonl --company Kontaktor",
    )
)
@_posts(required=False)
@_LABELS
@_against("posts")
@click.option(
    "--min-support",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Labels with fewer posts are left out of macro figures.",
)
@reading_options
@perspective_options
@_JSON
def posts(inputs: Inputs, perspective: Perspective, *, as_json: bool, **choices: Any) -> None:
    """Measure post signals: F1 by label and language, calibration.

    Labels have post_id and labels, a list, and may have thread_id and lang.
    """
    from kulanz.cli.evaluating import PostChoices, evaluated_posts

    with Session(inputs) as session:
        _print(
            evaluated_posts(inputs, perspective, session, PostChoices(**choices)), session, as_json=as_json
        )


@evaluate.command(
    epilog=examples(
        "kulanz evaluate forecast talks.jsonl --labels talks.labels.jsonl",
    )
)
@_posts(required=False)
@_LABELS
@_against("forecast")
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    type=click.Choice(["tfidf"]),
    help="Forecast the same threads by this too.",
)
@click.option(
    "--threshold", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Belief of an alarm."
)
@reading_options
@perspective_options
@_JSON
def forecast(inputs: Inputs, perspective: Perspective, *, as_json: bool, **choices: Any) -> None:
    """Measure the forecast as ConvoKit does: accuracy, false alarms, horizon, recovery.

    Labels have thread_id and one of toxic, derailed, escalated, uncivil, and may have first_toxic_post.
    """
    from kulanz.cli.evaluating import ForecastChoices, evaluated_forecast

    with Session(inputs) as session:
        _print(
            evaluated_forecast(inputs, perspective, session, ForecastChoices(**choices)),
            session,
            as_json=as_json,
        )


def _print(evaluation: Evaluation, session: Session, *, as_json: bool) -> None:
    from kulanz import evaluation as written

    session.rest()
    click.echo(written.as_json(evaluation) if as_json else written.as_markdown(evaluation))
    session.finish()
