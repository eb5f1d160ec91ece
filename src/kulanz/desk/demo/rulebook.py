"""The rules of the demo's community, and its public log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.rulebook import Wording
from kulanz.desk.services import log_keys, rulebook

RULES: Final[Mapping[str, Wording]] = {
    "no-insults": Wording(
        title_de="Keine Beleidigungen",
        title_en="No insults",
        text_de="Streiten Sie über die Sache. Wer **andere herabsetzt**, dessen Beitrag wird verborgen.",
        text_en="Argue about the matter. A post that **belittles others** is hidden.",
    ),
    "criticism-stays": Wording(
        title_de="Kritik bleibt stehen",
        title_en="Criticism stays",
        text_de=(
            "Kritik an uns ist kein Grund, einen Beitrag zu ändern oder zu entfernen.\n\n"
            "- Was wir moderieren, steht im Moderationsprotokoll.\n"
            "- Wer nicht einverstanden ist, kann Einspruch einlegen."
        ),
        text_en=(
            "Criticism of us is no reason to edit or remove a post.\n\n"
            "- What we moderate stands in the moderation log.\n"
            "- Whoever disagrees can appeal."
        ),
    ),
    "no-data-of-others": Wording(
        title_de="Keine Daten anderer",
        title_en="No data of others",
        text_de="Rechnungen, Adressen und Nachrichten anderer gehören nicht hierher.",
        text_en="Invoices, addresses and messages of others do not belong here.",
    ),
}
_STRICTER: Final = Wording(
    title_de="Keine Beleidigungen",
    title_en="No insults",
    text_de="Streiten Sie über die Sache. Wer **andere herabsetzt**, wird verwarnt, der Beitrag verborgen.",
    text_en="Argue about the matter. Whoever **belittles others** is warned, and the post is hidden.",
)
_AHEAD: Final = timedelta(days=14)


def publish_rules(lead: Actor, began: datetime, now: datetime) -> None:
    """Begin the log, publish the rules, and announce a change of one of them."""
    log_keys.begin_log(now=began)
    for key, wording in RULES.items():
        rule = rulebook.save_rule(actor=lead, rule=None, seen=0, key=key, wording=wording, now=began)
        made = rulebook.publish(actor=lead, rule=rule, seen=rule.version, start=began, now=began)
        if key == "no-insults":
            rule = rulebook.save_rule(
                actor=lead, rule=made.rule, seen=made.rule.version, key=key, wording=_STRICTER, now=now
            )
            rulebook.publish(actor=lead, rule=rule, seen=rule.version, start=now + _AHEAD, now=now)
