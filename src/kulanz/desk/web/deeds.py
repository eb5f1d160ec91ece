"""Forms about one thing: who does what to which row, and the page again, words kept, where it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Final, Generic, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kulanz.desk.access import NotFoundError
from kulanz.desk.queries.timeline import Timeline
from kulanz.desk.rules.actor import Actor, By, Decided
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.machine import Machine
from kulanz.desk.rules.roles import Right
from kulanz.desk.web.pages import DeskRequest, View, act, back, by, undoable
from kulanz.desk.web.refusals import refusal

CONFLICT: Final = 409
REFUSED: Final = 422
LONGEST_NUMBER: Final = 10

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody typed into a form that was refused: ``form`` names the address, ``pk`` the row."""

    form: str = ""
    pk: int = 0
    words: Mapping[str, str] | None = None

    def of(self, form: str, pk: int) -> Mapping[str, str] | None:
        """Return what was typed into a form, None where it was another."""
        return self.words if (self.form, self.pk) == (form, pk) else None


NOTHING_KEPT: Final = Kept()


@dataclass(frozen=True, slots=True)
class Deed(Generic[_Row]):
    """What somebody asks for with a form: the row it is about, the moment, and the fields."""

    request: DeskRequest
    row: _Row
    now: datetime

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def by(self) -> By:
        return By(actor=self.actor, now=self.now)

    @property
    def decided(self) -> Decided:
        """Who does it and when, and the version of the row that the page showed."""
        return Decided(**self.by, seen=seen(self.request))

    def text(self, name: str) -> str:
        return self.request.POST.get(name, "").strip()

    def number(self, name: str) -> int:
        """Return a whole number; raise RuleError where the field has none."""
        return _number(self.request, name)

    def numbers(self, name: str) -> list[int]:
        found = (number(value) for value in self.request.POST.getlist(name))
        return [value for value in found if value is not None]

    def told(self, words: str) -> None:
        """Have the next page say something."""
        messages.success(self.request, words)

    def undoable(self, words: str, address: str, seen: int) -> None:
        """Have the next page say something, with a button that takes it back."""
        undoable(self.request, words, address, seen)


@dataclass(frozen=True, slots=True)
class Place(Generic[_Row]):
    """Where deeds about a kind of row are done: how it is found, its address, and its page.

    ``show`` makes the page with the words of a form that was refused.
    """

    find: Callable[[Actor, int], _Row]
    address: Callable[[_Row], str]
    show: Callable[[DeskRequest, _Row, Kept], HttpResponse]

    def deed(self, right: Right) -> Callable[[Callable[[Deed[_Row]], str | HttpResponse | None]], View]:
        """Make the target of a form; what it wraps returns where to go on, None for the row's page.

        It may answer with a page itself where nothing was changed.
        """

        def decorate(do: Callable[[Deed[_Row]], str | HttpResponse | None]) -> View:
            @wraps(do)
            def done(request: DeskRequest, pk: int) -> HttpResponse:
                row = self.find(request.actor, pk)
                try:
                    onward = do(Deed(request, row, timezone.now()))
                except (NotFoundError, NotAllowedError):
                    raise
                except RuleError as error:
                    return self._again(request, pk, error)
                if isinstance(onward, HttpResponse):
                    return onward
                return back(request, onward or self.address(row))

            return act(right)(done)

        return decorate

    def _again(self, request: DeskRequest, pk: int, error: RuleError) -> HttpResponse:
        """Show the page as it is now, with what was typed: nothing has been changed."""
        clash = isinstance(error, ConflictError)
        told = _("Somebody else has changed this meanwhile. Look at it again: your words are kept.")
        messages.error(request, told if clash else refusal(error))
        form = request.resolver_match.url_name if request.resolver_match else None
        kept = Kept(form or "", pk, request.POST.dict())
        answer = self.show(request, self.find(request.actor, pk), kept)
        answer.status_code = CONFLICT if clash else REFUSED
        return answer


def possible(actor: Actor, machine: Machine, state: str) -> set[str]:
    """Return what an actor may do now: the buttons come from the table of states."""
    return {each.action for each in machine.actions(state, actor.roles)}


def history(request: DeskRequest, read: Callable[[str], Timeline]) -> Timeline:
    """Return the page of a time line that the address asks for; raise NotFoundError where there is none."""
    try:
        return read(request.GET.get("after", ""))
    except RuleError as error:
        raise NotFoundError(error.text, **error.values) from error


def seen(request: HttpRequest) -> int:
    """Return the version of the row that the page of a form showed; 0 where there was no row."""
    return _number(request, "seen")


def decided(request: DeskRequest) -> Decided:
    return Decided(**by(request), seen=seen(request))


def number(text: str) -> int | None:
    """Return a whole number that a key can be; None for everything else."""
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else None


def offset(request: DeskRequest, name: str) -> int:
    """Return where a page of a list begins, as its pager says."""
    return number(request.GET.get(name, "")) or 0


def chosen(request: DeskRequest, name: str, choices: Callable[[str], bool]) -> str:
    """Return a filter's value if it is one of the choices, else nothing."""
    value = request.GET.get(name, "")
    return value if choices(value) else ""


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    value = number(text)
    if value is None:
        raise RuleError("%(name)s: expected a number, got %(text)r", name=name, text=text[:40])
    return value
