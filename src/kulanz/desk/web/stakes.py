"""Forms that correct what is at stake, or take a correction back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.urls import path
from django.utils.translation import gettext as _

from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.stakes import PARTS, names_of
from kulanz.desk.services import stakes
from kulanz.desk.web.case_deeds import on_case
from kulanz.desk.web.deeds import Deed
from kulanz.desk.web.issue_deeds import on_issue

if TYPE_CHECKING:
    from kulanz.desk.models import Case, Issue

WAS: Final = "was."
"""Before the name of a number: what its field showed. Only what differs from it is a correction."""


@on_case.deed(Right.SEE_VALUES)
def correct_case(deed: Deed[Case]) -> str:
    stakes.correct(
        about=deed.row, values=_values(deed.request.POST), reason=deed.text("reason"), **deed.decided
    )
    deed.told(_("Corrected."))
    return on_case.address(deed.row) + "#stake"


@on_issue.deed(Right.SEE_VALUES)
def correct_issue(deed: Deed[Issue]) -> str:
    stakes.correct(
        about=deed.row, values=_values(deed.request.POST), reason=deed.text("reason"), **deed.decided
    )
    deed.told(_("Corrected."))
    return on_issue.address(deed.row) + "#stake"


def _values(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the numbers of a line that differ from what its page showed; all, where they are taken back."""
    names = names_of(next((code for code in PARTS if code == posted.get("line")), "claim"))
    if "back" in posted:
        return dict.fromkeys(names, "")
    changed = {name: posted.get(name, "") for name in names if posted.get(name) != posted.get(WAS + name)}
    if not changed:
        raise RuleError("correct a number: none was changed")
    return changed


urlpatterns = [
    path("cases/<int:pk>/stake", correct_case, name="case_stake"),
    path("issues/<int:pk>/stake", correct_issue, name="issue_stake"),
]
