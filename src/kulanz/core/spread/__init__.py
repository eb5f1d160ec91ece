"""How a matter spreads from one thread to other places, as a tree of who took it up from whom."""

from __future__ import annotations

from kulanz.core.spread.finding import spread_tree
from kulanz.core.spread.growth import Growth
from kulanz.core.spread.naming import threads_named
from kulanz.core.spread.tree import HOW, Contact, How, Node, SpreadTree

__all__ = ["HOW", "Contact", "Growth", "How", "Node", "SpreadTree", "spread_tree", "threads_named"]
