"""The transition tables of the desk's nouns."""

from __future__ import annotations

from typing import Final

from kulanz.desk.rules.machine import Machine, row
from kulanz.desk.rules.roles import Right

ISSUE: Final = Machine(
    "issue",
    ("open", "owned", "snoozed", "closed", "merged", "withdrawn"),
    (
        row("take", ("open", "owned"), "owned", Right.WORK_ISSUES),
        row("assign", ("open", "owned"), "owned", Right.LEAD_ISSUES),
        row("release", ("owned",), "open", Right.WORK_ISSUES, needs_reason=True),
        row("snooze", ("open", "owned"), "snoozed", Right.WORK_ISSUES, needs_reason=True),
        row("wake", ("snoozed",), "owned", Right.WORK_ISSUES),
        row("wake_due", ("snoozed",), "open", Right.WORK_ISSUES, automatic=True),
        row("return_due", ("snoozed",), "owned", Right.WORK_ISSUES, automatic=True),
        row("edit", ("open", "owned", "snoozed"), None, Right.WORK_ISSUES),
        row("merge", ("open", "owned", "snoozed"), "merged", Right.LEAD_ISSUES, needs_reason=True),
        row("unmerge", ("merged",), "owned", Right.LEAD_ISSUES),
        row("split", ("open", "owned", "snoozed"), None, Right.LEAD_ISSUES, needs_reason=True),
        row("close", ("open", "owned", "snoozed"), "closed", Right.WORK_ISSUES, needs_reason=True),
        row("reopen", ("closed",), "open", Right.WORK_ISSUES, needs_reason=True),
        row("undo", ("owned", "snoozed", "closed"), "open", Right.WORK_ISSUES),
        row("give_back", ("owned", "snoozed", "closed"), "owned", Right.WORK_ISSUES),
        row("snooze_again", ("closed",), "snoozed", Right.WORK_ISSUES),
        row("withdraw", ("owned",), "withdrawn", Right.WORK_ISSUES),
    ),
    final=frozenset({"closed", "merged", "withdrawn"}),
)
WITHDRAWN: Final = "withdrawn"
"""An issue that was opened by mistake: it stands in no list, counts nowhere, and nothing is written to it."""
FALSE_ALARM: Final = "false_alarm"
OUTCOMES: Final = ("resolved", "explained", "goodwill", "no_answer_needed", FALSE_ALARM, "moved_elsewhere")

CASE: Final = Machine(
    "case",
    ("open", "waiting", "resolved", "closed"),
    (
        row("assign", ("open", "waiting"), None, Right.WORK_CASES),
        row("edit", ("open", "waiting"), None, Right.WORK_CASES),
        row("write", ("open", "waiting"), "waiting", Right.WORK_CASES),
        row("write", ("resolved",), None, Right.WORK_CASES),
        row("hear", ("open", "waiting", "resolved", "closed"), "open", Right.WORK_CASES, automatic=True),
        row("undelivered", ("waiting",), "open", Right.WORK_CASES, automatic=True),
        row("resolve", ("open", "waiting"), "resolved", Right.WORK_CASES, needs_reason=True),
        row("reopen", ("resolved", "closed"), "open", Right.WORK_CASES, needs_reason=True),
        row("close", ("resolved",), "closed", Right.WORK_CASES),
    ),
    final=frozenset({"closed"}),
)

PROMISE: Final = Machine(
    "promise",
    ("running", "paused", "kept", "broken", "withdrawn"),
    (
        row("pause", ("running",), "paused", Right.WORK_CASES, needs_reason=True),
        row("resume", ("paused",), "running", Right.WORK_CASES),
        row("keep", ("running", "paused", "broken"), "kept", Right.WORK_CASES),
        row("break", ("running",), "broken", Right.WORK_CASES, automatic=True),
        row("withdraw", ("running", "paused"), "withdrawn", Right.LEAD_CASES, needs_reason=True),
    ),
    final=frozenset({"kept", "broken", "withdrawn"}),
)

REPLY: Final = Machine(
    "reply",
    ("draft", "checked", "asked", "approved", "scheduled", "sending", "sent", "failed", "discarded"),
    (
        row("check", ("draft",), "checked", Right.WORK_CASES),
        row("edit", ("draft", "checked", "failed"), "draft", Right.WORK_CASES),
        row("ask", ("draft", "checked"), "asked", Right.WORK_CASES),
        row("approve", ("asked",), "approved", Right.APPROVE, four_eyes=True),
        row("reject", ("asked",), "draft", Right.APPROVE, needs_reason=True),
        row("schedule", ("draft", "checked", "approved"), "scheduled", Right.WORK_CASES),
        row("take_back", ("scheduled",), "draft", Right.WORK_CASES),
        row("send", ("draft", "checked", "approved", "scheduled", "failed"), "sending", Right.WORK_CASES),
        row(
            "discard",
            ("draft", "checked", "asked", "approved", "scheduled", "failed"),
            "discarded",
            Right.WORK_CASES,
        ),
        row("come_back", ("scheduled", "sending"), "draft", Right.WORK_CASES, automatic=True),
        row("delivered", ("sending",), "sent", Right.WORK_CASES, automatic=True),
        row("undelivered", ("sending",), "failed", Right.WORK_CASES, automatic=True),
        row("bounced", ("sent",), "failed", Right.WORK_CASES, automatic=True),
        row("found", ("failed",), "sent", Right.WORK_CASES, automatic=True),
    ),
    final=frozenset({"sent", "discarded"}),
)

SOURCE: Final = Machine(
    "source",
    ("running", "paused", "stopped"),
    (
        row("edit", ("running", "paused", "stopped"), None, Right.SET_SOURCES),
        row("read_now", ("running",), None, Right.SET_SOURCES),
        row("pause", ("running", "stopped"), "paused", Right.SET_SOURCES),
        row("resume", ("paused",), "running", Right.SET_SOURCES),
        row("retry", ("stopped",), "running", Right.SET_SOURCES),
        row("stop", ("running",), "stopped", Right.SET_SOURCES, automatic=True),
        row("remove", ("running", "paused", "stopped"), None, Right.SET_SOURCES, needs_reason=True),
    ),
)

GESTURE: Final = Machine(
    "gesture",
    ("proposed", "approved", "ordered", "carried_out", "accepted", "refused", "declined", "revoked"),
    (
        row("edit", ("proposed",), None, Right.WORK_CASES),
        row("grant", ("proposed",), "approved", Right.WORK_CASES),
        row("approve", ("proposed",), "approved", Right.APPROVE, four_eyes=True),
        row("decline", ("proposed",), "declined", Right.APPROVE, needs_reason=True),
        row("order", ("approved",), "ordered", Right.WORK_CASES),
        row("withdraw", ("ordered",), "approved", Right.LEAD_CASES, needs_reason=True),
        row("carry_out", ("approved", "ordered"), "carried_out", Right.WORK_CASES),
        row("accept", ("carried_out",), "accepted", Right.WORK_CASES),
        row("refuse", ("approved", "carried_out"), "refused", Right.WORK_CASES),
        row("revoke", ("proposed", "approved"), "revoked", Right.WORK_CASES, needs_reason=True),
        row("revoke", ("carried_out",), "revoked", Right.LEAD_CASES, needs_reason=True),
        row("given", ("ordered",), "carried_out", Right.WORK_CASES, automatic=True),
        row("not_done", ("ordered",), "approved", Right.WORK_CASES, automatic=True),
        row("wanted", ("approved", "ordered"), None, Right.WORK_CASES, automatic=True),
        row("taken", ("carried_out",), "accepted", Right.WORK_CASES, automatic=True),
        row("turned_down", ("approved", "carried_out"), "refused", Right.WORK_CASES, automatic=True),
    ),
    final=frozenset({"accepted", "refused", "declined", "revoked"}),
)
"""``given`` and ``not_done``: what billing says. ``withdraw``: people at billing say that they will not.
``wanted``, ``taken`` and ``turned_down``: what the customer says on the status page."""
SPENT: Final = ("approved", "ordered", "carried_out", "accepted")
"""States in which a gesture counts against limits and budgets; see also ``queries.spending.STANDS``."""

ON: Final = ("placing", "held", "refused")
"""States of a hold that has to be ended by a person, or with its case."""
LIVE: Final = ("proposed", *ON)
"""States of which a claim, or a customer as a whole, has one hold at most."""
HOLD: Final = Machine(
    "hold",
    ("proposed", "placing", "held", "refused", "releasing", "released", "declined"),
    (
        row("edit", ("proposed", "placing", "held"), None, Right.WORK_CASES),
        row("place", ("proposed", "refused"), "placing", Right.WORK_CASES),
        row("decline", ("proposed",), "declined", Right.WORK_CASES, needs_reason=True),
        row("review", ("placing", "held"), None, Right.WORK_CASES, needs_reason=True),
        row("release", ON, "releasing", Right.WORK_CASES, needs_reason=True),
        row("confirm_by_hand", ("placing", "refused"), "held", Right.WORK_CASES),
        row("confirm_by_hand", ("releasing",), "released", Right.WORK_CASES),
        row("place_small", ("proposed",), "placing", Right.WORK_CASES, automatic=True),
        row("confirmed", ("placing", "refused"), "held", Right.WORK_CASES, automatic=True),
        row("lifted", ("held",), "placing", Right.WORK_CASES, automatic=True),
        row("not_done", ("placing",), "refused", Right.WORK_CASES, automatic=True),
        row(
            "ended", ("placing", "held", "refused", "releasing"), "released", Right.WORK_CASES, automatic=True
        ),
    ),
    final=frozenset({"released", "declined"}),
)
"""``place_small``: below the amount for which a person has to say yes. ``lifted``: billing took the block
off, and it is ordered again. ``ended``: billing says it is over."""

DEFECT: Final = Machine(
    "defect",
    ("watched", "open", "fixed"),
    (
        row("edit", ("watched", "open", "fixed"), None, Right.WORK_CASES),
        row("assign", ("watched", "open"), "open", Right.LEAD_CASES),
        row("many", ("watched",), "open", Right.WORK_CASES, automatic=True),
        row("fix", ("watched", "open"), "fixed", Right.WORK_CASES, needs_reason=True),
        row("reopen", ("fixed",), "open", Right.WORK_CASES, needs_reason=True),
    ),
    final=frozenset({"fixed"}),
)
DEFECT_FROM: Final = 3
"""So many cases that come from one thing make it a defect that needs an owner."""

MEASURE: Final = Machine(
    "measure",
    (
        "proposed",
        "seen",
        "ordered",
        "done",
        "failed",
        "reversing",
        "ending",
        "reversed",
        "ended",
        "refused",
        "withdrawn",
    ),
    (
        row("order", ("proposed",), "ordered", Right.MODERATE),
        row("approve", ("proposed",), "ordered", Right.JUDGE_MEASURES, four_eyes=True),
        row("refuse", ("proposed",), "refused", Right.JUDGE_MEASURES, needs_reason=True, four_eyes=True),
        row("withdraw", ("proposed", "failed"), "withdrawn", Right.MODERATE, needs_reason=True),
        row("explain", ("seen",), "proposed", Right.MODERATE),
        row("dismiss", ("seen",), "withdrawn", Right.JUDGE_MEASURES, needs_reason=True),
        row("overturn", ("seen", "proposed"), "reversing", Right.JUDGE_MEASURES, needs_reason=True),
        row("confirm_by_hand", ("ordered", "failed"), "done", Right.MODERATE),
        row("confirm_by_hand", ("reversing",), "reversed", Right.MODERATE),
        row("confirm_by_hand", ("ending",), "ended", Right.MODERATE),
        row("retry", ("failed",), "ordered", Right.MODERATE),
        row("reverse", ("done",), "reversing", Right.JUDGE_MEASURES, needs_reason=True),
        row("carried_out", ("ordered",), "done", Right.MODERATE, automatic=True),
        row("not_done", ("ordered",), "failed", Right.MODERATE, automatic=True),
        row("over", ("done",), "ending", Right.MODERATE, automatic=True),
        row("undone", ("reversing",), "reversed", Right.MODERATE, automatic=True),
        row("undone", ("ending",), "ended", Right.MODERATE, automatic=True),
    ),
    final=frozenset({"reversed", "ended", "refused", "withdrawn"}),
    found=frozenset({"seen"}),
)
"""``order``: where the rules ask for no second person. ``explain``, ``dismiss`` and ``overturn``: what was
seen at the source without rule and reasons; ``overturn`` also where the second person does not approve it.
``over``: the time for which it was meant has passed."""
STANDING: Final = ("done", "reversing", "ending", "reversed", "ended")
"""States of a measure that was carried out, and that people outside may read of."""

APPEAL: Final = Machine(
    "appeal",
    ("open", "granted", "rejected", "withdrawn"),
    (
        row("answer", ("open",), None, Right.JUDGE_MEASURES),
        row("grant", ("open",), "granted", Right.JUDGE_MEASURES, needs_reason=True, four_eyes=True),
        row("reject", ("open",), "rejected", Right.JUDGE_MEASURES, needs_reason=True, four_eyes=True),
        row("hear", ("open",), None, Right.JUDGE_MEASURES, automatic=True),
        row("take_back", ("open",), "withdrawn", Right.JUDGE_MEASURES, automatic=True),
    ),
    final=frozenset({"granted", "rejected", "withdrawn"}),
)
"""``hear`` and ``take_back``: what the one who appealed does on the page of the appeal."""

DATA_REQUEST: Final = Machine(
    "datarequest",
    ("open", "granted", "refused", "withdrawn"),
    (
        row("extend", ("open",), None, Right.LEAD_CASES, needs_reason=True),
        row("grant", ("open",), "granted", Right.LEAD_CASES),
        row("refuse", ("open",), "refused", Right.LEAD_CASES, needs_reason=True),
        row("take_back", ("open",), "withdrawn", Right.LEAD_CASES, automatic=True),
        row("erased", ("open",), "granted", Right.LEAD_CASES, automatic=True),
    ),
    final=frozenset({"granted", "refused", "withdrawn"}),
)
"""``take_back``: the person does not ask for it any more. ``erased``: the person was erased."""

MACHINES: Final = (
    ISSUE, CASE, PROMISE, REPLY, SOURCE, GESTURE, HOLD, DEFECT, MEASURE, APPEAL, DATA_REQUEST,
)  # fmt: skip
