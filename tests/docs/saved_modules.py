"""Modules that a how-to tells to save."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

HOWTO = Path(__file__).parents[2] / "docs/howto"


def saved(page: str, language: str, name: str) -> ModuleType:
    """Return the blocks of a language on a how-to, in their order, as one module."""
    text = (HOWTO / page).read_text("utf-8")
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    module = sys.modules[name] = ModuleType(name)
    exec(compile("".join(blocks), name, "exec"), vars(module))  # noqa: S102 - our own docs
    return module
