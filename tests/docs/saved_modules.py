"""Modules that a how-to tells to save."""

from __future__ import annotations

import sys
from types import ModuleType

from documented import ROOT, blocks


def saved(page: str, language: str, name: str) -> ModuleType:
    """Return the blocks of a language on a how-to, in their order, as one module."""
    told = "".join(blocks(ROOT / "docs/howto" / page, language))
    module = sys.modules[name] = ModuleType(name)
    exec(compile(told, name, "exec"), vars(module))  # noqa: S102 - our own docs
    return module
