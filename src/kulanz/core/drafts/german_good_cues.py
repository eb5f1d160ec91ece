"""German turns of phrase of what a good answer has; ``cues`` tells how they are written."""

from __future__ import annotations

from typing import Final

GERMAN_GOOD: Final = {
    "action": """
        (?:ich|wir) (?:habe|haben) ~ (?:\\w*ge\\w+(?:t|en)|be\\w+(?:t|en)|ver\\w+(?:t|en)|er\\w+(?:t|en)|\\w+iert)
        (?:habe|haben) (?:ich|wir) ~ (?:\\w*ge\\w+(?:t|en)|be\\w+(?:t|en)|ver\\w+(?:t|en)|er\\w+(?:t|en)|\\w+iert)
        (?:ich|wir) (?:prüfe|schicke|sende|rufe|melde|kläre|kümmere|überweise|storniere|erstatte|buche|hole|bringe|spreche|gebe|leite|nehme|setze|stoppe|korrigiere|frage|lasse|suche|werde|tausche|bespreche|übernehme|hebe|ziehe|halte|schaue|schreibe|gehe|sorge|bestelle|lege)n?
        (?:prüfe|schicke|sende|rufe|melde|kläre|kümmere|überweise|storniere|erstatte|buche|hole|bringe|spreche|gebe|leite|nehme|setze|stoppe|korrigiere|frage|lasse|suche|werde|tausche|bespreche|übernehme|hebe|ziehe|halte|schaue|schreibe|gehe|sorge|bestelle|lege)n? (?:ich|wir)
        (?:bekommen|erhalten|bekommst|erhältst) (?:sie|du)
        (?:sie|du) (?:bekommen|erhalten|bekommst|erhältst)
        (?:ist|sind) ~ (?:gestoppt|storniert|erstattet|angewiesen|unterwegs|freigegeben|gutgeschrieben|aufgehoben|gelöscht|raus|zurückgenommen|freigeschaltet|korrigiert)
        (?:überweist|meldet|kommt|ruft|schickt|prüft|bringt|kümmert|liefert|tauscht|holt|stellt|bearbeitet)
    """,
    "who": """
        ich
        mein* (?:kolleg\\w+|team|chef\\w*)
        unser* (?:kolleg\\w+|technik\\w*|team|\\w*leiter\\w*|\\w*leitung|buchhaltung|\\w*team|disposition|lager|werkstatt)
        (?:herr|frau|kolleg\\w+) [a-zäöü]\\w+ ~ (?:meldet|kümmert|ruft|übernimmt|prüft|kommt)
        zuständig (?:bin|ist)
    """,
    "deadline": """
        (?:bis|am|ab|um|noch|spätestens|gegen|vor|im laufe) ~ (?:heute|morgen|übermorgen|\\w+tag\\w*|uhr|mittag|abend|wochenende|woche|monatsende|ende|feierabend|\\d{1,2}\\.)
        (?:heute|morgen|übermorgen)
        (?:innerhalb|binnen) ~ (?:stunde|tag|minute|woche|werktag)\\w*
        in (?:etwa |rund |den nächsten |spätestens |gut |\\w+ )?(?:\\w+ )?(?:stunde|minute|tag|woche|werktag|arbeitstag)\\w*
        um \\d{1,2}(?:[:.]\\d\\d)? uhr
        (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\\w*
        (?:sofort|eben|soeben|gerade)
        (?:diese|nächste|kommende)[rn]? (?:woche|tage|monat)\\w*
    """,
    "contact": """
        durchwahl
        erreich(?:en|bar|st) ~ (?:mich|unter|direkt|bin)
        (?:erreichen|rufen|schreiben|melden) sie ~ (?:mich|mir|direkt)
        (?:schreib|ruf|meld\\w*) ~ (?:mich|mir)
        direkt (?:an|bei|zu) (?:mich|mir)
        an mich
        bei mir
        (?:0|\\+49)[\\d /-]{6,}
        [\\w.+-]{1,64}@[\\w.-]+
        ansprechpartner\\w* (?:bin|ist) \\w+
        persönliche* ansprechpartner\\w*
        zuständig bin
    """,
    "apology": """
        entschuldig*
        (?:tut|täte) (?:es |mir |uns |das )*(?:\\w+ )?leid
        leid tut
        um verzeihung
        verzeih*
        pardon
        (?:unser|mein|ein) fehler (?:von uns|unsererseits|und|war|gewesen)*
        (?:das|es) (?:war|ist) (?:unser|mein) (?:fehler|versäumnis|versagen)
        hätte* (?:nie|nicht|niemals|so nicht) ~ (?:passieren|dürfen|sollen|geschehen)
        (?:unser|mein)e? (?:schuld|versäumnis)
        (?:schäme|beschämend|peinlich)
        bedauere ich
        sorry
    """,
    "empathy": """
        (?:verstehe|verstehen|nachvollziehen|nachfühlen|nachempfinden)
        (?:ärgerlich|frustrierend|belastend|zermürbend|unerträglich|bitter|schlimm|unangenehm|anstrengend|nervig|beängstigend|entwürdigend|zumutung|traurig|enttäuschend|peinlich|hart)\\w*
        (?:ist|sind) mir (?:klar|bewusst)
        ? ich weiß
        kann ich mir (?:gut )?vorstellen
        (?:sorge|angst|wut|ärger|frust|stress|not|schreck|verzweif|nerven|schlaf)\\w*
        (?:verständlich|zu recht|mit recht|nur zu gut)
        niemand (?:sollte|möchte|will|wartet)
        (?:nimmt|kostet|raubt) ~ (?:zeit|kraft|nerven|schlaf|vertrauen)
        ihnen (?:fehlt|fehlte|entgangen|genommen|zugemutet)
        wer ~ (?:wartet|braucht|steht)
        steht man
        ? statt (?:sich|zu)
        ? gerade (?:wenn|jetzt|mit|in|vor)
        (?:verlorener?|verdorbener?|verpasst\\w*|umsonst|vergeblich)
    """,
}
