"""Tables of customers: what becomes of their rows, before and after they are taken."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import MemberOut, Place, Seen
from kulanz.desk.rules.customer_tables import FIELDS
from kulanz.desk.rules.errors import RuleError

Became = Literal["made", "changed", "same", "refused"]
BECAME: tuple[Became, ...] = ("made", "changed", "same", "refused")
ColumnName = Annotated[str, Field(max_length=1_000)]


class RefusedLineOut(Schema):
    """A row that was left out; what its cells said is not kept."""

    line: int
    problem: str

    @staticmethod
    def resolve_problem(row: Any) -> str:
        return str(RuleError(row["text"], **row["values"]))


class CustomerImportOut(Schema):
    """A table of customers. ``state``: ``waiting`` for ``begin``, ``taking`` its rows, or ``ended``.

    ``columns`` maps fields to names of columns. ``counts`` are those of rows that were taken; of the refused
    ones the first 200 are listed.
    """

    id: int
    name: str
    state: Literal["waiting", "taking", "ended"]
    columns: dict[str, str]
    counts: dict[Became, int]
    refused: list[RefusedLineOut]
    last_error: str
    by: MemberOut | None
    made_at: datetime
    done_at: datetime | None
    version: int

    @staticmethod
    def resolve_state(row: Any) -> str:
        if row.done_at is not None:
            return "ended"
        return "waiting" if row.due_at is None else "taking"

    @staticmethod
    def resolve_counts(row: Any) -> dict[str, int]:
        return {name: row.told.get(name, 0) for name in BECAME}

    @staticmethod
    def resolve_refused(row: Any) -> list[Any]:
        return list(row.told.get("lines", ()))


class ColumnsIn(Seen):
    columns: dict[str, ColumnName] = Field(description=f"names of columns by field: {', '.join(FIELDS)}")


class RowPlace(Place):
    became: Became | None = Field(None, description="only rows of which this would become")


class RowOut(Schema):
    """What would become of a row; ``fields`` are those that it changes, ``problem`` why it is refused."""

    line: int
    number: str
    became: Became
    fields: list[str]
    problem: str

    @staticmethod
    def resolve_problem(row: Any) -> str:
        return "" if row.error is None else str(row.error)


class PreviewOut(Schema):
    """What a table would do. ``header`` are the names of its columns; ``counts`` are of all its rows."""

    header: list[str]
    columns: dict[str, str]
    counts: dict[Became, int]
    items: list[RowOut]
    next: str | None
