"""Tables of customers: brought in, looked at with what would become of every row, and taken."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

from ninja import Query, Router
from pydantic import Field

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, Seen, listed
from kulanz.desk.api.schemas.customer_imports import (
    BECAME,
    ColumnsIn,
    CustomerImportOut,
    PreviewOut,
    RowPlace,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.steady import opened, sealed
from kulanz.desk.rules.customer_tables import FIELDS
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import customer_imports as imports
from kulanz.desk.services.setting_up import one_of

router = Router(tags=["customers"])

_TABLE: dict[str, Any] = needs(Right.SET_CUSTOMERS)
_TABLE["openapi_extra"] |= {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/customer-imports", response=Listed[CustomerImportOut], **needs(Right.SET_CUSTOMERS))
def list_imports(request: ApiRequest, place: Query[Place]) -> Any:
    """Tables on their way, and those that were taken in the last 90 days."""
    return listed(catalog.customer_imports(at(place)))


@router.post("/customer-imports", response={201: CustomerImportOut}, **_TABLE)
def upload_import(request: ApiRequest, name: Annotated[str, Field(max_length=200)] = "") -> Any:
    """Bring in a table as CSV, up to 5 MiB and 20,000 rows; nothing is changed before ``begin``.

    Usual names of columns are recognised. A table that is not begun is deleted after a day.
    """
    return imports.upload(name=name, content=request.body, **by(request))


@router.get("/customer-imports/{int:pk}", response=CustomerImportOut, **needs(Right.SET_CUSTOMERS))
def show_import(request: ApiRequest, pk: int) -> Any:
    """How far a table is, and what became of its rows."""
    return shown(request, access.customer_import(request.auth, pk))


@router.get("/customer-imports/{int:pk}/preview", response=PreviewOut, **needs(Right.SET_CUSTOMERS))
def preview_import(request: ApiRequest, pk: int, place: Query[RowPlace]) -> Any:
    """What a table would do, row by row; nothing is changed."""
    found = imports.preview(actor=request.auth, uploaded=access.customer_import(request.auth, pk))
    name = f"rows of {pk}"
    after = opened(name, place.cursor, 1)[0] if place.cursor else 0
    later = (row for row in found.rows if row.line > after and place.became in {None, row.became})
    rows = list(islice(later, place.limit + 1))
    given = rows[: place.limit]
    return {
        "header": [each for each in found.table.header if each],
        "columns": found.columns,
        "counts": {each: found.counts.get(each, 0) for each in BECAME},
        "items": given,
        "next": sealed(name, [given[-1].line]) if len(rows) > len(given) else None,
    }


@router.put("/customer-imports/{int:pk}/columns", response=CustomerImportOut, **needs(Right.SET_CUSTOMERS))
def set_import_columns(request: ApiRequest, pk: int, body: ColumnsIn) -> Any:
    """Say which column is which field; the customer number is needed."""
    uploaded = access.customer_import(request.auth, pk)
    for field in body.columns:
        one_of("field", field, FIELDS)
    return imports.set_columns(uploaded=uploaded, columns=body.columns, **decided(request, body.seen))


@router.post("/customer-imports/{int:pk}/begin", response=CustomerImportOut, **needs(Right.SET_CUSTOMERS))
def begin_import(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Have the worker take the rows; those that are refused are left out and listed."""
    return imports.begin(uploaded=access.customer_import(request.auth, pk), **decided(request, body.seen))


@router.delete("/customer-imports/{int:pk}", response={204: None}, **needs(Right.SET_CUSTOMERS))
def drop_import(request: ApiRequest, pk: int) -> None:
    """Forget a table; what was taken of it stays."""
    imports.drop(uploaded=access.customer_import(request.auth, pk), **by(request))
