"""Playbooks, templates, teams, who speaks for the company, retention and the targets of webhooks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.core.spoken import Lang
from kulanz.desk.api.schemas.common import Body, Key, MemberOut, Name, Seen, Short, SourceRef, Words
from kulanz.desk.api.schemas.customers import MoneyOut
from kulanz.desk.api.schemas.gestures import Payable
from kulanz.desk.api.schemas.threads import Stage

Kind = Literal["name", "domain", "account"]
Members = Annotated[list[Key], Field(max_length=1_000)]
Steps = Annotated[list[Short], Field(min_length=1, max_length=50)]
Kinds = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=40)]


class PlaybookOut(Schema):
    """A checklist that issues of a stage begin with."""

    id: int
    name: str
    stage: str
    language: str
    steps: list[str]
    version: int

    @staticmethod
    def resolve_steps(row: Any) -> list[str]:
        return [step.text for step in row.steps.all()]


class PlaybookIn(Body):
    """Without a ``stage`` it is chosen by hand alone; ``steps`` are in their order."""

    name: Name
    stage: Literal[""] | Stage = ""
    language: Lang = "de"
    steps: Steps


class PlaybookChange(PlaybookIn, Seen):
    """Fields that are left out stay; ``steps`` are replaced as a whole."""

    name: Name = ""
    steps: Steps = Field(default_factory=list)


class TemplateOut(Schema):
    """The beginning of a letter.

    ``{customer}``, ``{contact}``, ``{case}``, ``{promise}``, ``{promise_until}``, ``{claim}`` and
    ``{gesture}`` are filled in where they are known; ``{what}``, ``{next}`` and ``{rule}`` are for whoever
    writes.
    """

    id: int
    name: str
    language: str
    subject: str
    text: str
    version: int


class TemplateIn(Body):
    name: Name
    language: Lang = "de"
    subject: Annotated[str, Field(max_length=300)] = ""
    text: Words


class TemplateChange(TemplateIn, Seen):
    """Fields that are left out stay."""

    name: Name = ""
    text: Words = ""


class LetterOut(Schema):
    """What an answer begins with; whoever writes it goes on from there. ``gaps`` keep it from going out."""

    subject: str
    text: str
    gaps: list[str]


class ShippedOut(Schema):
    """How many templates were made."""

    made: int


class ApprovalRulesOut(Schema):
    """Which answers need a second person; ``above`` null: amounts do not count."""

    public: bool
    hardened: bool
    third: bool
    legal: bool
    above: MoneyOut | None
    version: int


class ApprovalRulesIn(Seen):
    """What is left out is as usual; ``above`` null: amounts do not count."""

    public: bool = False
    hardened: bool = True
    third: bool = True
    legal: bool = True
    above: Payable | None = Payable(amount=Decimal(100), currency="EUR")


class TeamOut(Schema):
    id: int
    name: str
    lead: MemberOut | None
    members: list[MemberOut]
    version: int

    @staticmethod
    def resolve_members(row: Any) -> list[Any]:
        return list(row.members.all())


class TeamIn(Body):
    """``lead`` is told when a promise of the team breaks."""

    name: Name
    lead: Key | None = None
    members: Members = Field(default_factory=list)


class TeamChange(TeamIn, Seen):
    """Fields that are left out stay; ``members`` are replaced as a whole."""

    name: Name = ""


class IdentityOut(Schema):
    """A name, a domain or an account that speaks for the company."""

    id: int
    kind: str
    value: str
    source: SourceRef | None
    member: MemberOut | None
    version: int


class IdentityIn(Body):
    """Without a ``source`` it is for any; with a ``member`` it needs one."""

    kind: Kind
    value: Annotated[str, Field(max_length=255)]
    source: Key | None = None
    member: Key | None = None


class IdentityChange(IdentityIn, Seen):
    """Fields that are left out stay."""

    kind: Kind = "name"
    value: Annotated[str, Field(max_length=255)] = ""


class RetentionOut(Schema):
    """``days`` null keeps a class for good; ``due_at`` is the next removal; ``version`` 0 was never set."""

    data_class: str
    days: int | None
    due_at: datetime | None
    version: int


class RetentionPreviewOut(Schema):
    would_go: int


class RetentionIn(Seen):
    days: Annotated[int, Field(ge=1, le=36_500)] | None


class TargetOut(Schema):
    """Who is told of what by HTTP; no ``kinds`` means all. The secret is never shown."""

    id: int
    name: str
    url: str
    kinds: list[str]
    active: bool
    version: int


class TargetMadeOut(Schema):
    """``secret`` signs every delivery; it is told this once, and empty where a request is repeated."""

    target: TargetOut
    secret: str


class TargetIn(Body):
    """``kinds`` are those of the reference of webhooks."""

    name: Name
    url: Short
    kinds: Kinds = Field(default_factory=list)
    active: bool = True


class TargetChange(TargetIn, Seen):
    """Fields that are left out stay."""

    name: Name = ""
    url: Short = ""
