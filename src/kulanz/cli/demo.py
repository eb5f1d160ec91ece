"""The sample community: ``kulanz demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from kulanz.cli.desk import ENDED
from kulanz.cli.options import Inputs, Perspective, examples, lang_option
from kulanz.cli.params import Place
from kulanz.cli.scan import Wanted, deliver
from kulanz.cli.session import Session
from kulanz.core.spoken import Lang

_COMPANY: Final = "Kontaktor"
_TOP: Final = 10


@click.command(epilog=examples("kulanz demo", "kulanz demo --no-desk --lang de --folder ."))
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), default="kulanz-demo", show_default=True,
    help="Where the report and the desk go; made where it is missing.",
)  # fmt: skip
@lang_option
@click.option("--desk/--no-desk", default=True, show_default=True, help="Go on to a desk in the browser.")
@click.option(
    "--listen", type=Place(), metavar="HOST:PORT", default="127.0.0.1:8750", show_default=True,
    help="Where the desk is.",
)  # fmt: skip
@click.option(
    "--check",
    is_flag=True,
    envvar="DEMO_ONCE",
    help="Start the desk, log in, see the radar, and stop. [DEMO_ONCE]",
)
def demo(folder: Path, lang: Lang, listen: str, *, desk: bool, check: bool) -> None:
    """Scan an invented business network, and open a desk on it.

    Prints a table, the address of a report, and then the address and the logins of a desk in which an
    issue is open right now. The desk is filled anew each time; Ctrl-C ends it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _scan(folder / "report.html", lang)
    if desk:
        _desk(folder / "desk", lang, listen, check=check)


def _scan(report: Path, lang: Lang) -> None:
    from kulanz.batch import scan
    from kulanz.sources.sample_community import sample_folder

    paths = (str(sample_folder() / "threads"),)
    inputs = Inputs(paths, None, None, None, None, lenient=False, quiet=True)
    perspective = Perspective((_COMPANY,), lang)
    with Session(inputs) as session:
        with scan(paths, perspective.factory(), problems=session.problems, progress=session) as result:
            deliver(result, Wanted(report=report, top=_TOP), paths, perspective, session)
        click.echo(f"\nReport with timelines and evidence: {report.resolve().as_uri()}")
        session.finish()


def _desk(folder: Path, lang: Lang, listen: str, *, check: bool) -> None:
    from kulanz.desk.demo import running

    if check:
        running.check(folder, lang=lang, say=click.echo)
    else:
        running.show(folder, lang=lang, listen=listen, say=click.echo)
        click.echo(ENDED)
