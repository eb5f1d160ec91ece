"""The nineteen post signals, in the order in which every array holds them."""

from __future__ import annotations

from typing import Final

CUSTOMER_LABELS: Final = (
    "complaint", "affected", "anger", "sympathy", "calming", "defends", "argues",
    "leave", "threat", "distrust", "question", "thanks",
)  # fmt: skip
COMPANY_LABELS: Final = (
    "apology", "empathy", "person", "action", "policy", "dismissive", "handover",
)  # fmt: skip
LABELS: Final = CUSTOMER_LABELS + COMPANY_LABELS
INDEX: Final = {label: i for i, label in enumerate(LABELS)}
