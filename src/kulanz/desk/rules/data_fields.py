"""What the fields of somebody's own data mean, in both languages: the data dictionary."""

from __future__ import annotations

from typing import Final, NamedTuple

from kulanz.core.spoken import Lang


class Said(NamedTuple):
    """The same in both languages."""

    en: str
    de: str

    def in_(self, lang: Lang) -> str:
        return self.de if lang == "de" else self.en


FIELDS: Final[dict[str, Said]] = {
    "account": Said("name of the account at its source", "Name des Kontos an seiner Quelle"),
    "action": Said("what was done", "was getan wurde"),
    "amount": Said("amount and currency", "Betrag und Währung"),
    "answer": Said("what was answered", "was geantwortet wurde"),
    "at": Said("when", "wann"),
    "attachments": Said("names of attached files", "Namen angehängter Dateien"),
    "automatic": Said("whether a machine wrote it", "ob eine Maschine es geschrieben hat"),
    "by": Said(
        "who of the company; empty: the system itself", "wer vom Unternehmen; leer: das System selbst"
    ),
    "case": Said("title of the matter", "Titel des Anliegens"),
    "channel": Said("the way that it took", "auf welchem Weg"),
    "claim": Said("number of the claim", "Nummer der Forderung"),
    "closed_at": Said("when it was closed", "wann er geschlossen wurde"),
    "contact": Said("who looks after it", "wer sich darum kümmert"),
    "conversation": Said("title of the public conversation", "Titel des öffentlichen Themas"),
    "created_at": Said("when it was made or written", "wann angelegt oder geschrieben"),
    "customer_number": Said("customer number", "Kundennummer"),
    "deadline": Said("until when it is promised or due", "bis wann zugesagt oder fällig"),
    "diff": Said("what was changed in your words", "was an Ihren Worten geändert wurde"),
    "due": Said("day on which it is due", "Tag der Fälligkeit"),
    "email": Said("e-mail address", "E-Mail-Adresse"),
    "ended_at": Said("when it ended", "wann es endete"),
    "ends_at": Said("until when it works", "bis wann er gilt"),
    "entry": Said(
        "name of the entry, the hash of its leaf", "Name des Eintrags, die Prüfsumme seines Blattes"
    ),
    "fault": Said("whose fault somebody thinks it was", "wessen Fehler es nach Meinung von jemandem war"),
    "first_seen_at": Said("when it was first read", "wann zuerst gelesen"),
    "found_at": Said("when it was noticed", "wann bemerkt"),
    "grounds": Said("what speaks for it", "was dafür spricht"),
    "hidden": Said("whether the source hides it", "ob die Quelle es verbirgt"),
    "inbound": Said("whether it came from you", "ob es von Ihnen kam"),
    "issue": Said("title of the public matter", "Titel des öffentlichen Anliegens"),
    "kind": Said("which kind", "welche Art"),
    "label": Said("what was recognised in the words", "was in den Worten erkannt wurde"),
    "language": Said("language", "Sprache"),
    "level": Said("level of dunning", "Mahnstufe"),
    "likes": Said("likes at the source", "Zustimmungen an der Quelle"),
    "links": Said("addresses that you linked", "Adressen, auf die Sie verwiesen haben"),
    "longer": Said("why the answer takes longer", "warum die Antwort länger dauert"),
    "made_at": Said("when it was made", "wann angelegt"),
    "margin": Said("share of the revenue that is left", "Anteil des Umsatzes, der übrig bleibt"),
    "name": Said("name", "Name"),
    "no_contact": Said("you asked not to be asked anything", "Sie wünschen keine Fragen an Sie"),
    "note": Said("what somebody noted about you", "was jemand über Sie notiert hat"),
    "noun": Said("what it was about", "worum es ging"),
    "number": Said("the number that the points come from", "die Zahl, aus der die Punkte entstehen"),
    "objected_at": Said("since when you object", "seit wann Sie widersprechen"),
    "on": Said("on which day", "an welchem Tag"),
    "opened_at": Said("when it was opened", "wann geöffnet"),
    "outcome": Said("how it ended", "wie es ausging"),
    "part": Said("which part of the standing", "welcher Teil des Ansehens"),
    "plan": Said("your plan", "Ihr Tarif"),
    "points": Said("points that it gives", "Punkte, die er gibt"),
    "post": Said("key of the post at its source", "Schlüssel des Beitrags an der Quelle"),
    "posts": Said("how many posts", "wie viele Beiträge"),
    "reach": Said("people within one to four hops", "Menschen im Abstand von einem bis zu vier Schritten"),
    "reason": Said("why", "warum"),
    "reference": Said(
        "name of the measure, which you give when you appeal",
        "Aktenzeichen der Maßnahme für einen Einspruch",
    ),
    "removed": Said("whether it is gone at the source", "ob er an der Quelle entfernt ist"),
    "restricted_at": Said("since when your data is not used", "seit wann Ihre Daten nicht genutzt werden"),
    "review_on": Said("day on which it is looked at again", "Tag, an dem wieder geprüft wird"),
    "revenue_per_month": Said("revenue a month", "Umsatz im Monat"),
    "role": Said("role", "Rolle"),
    "rule": Said("key of the rule, and which version of it", "Schlüssel der Regel und welche Fassung"),
    "said": Said("what you wrote", "was Sie geschrieben haben"),
    "scorer": Said("program and version", "Programm und Version"),
    "sender": Said("who sent it", "wer es geschickt hat"),
    "sent_at": Said("when it went out", "wann gesendet"),
    "settled_at": Said("when it was settled", "wann erledigt"),
    "share": Said("how sure that is, 0 to 1", "wie sicher das ist, 0 bis 1"),
    "since": Said("since when you are a customer", "seit wann Sie Kunde oder Kundin sind"),
    "source": Said("where it was read", "wo gelesen"),
    "state": Said("how it stands", "wie es steht"),
    "subject": Said("subject", "Betreff"),
    "system": Said("which system it comes from", "aus welchem System"),
    "text": Said("the words; names of others are masked", "die Worte; Namen anderer sind verdeckt"),
    "title": Said("title", "Titel"),
    "told_at": Said("when a system last told of it", "wann ein System zuletzt davon berichtete"),
    "url": Said("address at the source", "Adresse an der Quelle"),
    "value": Said("what it comes to", "was herauskommt"),
    "what": Said("what it is about", "worum es geht"),
    "why": Said("why", "warum"),
    "with_posts": Said("whether posts are to go, too", "ob auch Beiträge gehen sollen"),
}
_OF_CLASS: Final = {("satisfaction", "level"): Said("how satisfied, 1 to 5", "wie zufrieden, 1 bis 5")}
"""What means something of its own in one class."""


def meaning(of: str, name: str) -> Said:
    """Return what a field of a class of data means."""
    return _OF_CLASS.get((of, name)) or FIELDS[name]
