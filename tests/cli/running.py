"""The types of the fixtures that run commands, and what commands are given."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from click.testing import Result

Run = Callable[..., Result]
Start = Callable[..., "subprocess.CompletedProcess[str]"]


def drafts() -> list[dict[str, object]]:
    """Labelled drafts for ``kulanz train drafts``: of each customer one with all findings, one with none."""
    good = ("addresses", "answers", "action", "who", "deadline", "contact", "apology", "empathy")
    bad = ("quotes_terms", "argues_right", "lists_facts", "blames", "condescends", "canned", "sends_away",
           "passive_defence", "threatens", "false_apology", "audience", "overpromises")  # fmt: skip
    told = "Guten Tag, ich rufe Sie morgen um 12 Uhr an."
    return [
        {
            "id": f"{number}-{kind}",
            "lang": "de",
            "split": "train",
            "scenario": str(number),
            "public": True,
            "customer": {"name": "Adler", "text": "Wann bekomme ich mein Geld?"},
            "earlier_staff": [],
            "draft": text,
            "labels": {"present": present, "passages": [{"code": code, "text": text} for code in found]},
        }
        for number in range(10)
        for kind, text, present, found in (("good", told, good, ()), ("bad", "Lesen Sie die AGB.", (), bad))
    ]
