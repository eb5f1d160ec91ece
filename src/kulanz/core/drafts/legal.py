"""Words of law in a draft: what a lawyer would be asked about. Exact words, so that it can be told which."""

from __future__ import annotations

import re
from typing import Final

_LEGAL: Final = re.compile(
    r"""(?<!\w)(?:
        §{1,2}\s?\d+\w* | (?:Rechts|Fach)?anw[aä]lt\w* | Kanzlei\w* | Rechtsabteilung\w*
      | (?:ein|ver)?klag(?:e|en|t|te|ten)? | gerichtlich\w* | außergerichtlich\w*
      | (?:Amts|Land|Oberlandes)?gericht(?:e|en|es|s)? | Gerichtsverfahren\w* | Gerichtsvollzieher\w*
      | Mahnbescheid\w* | Vollstreckung\w* | Straf(?:anzeige|antrag)\w* | Unterlassung\w* | Abmahnung\w*
      | abmahnen | Schadens?ersatz\w* | Haftung\w* | haft(?:en|et|bar) | rechtlich\w* | rechtswidrig\w*
      | Rechts(?:mittel|weg|grundlage|anspruch|ansprüche|lage|pflicht)\w* | Vertragsstrafe\w*
      | BGB | HGB | StGB | ZPO | DSGVO | AGB | Allgemeinen?\sGeschäftsbedingungen | Nutzungsbedingungen
      | lawyers? | attorneys? | solicitors? | legal(?:ly)? | lawsuits? | litigat\w+ | sue[sd]? | suing
      | courts? | tribunals? | bailiffs? | liab(?:le|ility|ilities) | defamat\w+ | libel\w* | slander\w*
      | cease\sand\sdesist | injunctions? | prosecut\w+ | statut(?:e|es|ory) | GDPR
      | terms\sand\sconditions | terms\sof\s(?:service|use) | breach\sof\scontract
      | (?:section|clause)\s\d+\w*
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)


def legal_words(text: str) -> tuple[str, ...]:
    """Return the words of law in a text, each once, as they stand there."""
    return tuple(dict.fromkeys(match.group() for match in _LEGAL.finditer(text)))
