"""Gestures: what is said of one, kept sealed."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kulanz.desk.rules.packing import unpacked

MOST_SAID: Final = 1_000


class Words(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said of a gesture.

    ``name`` says what exactly, and is the kind's name where the kind is ``own``. ``proof`` is a link or words
    that show that it was carried out, ``answer`` what the customer said. ``reason`` is told to billing,
    ``said`` is what billing said last.
    """

    name: str = ""
    why: str = ""
    proof: str = ""
    answer: str = ""
    reason: str = ""
    said: str = ""


def words_in(content: bytes) -> Words:
    return unpacked(content, Words)
