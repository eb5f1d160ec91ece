"""What a shell needs to complete commands: ``kulanz completion``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from kulanz.cli.options import examples


@click.command(epilog=examples("kulanz completion bash", "kulanz completion zsh > _kulanz"))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    In bash, put this line into ~/.bashrc: eval "$(kulanz completion bash)"
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has all three
    click.echo(kind(ctx.find_root().command, {}, "kulanz", "_KULANZ_COMPLETE").source())
