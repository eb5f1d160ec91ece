"""The languages that Kulanz speaks: in reasons, on pages, in letters. Which it reads: ``core.language``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

Lang = Literal["de", "en"]

LANGS: Final[tuple[Lang, ...]] = get_args(Lang)
NAMES: Final[Mapping[Lang, str]] = {"de": "Deutsch", "en": "English"}


def lang_for(code: str | None) -> Lang:
    """Return the language of a code such as ``de-AT``; English where Kulanz does not speak it."""
    start = (code or "").lower().partition("-")[0]
    return next((lang for lang in LANGS if lang == start), "en")
