"""The order in which a tree is told: every place below the one it took the matter from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kulanz.core.spread import Node


def depth_first(nodes: Sequence[Node]) -> list[Node]:
    """The nodes with every one followed by those that took the matter from it, in the order given."""
    children: defaultdict[str | None, list[Node]] = defaultdict(list)
    for node in nodes:
        children[node.parent].append(node)
    told: list[Node] = []
    waiting = children[None][::-1]
    while waiting:
        node = waiting.pop()
        told.append(node)
        waiting += children[node.node_id][::-1]
    return told
