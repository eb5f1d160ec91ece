"""What accounts are in a conversation, as its signals suggest it. People decide; this only proposes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from kulanz.core.report import PostFinding, ThreadDetail

YES: Final = 0.5
AMPLIFIED: Final = "amplified"
AFFECTED: Final = ("complainant", "affected")
"""Roles of those who count as affected, in a conversation as in an issue."""
GRIEF: Final = ("complaint", "affected")
HEAT: Final = ("anger", "distrust", "leave", "threat")
# the weakest first: an account keeps the strongest it has shown
STRENGTH: Final = ("calming", "defending", "annoyed", "amplifier", "affected", "complainant", "staff")


def suggested_roles(detail: ThreadDetail) -> dict[str, str]:
    """Return the role of every account that shows one, by its key.

    The meanings are those of ``kulanz.core.measures.reactions``: the complainant is the first with an own
    complaint, for whom opens the thread being affected is enough. Amplifiers carry the matter to a public.
    """
    amplifying = {
        post for reason in detail.report.reasons if reason.code == AMPLIFIED for post in reason.posts
    }
    roles: dict[str, str] = {}
    opener = detail.findings[0].post.author_id if detail.findings else None
    complained = False
    for finding in detail.findings:
        author = finding.post.author_id
        if author is None:
            continue
        role = _shown(finding, amplifying)
        if role == "affected" and not complained and _complains(finding, is_opener=author == opener):
            complained, role = True, "complainant"
        if role:
            roles[author] = stronger(roles.get(author), role)
    return roles


def count_affected(roles: Mapping[str, str]) -> int:
    """Return how many accounts are affected, the complainant among them."""
    return sum(role in AFFECTED for role in roles.values())


def stronger(one: str | None, other: str) -> str:
    """Return the role that says more of somebody who shows both."""
    return other if one is None or STRENGTH.index(other) > STRENGTH.index(one) else one


def strongest(found: Collection[Mapping[str, str]]) -> dict[str, str]:
    """Return one role for every account that has some in several conversations."""
    roles: dict[str, str] = {}
    for each in found:
        for account, role in each.items():
            roles[account] = stronger(roles.get(account), role)
    return roles


def _shown(finding: PostFinding, amplifying: Collection[str]) -> str:
    """Return what a post by itself shows its author to be; empty where it shows nothing."""
    shown = (
        ("staff", finding.company),
        ("affected", _says(finding, GRIEF)),
        ("amplifier", finding.post.post_id in amplifying),
        ("defending", _says(finding, ("defends",))),
        ("annoyed", _says(finding, HEAT)),
        ("calming", _says(finding, ("calming",))),
    )
    return next((role for role, is_so in shown if is_so), "")


def _complains(finding: PostFinding, *, is_opener: bool) -> bool:
    return is_opener or _says(finding, ("complaint",))


def _says(finding: PostFinding, labels: Collection[str]) -> bool:
    return any(finding.signals.get(label, 0.0) >= YES for label in labels)
