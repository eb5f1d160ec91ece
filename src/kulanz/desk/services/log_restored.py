"""After a restore: the log of the database and the log that is shown are one, or it is said why not."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from kulanz.desk.models import LogEntry, LogHead
from kulanz.desk.queries.record import log_keys
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.log_adopting import Adopted, adopt
from kulanz.desk.services.log_sequencing import store
from kulanz.tlog.checkpoints import Checkpoint
from kulanz.tlog.merkle import Frontier, leaf_hash
from kulanz.tlog.notes import VerifierKey, parse_note
from kulanz.tlog.sequencing import finish
from kulanz.tlog.verifying import verify_log


class Together(NamedTuple):
    """How long the log is, and what of it the database did not know."""

    size: int
    adopted: Adopted


def bring_together(*, now: datetime) -> Together:
    """Take in what was published since, finish what was begun, and verify both; an empty log is no error.

    Raise RuleError or TlogError where entries, head and published files are not one log.
    """
    head = LogHead.objects.first()
    if head is None or not head.checkpoint:
        return Together(0, Adopted(0, 0))
    adopted = adopt(now=now)
    head.refresh_from_db()
    finish(store(), bytes(head.checkpoint))
    said = Checkpoint.parse(parse_note(bytes(head.checkpoint)).text)
    _check_entries(said)
    verdict = verify_log(store().read, [VerifierKey.parse(vkey) for vkey in log_keys()], head.origin)
    if not verdict.ok:
        raise RuleError("the published log is not what was signed: %(why)s", why=verdict.wrong[0].reason)
    return Together(said.size, adopted)


def _check_entries(said: Checkpoint) -> None:
    """Raise RuleError unless the entries of the database are those of its head, in their places."""
    rows = LogEntry.objects.exclude(index=None).order_by("index").values_list("index", "body")
    tree = Frontier()
    whole = True
    for index, body in rows.iterator():
        whole = whole and index == tree.size
        tree.append(leaf_hash(bytes(body)))
    if not whole or (tree.size, tree.root) != (said.size, said.root):
        raise RuleError(
            "the entries in the database are not those that its log has signed: restore another backup"
        )
