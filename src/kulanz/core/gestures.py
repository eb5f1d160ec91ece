"""What can be done for a customer beyond what is owed, and whose fault a matter was."""

from __future__ import annotations

from typing import Final, Literal, get_args

GestureKind = Literal["waive", "refund", "credit", "extension", "gift", "apology", "own"]
GESTURE_KINDS: Final[tuple[GestureKind, ...]] = get_args(GestureKind)
Fault = Literal["unclear", "ours", "theirs"]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)
