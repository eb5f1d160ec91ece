"""What guests see of what was fetched: ``kulanz observe``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kulanz.cli.group import printable
from kulanz.cli.options import ALLOW_PRIVATE, CONTACT, RATE, examples
from kulanz.cli.output import STANDARD_OUTPUT, write_lines
from kulanz.cli.params import NewFile
from kulanz.cli.session import counted

if TYPE_CHECKING:
    from kulanz.core.posts import Post
    from kulanz.sources.observing import Difference, Observation, Observer

_THREADS: Final = 20
_REQUESTS: Final = 200

Found = tuple[str, "Observation | str"]


@click.command(epilog=examples("kulanz observe fetched --contact you@example.com --threads 5"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER")
@CONTACT
@click.option(
    "--threads", type=click.IntRange(min=1), default=_THREADS, show_default=True, help="The newest so many."
)
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    default=_REQUESTS,
    show_default=True,
    help="At most so many requests.",
)
@RATE
@ALLOW_PRIVATE
@click.option("--output", type=NewFile(".jsonl", dash=True), help="Write one line a difference, as .jsonl.")
def observe(folder: Path, *, threads: int, output: Path | None, **manners: Any) -> None:
    """Compare what guests see with what was fetched into FOLDER.

    The newest threads are read once more as anybody sees them: without a key, from their public
    pages, as robots.txt allows. Told are threads that guests get no page of, posts that are missing or
    read otherwise there, and hidden ones that are shown. Nothing is stored.
    """
    from kulanz.cli.fetching import Manners
    from kulanz.sources.observing import Observer

    with Manners(**manners).client() as http:
        found = list(_observed(Observer(http), _newest(folder, threads)))
        requests = http.requests
    differences = [each for _, seen in found if not isinstance(seen, str) for each in seen.differences]
    if output is not None:
        write_lines(differences, output)
    if output != STANDARD_OUTPUT:
        for line in _told(found):
            click.echo(printable(line))
        if not found:
            click.echo("nothing to compare: no thread with a public page is kept there yet, fetch it first")
    click.echo(f"{counted(len(found), 'thread')}, {counted(requests, 'request')}", err=True)


def _newest(folder: Path, most: int) -> list[list[Post]]:
    """Return the posts of the threads with the newest posts that have a public page."""
    from kulanz.sources.errors import UnreadableError
    from kulanz.sources.store import Store

    if not Store.is_in(folder):
        raise UnreadableError(f"expected a folder filled by kulanz fetch, found no store in {folder}")
    threads: dict[str, list[Post]] = {}
    with Store(folder) as store:
        for post in store.posts():
            if post.thread_url:
                threads.setdefault(post.thread_id, []).append(post)
    return sorted(threads.values(), key=_age, reverse=True)[:most]


def _age(posts: Iterable[Post]) -> float:
    return max((post.created_at.timestamp() for post in posts if post.created_at is not None), default=0.0)


def _observed(observer: Observer, threads: Iterable[list[Post]]) -> Iterator[Found]:
    """Look at one thread after the other, until the requests are used up."""
    from kulanz.sources.errors import BudgetSpentError, FetchError

    for posts in threads:
        url = posts[0].thread_url or ""
        try:
            yield url, observer.observe(url, posts)
        except BudgetSpentError:
            return
        except FetchError as error:
            yield url, str(error)


def _told(found: Iterable[Found]) -> Iterator[str]:
    for url, seen in found:
        if isinstance(seen, str):
            yield f"{url}: not compared: {seen}"
        elif not seen.differences:
            yield f"{url}: {_agreement(seen)}"
        for difference in () if isinstance(seen, str) else seen.differences:
            yield f"{url}: {_difference(difference)}"


def _agreement(seen: Observation) -> str:
    if not seen.readable:
        return "not compared: the page holds no post, a program may draw it"
    return f"guests see the same ({counted(seen.compared, 'post')})"


def _difference(difference: Difference) -> str:
    post = "" if difference.post_id is None else f" post {difference.post_id}"
    status = "" if difference.status is None else f" (status {difference.status})"
    words = " ".join(f"{each.sign}{each.text.strip()}" for each in difference.diff if each.sign != "=")
    return f"{difference.kind}{post}{status}" + (f": {words}" if words else "")
