"""What the adapters say of holds and gestures, in the member's language."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from kulanz.desk.rules.customers import ClaimFacts

FIXED: Final = frozenset({
    gettext_noop("Lago's public API knows no holds"),
    gettext_noop("billing has not answered"),
    gettext_noop("billing would be told nothing"),
    gettext_noop("billing would be told to give it"),
    gettext_noop("billing would be told to place it"),
    gettext_noop("billing would be told to release it"),
    gettext_noop("done in Tryton"),
    gettext_noop("dunning goes on where it was"),
    gettext_noop("not restored everywhere: order the release again"),
    gettext_noop("nothing of it is dunned"),
    gettext_noop("nothing was ordered"),
    gettext_noop("ordered, but not blocked everywhere: order it again, and ask who takes it off there"),
    gettext_noop("ordered; Tryton does not show it as done: a draft credit note has to be posted there"),
    gettext_noop("the credit note was cancelled in Tryton"),
    gettext_noop("the draft credit note is there, and nothing would be done"),
})  # fmt: skip
_TRIED: Final = "dry run: "
_WOULD: Final = {
    re.compile(
        r"a draft credit note for invoice (?P<invoice>.+) over (?P<amount>.+) would be made"
    ): gettext_noop("a draft credit note for invoice %(invoice)s over %(amount)s would be made"),
    re.compile(r"claim (?P<claim>\S+), due on (?P<due>\S+), would be due on (?P<until>\S+)"): gettext_noop(
        "claim %(claim)s, due on %(due)s, would be due on %(until)s"
    ),
}
_REFUSED: Final = re.compile(r"(?P<system>Odoo|Tryton) refused: (?P<words>.+)")
_SILENT: Final = "it did not say why"
_LONGEST_NAME: Final = 60
_BLOCKED: Final = re.compile(r"(the customer with )?(\d+) claims? would be (blocked|restored)")


def billing_said(text: str) -> str:
    """Return what billing said; words of billing's own, which nobody here knows, as they are."""
    if text.startswith(_TRIED):
        return _("dry run: %(would)s") % {"would": billing_said(text.removeprefix(_TRIED))}
    if found := _REFUSED.fullmatch(text):
        quoted = _("%(system)s refused it: “%(words)s”")
        said = _("%(system)s refused it without saying why") if found["words"] == _SILENT else quoted
        return said % found.groupdict()
    for pattern, words in _WOULD.items():
        if found := pattern.fullmatch(text):
            return _(words) % found.groupdict()
    found = _BLOCKED.fullmatch(text)
    if found is None:
        return _(text) if text in FIXED else text
    whole, number, what = found.groups()
    claims = ngettext("%(n)s claim", "%(n)s claims", int(number)) % {"n": number}
    of = _("the customer with %(claims)s") % {"claims": claims} if whole else claims
    words = _("%(of)s would be blocked") if what == "blocked" else _("%(of)s would be restored")
    return words % {"of": of}


def claim_named(key: str, facts: ClaimFacts | None) -> str:
    """A claim as billing names it: its number, and in brackets what it is for."""
    return f"{key} ({facts.what[:_LONGEST_NAME]})" if facts and facts.what else key
