"""Pages of one kind of thing that is set up: the list, a form for a new one, a form for each, removal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kulanz.desk.access import NotFoundError
from kulanz.desk.rules.actor import Actor, By, Decided
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.web.deeds import CONFLICT, REFUSED, offset
from kulanz.desk.web.pages import DeskRequest, View, act, by, page
from kulanz.desk.web.refusals import refusal

OK: Final = 200
Words = str | Lazy
_Row = TypeVar("_Row", bound=Model)
_Form = TypeVar("_Form", bound=forms.Form)


class SetupForm(forms.Form):
    """A form of the settings; ``seen`` is the version of the row that its page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict[str, Any]:
        """Return what was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Save(Generic[_Row]):
    """What a form asks for: who, the row (None for a new one), the version they saw, and the values."""

    actor: Actor
    row: _Row | None
    seen: int
    values: Mapping[str, Any]
    now: datetime
    request: DeskRequest

    @property
    def by(self) -> By:
        return By(actor=self.actor, now=self.now)

    @property
    def decided(self) -> Decided:
        return Decided(**self.by, seen=self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun(Generic[_Row]):
    """One kind of thing. ``name`` begins its addresses; ``save`` and ``remove`` call the services.

    ``more`` gives further context to the form, such as a preview of what it would do; ``after`` may answer
    with a page of its own what was saved, such as one that shows a secret.
    """

    name: str
    title: Words
    intro: Words
    new_title: Words
    right: Right
    form: type[SetupForm]
    rows: Callable[[int], Any]
    find: Callable[[Actor, int], _Row]
    initial: Callable[[_Row], dict[str, Any]]
    save: Callable[[Save[_Row]], object]
    list_template: str
    remove: Callable[[_Row, By], None] | None = None
    form_template: str = "setup/form.html"
    more: Callable[[_Row | None, SetupForm], dict[str, Any]] | None = None
    after: Callable[[DeskRequest, Any], HttpResponse | None] | None = None

    @property
    def urls(self) -> list[URLPattern]:
        base = f"setup/{self.name}"
        pages = [
            path(base, page(self.right)(self._listed), name=self.name),
            path(f"{base}/new", self._both(), name=f"{self.name}_new"),
            path(f"{base}/<int:pk>", self._both(), name=f"{self.name}_edit"),
        ]
        if self.remove is not None:
            removed = act(self.right)(partial(self._removed, self.remove))
            pages.append(path(f"{base}/<int:pk>/remove", removed, name=f"{self.name}_remove"))
        return pages

    def _both(self) -> View:
        """The page of a form and its target, at one address."""
        shown, saved = page(self.right)(self._shown), act(self.right)(self._saved)

        def view(request: HttpRequest, **given: Any) -> HttpResponseBase:
            return (saved if request.method == "POST" else shown)(request, **given)

        return require_http_methods(["GET", "HEAD", "POST"])(view)

    def _listed(self, request: DeskRequest) -> HttpResponse:
        found = self.rows(offset(request, "from"))
        context = {"noun": self, "page": found, "new_url": reverse(f"{self.name}_new")}
        return render(request, self.list_template, context)

    def _shown(self, request: DeskRequest, pk: int | None = None) -> HttpResponse:
        row = None if pk is None else self.find(request.actor, pk)
        form = self.form(initial=self.initial(row)) if row is not None else self.form()
        return self._page(request, row, form)

    def _saved(self, request: DeskRequest, pk: int | None = None) -> HttpResponse:
        row = None if pk is None else self.find(request.actor, pk)
        form = self.form(request.POST, initial=self.initial(row) if row is not None else None)
        if not form.is_valid() or "preview" in request.POST:
            return self._page(request, row, form, OK if form.is_valid() else REFUSED)
        try:
            saved = self.save(_save(request, row, form))
        except (NotAllowedError, NotFoundError):
            raise
        except RuleError as error:
            return self._refused(request, row, form, error)
        messages.success(request, _("Saved."))
        shown = self.after(request, saved) if self.after is not None else None
        return shown or HttpResponseRedirect(reverse(self.name))

    def _refused(
        self, request: DeskRequest, row: _Row | None, form: SetupForm, error: RuleError
    ) -> HttpResponse:
        """Show the form again, with what was typed."""
        status = refuse(form, error)
        if status == CONFLICT and row is not None:
            row.refresh_from_db()
        return self._page(request, row, form, status)

    def _removed(self, remove: Callable[[_Row, By], None], request: DeskRequest, pk: int) -> HttpResponse:
        remove(self.find(request.actor, pk), by(request))
        messages.success(request, _("Removed."))
        return HttpResponseRedirect(reverse(self.name))

    def _page(
        self, request: DeskRequest, row: _Row | None, form: SetupForm, status: int = OK
    ) -> HttpResponse:
        context = {
            "noun": self,
            "row": row,
            "form": form,
            "row_version": getattr(row, "version", 1),
            "list_url": reverse(self.name),
            "remove_url": self._remove_url(row),
        }
        more = self.more(row, form) if self.more is not None else {}
        return render(request, self.form_template, context | more, status=status)

    def _remove_url(self, row: _Row | None) -> str:
        if row is None or self.remove is None:
            return ""
        return reverse(f"{self.name}_remove", kwargs={"pk": row.pk})


def _save(request: DeskRequest, row: _Row | None, form: SetupForm) -> Save[_Row]:
    return Save(
        row=row, seen=form.cleaned_data["seen"] or 0, values=form.values(), request=request, **by(request)
    )


def set_once(
    request: DeskRequest,
    form: _Form,
    save: Callable[[_Form], object],
    show: Callable[[DeskRequest, _Form, int], HttpResponse],
    name: str,
) -> HttpResponse:
    """Save what there is only once, and go back to its page; show what was typed where it is refused.

    ``save`` may tell at the form what it could not read, and save nothing then.
    """
    try:
        if form.is_valid():
            save(form)
    except RuleError as error:
        return show(request, form, refuse(form, error))
    if form.errors:
        return show(request, form, REFUSED)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse(name))


def refuse(form: forms.Form, error: RuleError) -> int:
    """Tell at a form why it is not saved, and return the status of its page.

    It keeps what was typed; after a conflict the next try overwrites knowingly.
    """
    clash = isinstance(error, ConflictError)
    told = _("Somebody else has changed this meanwhile. Your words are kept: saving again replaces theirs.")
    form.add_error(None, told if clash else refusal(error))
    return CONFLICT if clash else REFUSED
