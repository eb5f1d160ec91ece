"""Tryton with account_dunning: claims are lines of posted moves, a hold is the dunning's mark "Blocked".

Tryton's "Create Dunnings" raises no blocked dunning, "Process Dunning" skips it, and no letter has it. A
claim that is not dunned yet gets a blocked dunning before the next run can make one. Notes at the line, and
at the party for a hold of all its claims, say which holds are on. Tried against Tryton 8.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from msgspec import Struct

from kulanz.billing.blocking import BlockingAdapter, Target
from kulanz.billing.claims import Claim, DunningEvent, HoldOrder, Page
from kulanz.billing.errors import RefusedError
from kulanz.billing.gestures import GestureConfirmation, GestureOrder, GivenKind
from kulanz.billing.tryton import gestures
from kulanz.billing.tryton.rows import (
    DUNNING,
    DUNNING_FIELDS,
    EVENT_FIELDS,
    LINE,
    LINE_FIELDS,
    NOTE,
    PARTY,
    PROCEDURE,
    RECEIVABLE,
    DunningRow,
    EventRow,
    LineRow,
    NoteRow,
    ProcedureRow,
    by_line,
    claim_of,
    event_of,
    position,
    rows_of,
)
from kulanz.billing.tryton.rpc import TrytonRpc
from kulanz.billing.tryton.targets import LineTarget, PartyTarget, whose
from kulanz.billing.walking import PAGE, Walk, begun, number_of, paged, readable
from kulanz.sources.errors import Problems
from kulanz.sources.web.client import HttpClient
from kulanz.sources.web.secrets import Secret

R = TypeVar("R", LineRow, EventRow)


class Tryton(BlockingAdapter):
    """One database of a Tryton server, used with a login in the groups Accounting and Dunning."""

    name: Final = "tryton"
    gives: Final[frozenset[GivenKind]] = gestures.GIVES

    def __init__(  # noqa: PLR0913 - an address, a login, and what is given to every adapter
        self,
        url: str,
        database: str,
        login: str,
        password: Secret,
        *,
        http: HttpClient,
        now: Callable[[], datetime],
        problems: Problems,
    ) -> None:
        self._rpc = TrytonRpc(http, url, database, login, password)
        self._now = now
        self._problems = problems

    def claims(self, cursor: str | None) -> Page[Claim]:
        walk = begun(cursor, self._now())
        wanted: list[Any] = [*RECEIVABLE]
        if walk.since is None:
            wanted.append(["reconciliation", "=", None])
        else:
            wanted.append(["OR", *_changed(walk.since), *_changed(walk.since, "dunnings.")])
        lines = self._page(LINE, wanted, walk, LineRow, LINE_FIELDS)
        dunnings = by_line(self._dunnings(lines))
        levels = self._levels(dunnings.values())

        def claim(line: LineRow) -> Claim:
            dunning = dunnings.get(line.id)
            return claim_of(line, 0 if dunning is None else position(dunning, levels))

        return paged(readable(lines, claim, self._problems, "Tryton", LINE), lines, walk)

    def events(self, cursor: str | None) -> Page[DunningEvent]:
        walk = begun(cursor, self._now())
        wanted: list[Any] = [["state", "in", ["waiting", "final"]], ["date", "!=", None]]
        if walk.since is not None:
            wanted.append(["OR", *_changed(walk.since)])
        rows = self._page(DUNNING, wanted, walk, EventRow, EVENT_FIELDS)
        levels = self._levels(rows)

        def event(row: EventRow) -> DunningEvent:
            return event_of(row, position(row, levels))

        events = readable(rows, event, self._problems, "Tryton", DUNNING)
        return paged(events, rows, walk)

    def give(self, order: GestureOrder, *, dry_run: bool = False) -> GestureConfirmation:
        return gestures.give(self._rpc, order, dry_run=dry_run)

    def given(self, order: GestureOrder) -> GestureConfirmation:
        return gestures.way_of(self._rpc, order).stands()

    def _targets(self, order: HoldOrder) -> list[Target]:
        """What the order is about, as Tryton has it now; what the order names comes first."""
        party: list[Target] = []
        if order.claim_id is None:
            found = rows_of(self._rpc.rows(PARTY, [["code", "=", order.customer]], ["code"]), _Numbered)
            if len(found) != 1:
                raise RefusedError(f"customer {order.customer}: expected one party with this code in Tryton")
            resource = f"{PARTY},{found[0].id}"
            party.append(PartyTarget(self._rpc, resource, self._notes([resource]).get(resource, ())))
            about = [["party", "=", found[0].id], ["reconciliation", "=", None]]
        else:
            about = [["id", "=", number_of(order.claim_id, "Tryton")]]
        lines = rows_of(self._rpc.rows(LINE, [*RECEIVABLE, *about], LINE_FIELDS), LineRow)
        if order.claim_id is not None and not lines:
            raise RefusedError(f"claim {order.claim_id}: Tryton has no posted claim with this number")
        return [*party, *self._line_targets([whose(line, order.customer) for line in lines])]

    def _line_targets(self, lines: Sequence[LineRow]) -> Iterator[Target]:
        dunnings = by_line(self._dunnings(lines))
        procedures = {line.party.dunning_procedure for line in lines if line.party.dunning_procedure}
        levels = self._procedures(procedures)
        notes = self._notes([f"{LINE},{line.id}" for line in lines])
        for line in lines:
            first = levels.get(line.party.dunning_procedure or 0, [])[:1]
            texts = notes.get(f"{LINE},{line.id}", ())
            yield LineTarget(self._rpc, line, dunnings.get(line.id), first[0] if first else None, texts)

    def _dunnings(self, lines: Sequence[LineRow]) -> list[DunningRow]:
        if not lines:
            return []
        about = [["line", "in", [line.id for line in lines]]]
        return rows_of(self._rpc.rows(DUNNING, about, DUNNING_FIELDS), DunningRow)

    def _levels(self, dunnings: Iterable[DunningRow]) -> dict[int, list[int]]:
        return self._procedures({dunning.procedure for dunning in dunnings})

    def _procedures(self, numbers: Iterable[int]) -> dict[int, list[int]]:
        wanted = sorted(numbers)
        if not wanted:
            return {}
        rows = rows_of(self._rpc.rows(PROCEDURE, [["id", "in", wanted]], ["levels"]), ProcedureRow)
        return {row.id: row.levels for row in rows}

    def _notes(self, resources: Sequence[str]) -> dict[str, list[str]]:
        """Return the texts of notes at records, the oldest first."""
        if not resources:
            return {}
        about = [["resource", "in", resources]]
        texts: dict[str, list[str]] = {}
        for row in rows_of(self._rpc.rows(NOTE, about, ["resource", "message"]), NoteRow):
            texts.setdefault(row.resource, []).append(row.message or "")
        return texts

    def _page(
        self, model: str, wanted: list[Any], walk: Walk, kind: type[R], fields: Sequence[str]
    ) -> list[R]:
        found = self._rpc.rows(model, [*wanted, ["id", ">", walk.last]], fields, PAGE)
        return rows_of(found, kind)


class _Numbered(Struct):
    id: int


def _changed(since: datetime, prefix: str = "") -> list[Any]:
    moment = since.astimezone(UTC).replace(tzinfo=None)
    return [[f"{prefix}{stamp}", ">=", moment] for stamp in ("write_date", "create_date")]
