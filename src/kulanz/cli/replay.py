"""One thread, post by post: ``kulanz replay``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kulanz.cli.one_thread import read_thread
from kulanz.cli.options import (
    Inputs,
    Perspective,
    Working,
    examples,
    input_options,
    perspective_options,
    working_options,
)
from kulanz.cli.output import write_lines
from kulanz.cli.params import NewFile
from kulanz.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kulanz.cli.replaying import Step


@click.command(
    epilog=examples(
        "kulanz replay 4711 sample/threads --company Kontaktor",
        "kulanz replay 4711 sample/threads --lang de --output steps.jsonl",
    )
)
@click.argument("thread")
@input_options
@working_options
@perspective_options
@click.option(
    "--output",
    type=NewFile(".jsonl", dash=True),
    help="Write one line a post as .jsonl instead of the table.",
)
def replay(
    thread: str, inputs: Inputs, working: Working, perspective: Perspective, output: Path | None
) -> None:
    """Step through one thread post by post.

    THREAD is a thread_id in PATH.... Shown are score, belief and stage after every post, and when
    each rule would have fired. Every line rests on that post and the earlier ones only; an alert
    stands where the default policy would have raised one.
    """
    from kulanz.cli.replaying import replayed
    from kulanz.core.decision import Policy

    policy = Policy()
    with Session(inputs) as session:
        found = read_thread(thread, inputs, working, session)
        analyser = perspective.analyser(found.baseline)
        steps = replayed(found.posts, analyser, policy, lambda done, total: session("analysing", done, total))
        session.rest()
        if output is None:
            _print(steps, policy.threshold, perspective)
        else:
            write_lines(_rows(steps), output)
        session.finish()


def _print(steps: list[Step], threshold: float, perspective: Perspective) -> None:
    from rich.console import Console

    from kulanz.cli.replay_table import print_replay

    print_replay(Console(file=sys.stdout), steps, threshold, perspective.lang)


def _rows(steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield {
            "thread_id": step.post.thread_id,
            "post_id": step.post.post_id,
            "created_at": step.post.created_at,
            "score": step.score,
            "belief": step.belief,
            "stage": step.stage,
            "fired": [rule.code for rule in step.fired],
            "events": step.events,
            "verdict": step.decision.verdict,
        }
