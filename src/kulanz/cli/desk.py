"""The desk's commands: ``kulanz init``, ``createuser``, ``serve`` and ``work``."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Final

import click

from kulanz.cli.options import examples
from kulanz.cli.params import Place

ENDED: Final = "Ended: what was begun is finished"
ROLES: Final = ("admin", "lead", "agent", "approver", "moderator", "reader", "auditor")


@click.command(epilog=examples("kulanz init"))
def init() -> None:
    """Make a desk ready.

    Makes folder, secret key, database and static files. Run it again after an upgrade; what is there stays.
    Settings are named in docs/reference/settings.md.
    """
    from kulanz.desk.operating.installing import prepare

    for step in prepare(os.environ):
        click.echo(step)
    click.echo("Next: kulanz createuser NAME --role admin, then kulanz serve")


@click.command(
    epilog=examples("kulanz createuser alice --role admin --role lead --email alice@example.org --link")
)
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(ROLES), required=True,
    help="What the member may do; may be given several times.",
)  # fmt: skip
@click.option("--email", default="", help="Where alarms go, and links to set a new password.")
@click.option("--display-name", default="", help="The real name, which customers see as their contact.")
@click.option("--link", is_flag=True, help="Print a link to set a password instead of asking for one.")
def createuser(name: str, roles: tuple[str, ...], email: str, display_name: str, *, link: bool) -> None:
    """Make a member of the desk.

    Asks for the password; with --link it prints a link that works once, for three days.
    """
    from kulanz.desk.operating.starting import need_ready, start

    start()
    need_ready()
    from kulanz.desk.rules.roles import Role
    from kulanz.desk.services.members import create_member, entry_link

    password = None if link else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    now = datetime.now(UTC)
    member = create_member(
        actor=None,
        username=name,
        display_name=display_name,
        email=email,
        roles=[Role(role) for role in roles],
        password=password,
        now=now,
    )
    click.echo(f"{name} is a member: {', '.join(roles)}")
    if link:
        click.echo(f"To set a password: {entry_link(actor=None, member=member, now=now)}")


@click.command(epilog=examples("kulanz serve --check"))
@click.option("--listen", type=Place(), metavar="HOST:PORT", help="Where to listen; KULANZ_LISTEN otherwise.")
@click.option(
    "--workers", type=click.IntRange(0, 64), default=1, show_default=True, help="So many workers beside it."
)
@click.option("--check", is_flag=True, help="Start, look whether pages answer, and stop.")
def serve(listen: str | None, workers: int, *, check: bool) -> None:
    """Serve the desk: pages and workers in one command.

    Ctrl-C or SIGTERM stops it in good order: what was begun is finished.
    """
    from kulanz.desk.operating.starting import listening, need_ready, start

    start()
    need_ready()
    from kulanz.desk.conf import conf
    from kulanz.desk.operating.serving import serve as run
    from kulanz.desk.operating.visiting import OneVisit

    given = conf()
    if check:
        visit = OneVisit(given.host, lambda visitor: visitor.see("/login/login/"), secure=given.behind_tls)
        run(given, door=listening("127.0.0.1:0"), workers=workers, ready=visit)
        click.echo(visit.told())
    else:
        run(given, door=listening(listen or given.listen), workers=workers, ready=_greet)
        click.echo(ENDED)


def _greet(address: str) -> None:
    click.echo(f"Kulanz answers at {address} (Ctrl-C ends it)")


@click.command(epilog=examples("kulanz work --once"))
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option("--with-parent", is_flag=True, hidden=True)
def work(*, once: bool, with_parent: bool) -> None:
    """Work on what is due, without serving pages.

    A worker reads sources, analyses, raises alarms and sends. More of them share the work; several need
    PostgreSQL to be of use.
    """
    from kulanz.desk.operating.starting import need_ready, start

    start()
    need_ready()
    from kulanz.desk.operating import working

    if once:
        click.echo(f"did {working.work_once():,} due rows")
    else:
        if not with_parent:
            click.echo("A worker is at work (Ctrl-C ends it)")
        working.work(with_parent=with_parent)
        if not with_parent:
            click.echo(ENDED)
