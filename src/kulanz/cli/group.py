"""The top command: turns errors into messages and exit codes."""

from __future__ import annotations

import errno
import sys
from typing import Any, Final

import click

STATUS_ERROR: Final = 1
STATUS_UNREADABLE: Final = 2
STATUS_SKIPPED: Final = 3
STATUS_INTERRUPTED: Final = 130

_ROOTS: Final = (
    ("kulanz.sources.errors", "SourceError"),
    ("kulanz.core.errors", "CoreError"),
    ("kulanz.batch.errors", "BatchError"),
    ("kulanz.models", "ModelError"),
    ("kulanz.tlog.errors", "TlogError"),
    ("kulanz.evaluation.errors", "EvaluationError"),
    ("kulanz.desk.conf", "ConfError"),
    ("kulanz.desk.operating.starting", "OperatingError"),
    ("kulanz.desk.rules.errors", "RuleError"),
)


class KulanzGroup(click.Group):
    """A group whose commands end with the documented exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            end(ctx, "interrupted", STATUS_INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly when nobody reads on
            end(ctx, _said(error), STATUS_ERROR)
        except _own_errors() as error:
            end(ctx, str(error), _status(error))


def end(ctx: click.Context, message: str, status: int) -> None:
    """Tell a message on standard error and end the program."""
    click.echo(f"kulanz: {printable(message)}", err=True)
    ctx.exit(status)


def printable(text: str) -> str:
    """Return foreign text without characters that steer a terminal."""
    from kulanz.pages.safe import block

    return block(text)


def _own_errors() -> tuple[type[Exception], ...]:
    """Return the roots of what may have been raised: that of a package nobody imported cannot."""
    return tuple(getattr(sys.modules[module], name) for module, name in _ROOTS if module in sys.modules)


def _status(error: Exception) -> int:
    from kulanz.sources.errors import UnreadableError

    return STATUS_UNREADABLE if isinstance(error, UnreadableError) else STATUS_ERROR


def _said(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
