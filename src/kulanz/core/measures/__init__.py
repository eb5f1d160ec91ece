"""What a thread shows as a whole: six groups of measures, each also as a series over its posts.

Every series is float64 with one value per post, NaN where it is not defined yet, and
prefix-consistent: its value at a post depends on that post and the earlier ones only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kulanz.core.measures.addressee import Addressee, Addressees, addressees
from kulanz.core.measures.baseline import Baseline, ThreadSummary
from kulanz.core.measures.columns import columns
from kulanz.core.measures.company import Company, company
from kulanz.core.measures.fronts import Fronts, fronts
from kulanz.core.measures.reach import Reach, reach
from kulanz.core.measures.reactions import Reactions, Role, reactions
from kulanz.core.measures.spread import Spread, spread
from kulanz.core.thread import Thread

__all__ = [
    "Addressee",
    "Addressees",
    "Baseline",
    "Company",
    "Fronts",
    "Measures",
    "Reach",
    "Reactions",
    "Role",
    "Spread",
    "ThreadSummary",
    "measure",
]


@dataclass(frozen=True, slots=True)
class Measures:
    """All measures of one thread."""

    reactions: Reactions
    fronts: Fronts
    addressees: Addressees
    company: Company
    reach: Reach
    spread: Spread


def measure(thread: Thread, baseline: Baseline, names: Sequence[str] = ()) -> Measures:
    """Measure a thread against its source's baseline; ``names`` are those of the company."""
    c = columns(thread)
    return Measures(
        reactions=reactions(c),
        fronts=fronts(c),
        addressees=addressees(c, names),
        company=company(c),
        reach=reach(c, baseline),
        spread=spread(c),
    )
