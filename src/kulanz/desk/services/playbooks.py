"""Playbooks, the checklists that issues begin with, and templates, the beginnings of letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from kulanz.core.report import STAGES
from kulanz.core.spoken import LANGS
from kulanz.desk.models import Playbook, PlaybookStep, Template
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.blanks import refuse_unknown
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.events import record
from kulanz.desk.services.setting_up import drop, keep, named, one_of

MOST_STEPS: Final = 50
LONGEST_STEP: Final = 500


def save_playbook(  # noqa: PLR0913 - a playbook is its name, its stage, its language and its steps
    *,
    actor: Actor,
    playbook: Playbook | None,
    seen: int,
    name: str,
    stage: str,
    language: str,
    steps: Sequence[str],
    now: datetime,
) -> Playbook:
    """Make a playbook, or change one; issues that began with it keep their tasks.

    Without a stage it is chosen by hand alone.
    """
    actor.need(Right.SET_POLICIES)
    columns = {
        "name": named(name),
        "stage": one_of("stage", stage, ("", *STAGES)),
        "language": one_of("language", language, LANGS),
    }
    texts = _checked_steps(steps)
    with transaction.atomic():
        saved = keep(actor, playbook or Playbook(), seen, now, columns)
        before = [step.text for step in saved.steps.all()]
        if before == texts:
            return saved
        saved.steps.all().delete()
        PlaybookStep.objects.bulk_create(
            PlaybookStep(playbook=saved, position=place, text=text)
            for place, text in enumerate(texts, start=1)
        )
        record(actor, "set_steps", saved, now=now, data={"steps": [before, texts]})
    return saved


def remove_playbook(*, actor: Actor, playbook: Playbook, now: datetime) -> None:
    actor.need(Right.SET_POLICIES)
    drop(actor, playbook, now)


def save_template(  # noqa: PLR0913 - a template is its name, its language, its subject and its text
    *,
    actor: Actor,
    template: Template | None,
    seen: int,
    name: str,
    language: str,
    subject: str,
    text: str,
    now: datetime,
) -> Template:
    """Make the beginning of a letter, or change one; raise RuleError for blanks that there are none of."""
    actor.need(Right.SET_POLICIES)
    if not text.strip():
        raise RuleError("template: expected some words to begin with")
    refuse_unknown(subject, text)
    columns = {
        "name": named(name),
        "language": one_of("language", language, LANGS),
        "subject": " ".join(subject.split())[:300],
        "text": text.strip(),
    }
    return keep(actor, template or Template(), seen, now, columns)


def remove_template(*, actor: Actor, template: Template, now: datetime) -> None:
    actor.need(Right.SET_POLICIES)
    drop(actor, template, now)


def _checked_steps(steps: Sequence[str]) -> list[str]:
    texts = [step.strip() for step in steps if step.strip()]
    if not 0 < len(texts) <= MOST_STEPS:
        raise RuleError(
            "playbook: expected 1 to %(most)s steps, got %(length)s", most=MOST_STEPS, length=len(texts)
        )
    if (longest := max(map(len, texts))) > LONGEST_STEP:
        raise RuleError(
            "playbook: expected steps of at most %(most)s characters, got %(longest)s",
            most=LONGEST_STEP,
            longest=longest,
        )
    return texts
