"""What an API's JSON answer must look like, and what happens where it does not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final, TypeVar

import msgspec

from kulanz.sources.errors import Problems, TemporaryError
from kulanz.sources.web.client import Answer

T = TypeVar("T")
Made = TypeVar("Made")

_FORBIDDEN: Final = frozenset((401, 403))


def converted(answer: Answer, kind: type[T], *, strict: bool = True) -> T:
    """Return the answer's JSON as ``kind``; raise TemporaryError where it is something else.

    Without ``strict`` numbers and truth values may come as strings.
    """
    try:
        return msgspec.convert(answer.json(), kind, strict=strict)
    except (msgspec.ValidationError, OverflowError) as error:
        raise TemporaryError(
            f"{answer.url} is not what this forum's API answers ({error}): try again later, and check"
            " the address if this stays",
            kind="no_data",
        ) from error


def is_refusal(answer: Answer, statuses: Collection[int]) -> bool:
    """Return whether an API says, with one of these statuses, that it does not show something.

    Raise TemporaryError for a 401 or 403 that is a page for people: a firewall or a check for robots wrote
    it, and it says nothing of what lies behind.
    """
    if answer.status in _FORBIDDEN and answer.is_page:
        raise TemporaryError(
            f"{answer.url} answered {answer.status} with a page for people, not data: try again later, and"
            " ask the owner of the site to let Kulanz pass if this stays",
            kind="no_data",
        )
    return answer.status in statuses


class Items:
    """The items of one answer, each for itself: a broken one becomes a problem and is left out."""

    def __init__(self, answer: Answer, problems: Problems) -> None:
        self._url = answer.url
        self._problems = problems

    def valid(self, items: Iterable[Any], kind: type[T], *, strict: bool = True) -> Iterator[T]:
        """Yield the items that are of ``kind``."""
        for position, item in enumerate(items, start=1):
            try:
                yield msgspec.convert(item, kind, strict=strict)
            except (msgspec.ValidationError, OverflowError) as error:
                self._problem(f"item {position}: {error}")

    def made(self, items: Iterable[T], make: Callable[[T], Made]) -> Iterator[Made]:
        """Yield what ``make`` makes of the items; a ValueError or ValidationError becomes a problem."""
        for position, item in enumerate(items, start=1):
            try:
                yield make(item)
            except (ValueError, msgspec.ValidationError) as error:
                self._problem(f"item {position}: {error}")

    def _problem(self, reason: str) -> None:
        self._problems.add(self._url, None, reason, "the rest of the answer is read")
