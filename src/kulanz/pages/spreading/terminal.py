"""A spread tree in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from kulanz.core.spoken import Lang
from kulanz.core.spread import Node, SpreadTree
from kulanz.pages.spreading.order import depth_first
from kulanz.pages.spreading.telling import SIGNS, facts_of, name_of, sentences
from kulanz.pages.words import Words


def print_spread(console: Console, tree: SpreadTree, lang: Lang) -> None:
    """Print the tree, each place with how and when it took the matter up, and then the sums."""
    words = Words(lang)
    plain = not console.encoding.lower().startswith("utf")
    branches: dict[str, Tree] = {}
    for node in depth_first(tree.nodes):
        label = _label(node, words, plain=plain)
        above = branches.get(node.parent) if node.parent else None
        branches[node.node_id] = above.add(label) if above else Tree(label)
    console.print(branches[tree.nodes[0].node_id])
    for sentence in sentences(tree, words):
        console.print(Text(sentence))


def _label(node: Node, words: Words, *, plain: bool) -> Text:
    label = Text("" if plain else f"{SIGNS[node.how]} ")
    label.append(name_of(node), style="bold")
    label.append(f"\n{' · '.join(facts_of(node, words))}", style="dim")
    return label
