"""The sample community: ``kulanz demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import click

from kulanz.cli.options import Inputs, Perspective, examples
from kulanz.cli.scan import Wanted, deliver
from kulanz.cli.session import Session

_COMPANY: Final = "Kontaktor"
_TOP: Final = 10


@click.command(epilog=examples("kulanz demo", "kulanz demo --lang de --folder ."))
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), default="kulanz-demo", show_default=True,
    help="Where the report goes; made where it is missing.",
)  # fmt: skip
@click.option(
    "--lang", type=click.Choice(["de", "en"]), default="en", show_default=True, help="Language of the answer."
)
def demo(folder: Path, lang: Literal["de", "en"]) -> None:
    """Scan an invented business network.

    Prints a table, and the address of a report for your browser.
    """
    from kulanz.batch import scan
    from kulanz.sources.sample_community import sample_folder

    paths = (str(sample_folder() / "threads"),)
    inputs = Inputs(paths, None, None, None, None, lenient=False, quiet=True)
    perspective = Perspective((_COMPANY,), lang)
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / "report.html"
    with Session(inputs) as session:
        with scan(paths, perspective.factory(), problems=session.problems, progress=session) as result:
            deliver(result, Wanted(report=report, top=_TOP), paths, perspective, session)
        click.echo(f"\nReport with timelines and evidence: {report.resolve().as_uri()}")
        session.finish()
