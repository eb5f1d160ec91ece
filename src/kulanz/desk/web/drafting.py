"""Where the check of a draft stands on a page: below the text of each form for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse

if TYPE_CHECKING:
    from kulanz.desk.services.draft_checks import Checked


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands below a text; ``form`` and ``pk`` are those of ``Kept``. ``checked`` may be None."""

    form: str
    pk: int
    checked: Checked | None = None
    refused: str = ""
    may_judge: bool = True


@dataclass(frozen=True, slots=True)
class DraftForm:
    """The addresses of a form's check, verdicts and suggestions, and how the ids of its field begin."""

    check: str
    judge: str
    suggest: str
    field: str

    def context(self, pk: int) -> dict[str, str]:
        return {
            "check_url": reverse(self.check, args=[pk]),
            "judge_url": reverse(self.judge, args=[pk]),
            "suggest_url": reverse(self.suggest, args=[pk]),
            "field_id": self.field % pk if "%" in self.field else self.field,
            "panel_id": f"check-{self.check.removesuffix('_check')}-{pk}",
        }


FORMS: Final[Mapping[str, DraftForm]] = {
    "case_reply": DraftForm("case_check", "case_judge", "case_suggest", "reply-text"),
    "thread_reply": DraftForm("thread_check", "thread_judge", "thread_suggest", "reply-text"),
    "reply_edit": DraftForm("reply_check", "reply_judge", "reply_suggest", "text-%d"),
}
