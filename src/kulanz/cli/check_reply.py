"""A draft beside its thread: ``kulanz check-reply``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kulanz.cli.options import Inputs, Perspective, Working, examples, perspective_options, reading_options
from kulanz.cli.params import Amount, Moment
from kulanz.cli.session import Session

if TYPE_CHECKING:
    from kulanz.core.drafts.draft import Draft
    from kulanz.core.drafts.report import DraftReport
    from kulanz.core.money import Money
    from kulanz.core.posts import Post

STATUS_IN_THE_WAY: Final = 1
MOST_BYTES: Final = 1_000_000


@click.command(
    "check-reply",
    epilog=examples(
        "kulanz check-reply sample/threads/4711.jsonl sample/drafts/4711-good.txt --as-of 2026-06-10",
        "kulanz check-reply sample/threads/4711.jsonl sample/drafts/4711-bad.txt --private --json",
        "cat sample/drafts/4711-good.txt | kulanz check-reply sample/threads/4711.jsonl - --approved",
    ),
)
@click.argument("paths", type=click.Path(), metavar="THREAD", callback=lambda _context, _name, path: (path,))
@click.argument("draft", type=click.Path(path_type=Path, allow_dash=True), metavar="DRAFT")
@click.option(
    "--public/--private", "public", default=True, help="Whether others will read it.  [default: public]"
)
@click.option("--reply-to", metavar="POST", help="The post_id it answers.  [default: who opened the thread]")
@click.option("--author", metavar="NAME", help="The name that its writer signs with.")
@click.option("--may-grant", "most", type=Amount(), help="What its writer may grant, as 50 EUR.")
@click.option("--approved", is_flag=True, help="A second person has read and approved it.")
@click.option("--as-of", type=Moment(), help="Read no later posts; a date alone is its first moment, in UTC.")
@click.option("--json", "as_json", is_flag=True, help="The whole report as one JSON object.")
@reading_options
@perspective_options
def check_reply(  # noqa: PLR0913 - one argument an option
    inputs: Inputs,
    perspective: Perspective,
    draft: Path,
    *,
    public: bool,
    reply_to: str | None,
    author: str | None,
    most: Money | None,
    approved: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Say what a draft does before it is sent.

    THREAD is a file with the posts of one thread, DRAFT a text file; one of them may be - for standard
    input. It never rewrites, and its findings can be wrong. Exit status: 0 nothing is in the way,
    1 personal data in public or a second person has to approve, 2 something could not be read,
    3 as 0, but posts were skipped.
    """
    from kulanz.core.drafts.draft import Draft

    if str(draft) == inputs.paths[0] == "-":
        raise click.UsageError(
            "expected standard input for THREAD or for DRAFT, got both: name a file for one"
        )
    given = Draft(
        text=_text(draft), public=public, reply_to=reply_to, author=author, most=most, approved=approved
    )
    with Session(inputs) as session:
        report = _report(given, _thread(inputs, as_of, session), perspective)
        session.rest()
        _print(report, given, perspective, as_json=as_json)
        if report.may_be_sent:
            session.finish()
    click.get_current_context().exit(0 if report.may_be_sent else STATUS_IN_THE_WAY)


def _text(path: Path) -> str:
    try:
        with click.open_file(str(path), "rb") as file:
            raw: bytes = file.read(MOST_BYTES)
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}: name a text file, or -") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(
            f"{path}: expected a text in UTF-8, got byte {error.start} that is none: save it as UTF-8"
        ) from error


def _thread(inputs: Inputs, as_of: datetime | None, session: Session) -> list[Post]:
    """Read the posts of the one thread, in order."""
    from kulanz.cli.reading import groups_of_posts
    from kulanz.core.analysis import threads_of
    from kulanz.sources import SourceError

    working = Working(as_of=as_of, since=None, temp_dir=None)
    try:
        groups = groups_of_posts(inputs, working, session)
        threads = [thread for group in groups for thread in threads_of(group)]
    except SourceError as error:
        raise click.UsageError(str(error)) from error
    if len(threads) != 1:
        raise click.UsageError(
            f"{inputs.paths[0]}: expected the posts of one thread, got {len(threads)} threads: keep the one"
            " that is answered"
        )
    return threads[0]


def _report(draft: Draft, posts: list[Post], perspective: Perspective) -> DraftReport:
    from kulanz.api import make_draft_check
    from kulanz.core.drafts.talk import DraftError
    from kulanz.models import ModelError

    try:
        check = make_draft_check(
            company=perspective.company, lang=perspective.lang, models=perspective.models
        )
        return check.check(draft, posts)
    except (DraftError, ModelError) as error:
        raise click.UsageError(str(error)) from error


def _print(report: DraftReport, draft: Draft, perspective: Perspective, *, as_json: bool) -> None:
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(report))
        return
    from kulanz.cli.draft_table import print_report

    print_report(report, draft, perspective.lang)
