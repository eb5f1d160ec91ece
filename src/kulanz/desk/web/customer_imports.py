"""Tables of customers: uploaded, looked at with what would become of every row, and taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.queries.customers import imports as every_import
from kulanz.desk.rules.customer_tables import FIELDS, MOST_BYTES
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import customer_imports as imports
from kulanz.desk.web.deeds import NOTHING_KEPT, REFUSED, Deed, Kept, Place, chosen, offset
from kulanz.desk.web.pages import DeskRequest, act, by, page
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.stake_words import FIELDS as FIELD_WORDS

if TYPE_CHECKING:
    from kulanz.desk.models import CustomerImport

ROWS: Final = 50
BECAME: Final = ("refused", "changed", "made", "same")


@page(Right.SET_CUSTOMERS)
def listed(request: DeskRequest) -> HttpResponse:
    """Tables on their way and those that were taken."""
    return _listed(request)


@act(Right.SET_CUSTOMERS)
def upload(request: DeskRequest) -> HttpResponse:
    """Keep a table and show what it would do; nothing is changed yet."""
    given = request.FILES.get("table")
    name, content = (given.name or "", given.read(MOST_BYTES + 1)) if given else ("", b"")
    try:
        row = imports.upload(name=name, content=content, **by(request))
    except RuleError as error:
        messages.error(request, refusal(error))
        return _listed(request, REFUSED)
    return HttpResponseRedirect(reverse("customer_import", args=[row.pk]))


@page(Right.SET_CUSTOMERS)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """What a table would do, or what became of it."""
    return _rendered(request, access.customer_import(request.actor, pk))


def _rendered(request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT) -> HttpResponse:
    typed = kept.of("customer_columns", row.pk) or {}
    context: dict[str, Any] = {"upload": row, "path": reverse("customer_import", args=[row.pk])}
    if row.due_at is None and row.done_at is None:
        context |= _looked_at(request, row, typed)
    else:
        context["refused"] = [_told(each) for each in row.told.get("lines", ())]
        context["counts"] = [(name, row.told.get(name, 0)) for name in BECAME]
    return render(request, "customer_import.html", context)


def _looked_at(request: DeskRequest, row: Any, typed: Any) -> dict[str, Any]:
    """The rows of a kind, a page of them; without a kind those that are refused, if there are any."""
    found = imports.preview(actor=request.actor, uploaded=row)
    first = next((name for name in BECAME if found.counts.get(name)), "made")
    wanted = chosen(request, "show", BECAME.__contains__) or first
    rows = [each for each in found.rows if each.became == wanted]
    start = min(offset(request, "from"), len(rows))
    return {
        "looking": True,
        "columns": [(field, typed.get(field, row.columns.get(field, ""))) for field in FIELDS],
        "header": [name for name in found.table.header if name],
        "counts": [(name, found.counts.get(name, 0)) for name in BECAME],
        "shown": wanted,
        "rows": [(each, _why(each.error) if each.error else "") for each in rows[start : start + ROWS]],
        "before": max(start - ROWS, 0) if start else None,
        "after": start + ROWS if start + ROWS < len(rows) else None,
        "may_begin": bool(found.rows),
    }


def _told(line: dict[str, Any]) -> tuple[int, str]:
    return line["line"], _why(RuleError(line["text"], **line["values"]))


def _why(error: RuleError) -> str:
    """What is wrong with a row, after the name of the field where one is meant."""
    field = str(error.values.get("field", ""))
    return f"{FIELD_WORDS[field]}: {refusal(error)}" if field in FIELD_WORDS else refusal(error)


def _listed(request: DeskRequest, status: int = 200) -> HttpResponse:
    context = {
        "page": every_import(offset=offset(request, "from")),
        "fields": FIELDS,
        "path": reverse("customer_imports"),
    }
    return render(request, "customer_imports.html", context, status=status)


on_import: Place[CustomerImport] = Place(
    access.customer_import, lambda row: reverse("customer_import", args=[row.pk]), _rendered
)


@on_import.deed(Right.SET_CUSTOMERS)
def columns(deed: Deed[CustomerImport]) -> None:
    wanted = {field: deed.text(field) for field in FIELDS}
    imports.set_columns(uploaded=deed.row, columns=wanted, **deed.decided)


@on_import.deed(Right.SET_CUSTOMERS)
def begin(deed: Deed[CustomerImport]) -> None:
    imports.begin(uploaded=deed.row, **deed.decided)
    deed.told(_("The rows are being taken. Look again in a moment."))


@on_import.deed(Right.SET_CUSTOMERS)
def drop(deed: Deed[CustomerImport]) -> str:
    imports.drop(uploaded=deed.row, **deed.by)
    deed.told(_("Removed."))
    return reverse("customer_imports")


urlpatterns = [
    path("customers/imports", listed, name="customer_imports"),
    path("customers/imports/upload", upload, name="customer_upload"),
    path("customers/imports/<int:pk>", show, name="customer_import"),
    path("customers/imports/<int:pk>/columns", columns, name="customer_columns"),
    path("customers/imports/<int:pk>/begin", begin, name="customer_begin"),
    path("customers/imports/<int:pk>/drop", drop, name="customer_drop"),
]
