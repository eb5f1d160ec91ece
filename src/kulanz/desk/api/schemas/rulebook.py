"""The community's rules: their words, and what was published of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, Field

from kulanz.desk.api.schemas.common import Body, Name, Seen, Short, Words
from kulanz.desk.rules.rulebook import LONGEST_KEY

RuleKey = Annotated[str, Field(max_length=LONGEST_KEY)]


class RuleVersionOut(Schema):
    """A rule as it was published; it never changes. ``effective_to`` null: without an end."""

    id: int
    number: int
    title_de: str
    title_en: str
    text_de: str
    text_en: str
    effective_from: datetime
    effective_to: datetime | None
    published_at: datetime


class RuleOut(Schema):
    """A rule with the words that may be published next; texts are Markdown."""

    id: int
    key: str
    title_de: str
    title_en: str
    text_de: str
    text_en: str
    version: int


class RuleIn(Body):
    """``key`` is the end of the rule's address and stays once it is published."""

    key: RuleKey
    title_de: Name = ""
    title_en: Name = ""
    text_de: Words = ""
    text_en: Words = ""


class RuleChange(RuleIn, Seen):
    """Fields that are left out stay."""

    key: RuleKey = ""


class PublishIn(Seen):
    """``start`` is when the version comes into force; null means at once, as does a time gone by."""

    start: AwareDatetime | None = None


class EndIn(Seen):
    """``end`` is when the rule ends; null means at once, as does a time gone by."""

    reason: Short
    end: AwareDatetime | None = None
