"""Beginnings of letters: which there are, and one of them for a customer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kulanz.desk.models import Template

_BLANK: Final = re.compile(r"\{\{\s*(name|contact)\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What an answer begins with; whoever writes it goes on from there."""

    subject: str = ""
    text: str = ""


def letter_choices(*, at_most: int = 200) -> list[tuple[int, str]]:
    """Return id and name of the templates, with the language, by name."""
    rows = Template.objects.order_by("name", "language").values_list("pk", "name", "language")[:at_most]
    return [(pk, f"{name} ({language})") for pk, name, language in rows]


def letter(template: int | None, *, name: str, contact: str) -> Letter:
    """Return a template with the customer's name and the contact's filled in; an empty letter for none."""
    row = None if template is None else Template.objects.filter(pk=template).first()
    if row is None:
        return Letter()
    words = {"name": name, "contact": contact}
    return Letter(subject=_filled(row.subject, words), text=_filled(row.text, words))


def _filled(text: str, words: dict[str, str]) -> str:
    return _BLANK.sub(lambda found: words[found[1]], text)
