"""Kinds of values on the command line."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem

from kulanz.cli.output import STANDARD_OUTPUT, check_parquet

if TYPE_CHECKING:
    from kulanz.core.money import Money

    _Param = click.ParamType[Any]
else:
    _Param = click.ParamType  # takes no arguments before click 8.4


_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS: Final = {"": 2**20, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_REACHABLE: Final = re.compile(r"[^\s@]+@[^\s@]+|https?://[^\s/]+\S*")


class Moment(_Param):
    """A time; without a zone it is UTC, a date alone is its first moment."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from kulanz.sources.times import parse_time

        if isinstance(value, datetime):
            return value
        try:
            return parse_time(value)
        except ValueError:
            self.fail(f"expected a time such as 2026-06-11T20:00:00Z, got {value!r}", param, ctx)


class FormatName(_Param):
    """The name of a format that ``kulanz.sources`` reads."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        names = self._names()
        if value not in names:
            self.fail(f"expected one of {', '.join(names)}, got {value!r}", param, ctx)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        del ctx, param
        return [CompletionItem(name) for name in self._names() if name.startswith(incomplete)]

    def _names(self) -> tuple[str, ...]:
        from kulanz.sources import FORMAT_NAMES

        return FORMAT_NAMES


class Columns(_Param):
    """Which column of a table holds which field: FIELD=COLUMN,..."""

    name = "field=column,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, str]:
        if isinstance(value, dict):
            return value
        pairs = [part.partition("=") for part in value.split(",")]
        for field, _, column in pairs:
            if not (field.strip() and column.strip()):
                self.fail(f"expected FIELD=COLUMN,FIELD=COLUMN, got {value!r}", param, ctx)
        return {field.strip(): column.strip() for field, _, column in pairs}


class KeyFile(_Param):
    """A key by name, kept in a file: NAME=FILE."""

    name = "name=file"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        if isinstance(value, tuple):
            return value
        name, _, file = value.partition("=")
        if not (name and file):
            self.fail("expected NAME=FILE, such as api_key=/run/secrets/forum", param, ctx)
        if not Path(file).is_file():
            self.fail(f"the file {file!r} for the key {name!r} is not there", param, ctx)
        return name, Path(file)


class NewFile(_Param):
    """A file to write: its folder must be there and its ending be one of those that are known."""

    name = "file"

    def __init__(self, *endings: str, dash: bool = False) -> None:
        self._endings = endings
        self._dash = dash

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if self._dash and path == STANDARD_OUTPUT:
            return path
        if path.suffix.lower() not in self._endings:
            self.fail(f"expected a file that ends in {' or '.join(self._endings)}, got {value!r}", param, ctx)
        if path.is_dir():
            self.fail(f"{value!r} is a folder: name a file in it", param, ctx)
        if not path.parent.is_dir():
            self.fail(f"the folder {str(path.parent)!r} is not there: make it first", param, ctx)
        check_parquet(path)
        return path

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        del ctx, param
        return [CompletionItem(incomplete, type="file")]


class Size(_Param):
    """A number of bytes: MiB where no unit is named."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = _SIZE.fullmatch(value.strip())
        if found is None:
            self.fail(f"expected a size such as 512, 512M or 2G, got {value!r}", param, ctx)
        number, unit = found.groups()
        return int(float(number) * _UNITS[unit.upper()])


class Place(_Param):
    """Where to listen: HOST:PORT."""

    name = "host:port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from kulanz.desk.conf import is_place

        if not is_place(str(value)):
            self.fail(f"expected HOST:PORT such as 127.0.0.1:8750, got {value!r}", param, ctx)
        return str(value)


class Contact(_Param):
    """Whom somebody can turn to: an address of mail or of a page, in characters that a header holds."""

    name = "mail|url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        if not (text.isascii() and text.isprintable() and _REACHABLE.fullmatch(text)):
            self.fail(f"expected an address of mail or web such as you@example.com, got {text!r}", param, ctx)
        return text


class Amount(_Param):
    """An amount of money with its currency."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Money:
        from kulanz.core.money import Money, MoneyError

        if isinstance(value, Money):
            return value
        amount, _, currency = value.strip().partition(" ")
        try:
            return Money.of(amount, currency.strip().upper())
        except MoneyError as error:
            self.fail(f"expected an amount such as 50 EUR, got {value!r}: {error}", param, ctx)
