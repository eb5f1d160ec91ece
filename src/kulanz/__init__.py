"""Kulanz: see which customer conversations are turning into an issue, early and with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kulanz.version import VERSION

if TYPE_CHECKING:
    from kulanz.api import (
        Draft,
        DraftReport,
        Post,
        PostFinding,
        Problems,
        ReadOptions,
        Reason,
        SourceError,
        ThreadDetail,
        ThreadReport,
        analyse,
        check_draft,
        read,
        read_jsonl,
    )

__version__: Final = VERSION
__all__ = [
    "Draft",
    "DraftReport",
    "Post",
    "PostFinding",
    "Problems",
    "ReadOptions",
    "Reason",
    "SourceError",
    "ThreadDetail",
    "ThreadReport",
    "__version__",
    "analyse",
    "check_draft",
    "read",
    "read_jsonl",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'kulanz' has no attribute {name!r}: it has {', '.join(__all__)}")
    from kulanz import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted(__all__)
