"""The reason of the how-to is found, as the page says."""

from __future__ import annotations

from types import SimpleNamespace

from documented import ROOT, blocks

from kulanz.core import reasons


def test_the_rule_of_the_page_yields_a_reason() -> None:
    (rule,) = blocks(ROOT / "docs/howto/add-a-signal.md", "py")
    known = vars(reasons).copy()
    exec(compile(rule, "add-a-signal.md", "exec"), known)  # noqa: S102 - our own docs
    (fired,) = known["_hidden"](None, SimpleNamespace(hiding=SimpleNamespace(posts=(1, 2))))
    assert (fired.code, fired.posts) == ("hidden", (1, 2))
