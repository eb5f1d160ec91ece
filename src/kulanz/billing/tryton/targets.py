"""What Kulanz blocks in Tryton: lines by their dunning's mark "Blocked", and customers by all their lines."""

from __future__ import annotations

from collections.abc import Sequence

from kulanz.billing.blocking import Notes
from kulanz.billing.errors import RefusedError
from kulanz.billing.tryton.rows import DUNNING, LINE, NOTE, DunningRow, LineRow
from kulanz.billing.tryton.rpc import TrytonRpc


class PartyTarget:
    """A customer: it has no mark of its own, but the notes that say which holds are on."""

    def __init__(self, rpc: TrytonRpc, resource: str, texts: Sequence[str]) -> None:
        self._rpc = rpc
        self._resource = resource
        self.notes = Notes.read(texts)

    def write(self, note: str) -> None:
        self._rpc.model(NOTE, "create", [{"resource": self._resource, "message": note}])

    def mark(self) -> str:
        return "none"

    def is_held(self) -> bool:
        return True

    def hold(self) -> None:
        """Nothing is to be done: every line is a target of its own."""

    def restore(self, before: str) -> None:
        """Nothing was done."""


class LineTarget(PartyTarget):
    """A line: its dunning is blocked; where there is none yet, a blocked one keeps the next run from it."""

    def __init__(
        self,
        rpc: TrytonRpc,
        line: LineRow,
        dunning: DunningRow | None,
        level: int | None,
        texts: Sequence[str],
    ) -> None:
        super().__init__(rpc, f"{LINE},{line.id}", texts)
        self._line, self._dunning, self._level = line, dunning, level

    def mark(self) -> str:
        if self._dunning is None:
            return "none"
        return "blocked" if self._dunning.blocked else "open"

    def is_held(self) -> bool:
        if self._line.reconciliation is not None:
            return True
        return self._level is None if self._dunning is None else self._dunning.blocked

    def hold(self) -> None:
        if self.is_held():
            return
        if self._dunning is not None:
            self._write(self._dunning, blocked=True)
            return
        new = {
            "company": self._line.account.company,
            "line": self._line.id,
            "procedure": self._line.party.dunning_procedure,
            "level": self._level,
            "blocked": True,
        }
        self._rpc.model(DUNNING, "create", [new])

    def restore(self, before: str) -> None:
        if self._dunning is None or before == "blocked":
            return
        if before == "none" and self._dunning.state == "draft":
            # Left there, the next run would send its first letter, due or not.
            self._rpc.model(DUNNING, "delete", [self._dunning.id])
        elif self._dunning.blocked:
            self._write(self._dunning, blocked=False)

    def _write(self, dunning: DunningRow, *, blocked: bool) -> None:
        self._rpc.model(DUNNING, "write", [dunning.id], {"blocked": blocked})


def whose(line: LineRow, customer: str) -> LineRow:
    """Return the line; raise RefusedError where it is another customer's."""
    if line.party.code != customer:
        raise RefusedError(f"claim {line.id} is not of customer {customer}: check the numbers in the order")
    return line
