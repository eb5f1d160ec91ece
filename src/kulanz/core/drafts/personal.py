"""Personal data that a public draft would reveal: of the customer, not the company's own contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kulanz.core.drafts.mentions import amounts, stems
from kulanz.core.drafts.pieces import Piece, pieces

KINDS: Final = (
    "iban", "card", "email", "phone", "address", "birth", "number", "amount", "payment", "health", "name",
    "details", "case",
)  # fmt: skip


class Revealed(NamedTuple):
    """A passage and the kind of personal data in it."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Known:
    """What everybody in the thread knows already: who writes there, and what customers wrote.

    ``names`` are account names, mentions and the draft's author, ``said`` is what was written.
    """

    names: str
    said: str

    def knows(self, name: str) -> bool:
        """Whether a part of a name stands in an account name, as in "IanWilkinson", or was written before."""
        return name in _NO_NAMES or name in self.names.lower() or name in self.said.lower()


_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+")
"""Web addresses hold numbers that say nothing about anybody."""

_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ .]?[A-Z0-9]{2,4}){3,8}\b")
_CARD: Final = re.compile(r"(?<![\w-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w.,/-])(?:\+\d{1,3}|0)[\d ()/.–-]{6,18}\d(?![\w])")
_STREET: Final = re.compile(
    r"""\b[A-ZÄÖÜ][\w.-]*(?:straße|strasse|str\.|weg|gasse|platz|allee|ufer|damm|ring|chaussee|stieg|hof|berg|graben)
        \s\d{1,4}(?:\s?[a-z])?\b
      | \b\w+(?:er|e)\s(?:Straße|Str\.|Weg|Platz|Allee|Ufer|Gasse|Damm|Ring)\s\d{1,4}(?:\s?[a-z])?\b
      | \b(?:Am|Im|An\sder|Auf\sdem|Zum|Zur)\s
        (?!Jahr|(?:Abs|Kap|Punkt|Paragra|Schritt|Gleis|Schalter|Terminal)\w*|\w+tag\b
        |(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)\w*)[A-ZÄÖÜ]\w+\s\d{1,4}[a-z]?\b(?!\.|\s?Uhr)
      | \b\d{1,5}[A-Za-z]?\s(?:[A-Z][\w']+\s){1,3}(?:Tower|House|Mansions|Heights|Buildings|Street|St
       |Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Court|Way|Terrace|Crescent|Gardens|Place|Square|Grove|Row|Hill|Mews|Boulevard)\b
      | \b(?:Zimmer|Wohnung|Whg\.|Room|Flat|Apartment|Apt\.?|Suite|Unit)\s\d{1,4}[A-Za-z]?\b
      | \b\d{5}\s[A-ZÄÖÜ][a-zäöüß]{2,}\b
      | \b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b
    """,
    re.VERBOSE,
)
_BIRTH: Final = re.compile(
    r"(?:geboren|geburtsdatum|geburtstag|geb\.|jahrgang|born|birth|birthday|dob)\W+(?:\w+\W+){0,3}?\d",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"""(?<!\w)(?:(?:\w*(?:kunden|bestell|auftrags|rechnungs|vertrags|buchungs|ticket|vorgangs|fall|konto|sendungs|mitglieds
          |versicherungs|policen|patienten|zähler|geräte|serien|rezept|akten|depot|karten|mandats|rufnummer|schadens|polic)
        \w*-?(?:nummer|nr\.?|no\.?|zeichen|id)|aktenzeichen
        |(?:order|invoice|account|customer|booking|ticket|case|reference|ref|policy|contract|member(?:ship)?|tracking|claim
          |meter|patient|serial|reservation|loan|card|parcel|prescription|licen[cs]e)\s?
         (?:number|no\.?|nr\.?|id|reference|ref|\#)
        |(?:order|invoice|booking|ticket|case|claim|policy|bestellung|rechnung|auftrag|vertrag|vorgang|ticket|fall|buchung
          |zähler|police|konto|account|reservation|parcel|loan|schaden|depot|sendung|reference))
        \W{0,3}(?:lautet\s|ist\s|is\s|ending\s(?:in\s)?|mit\sder\sendung\s|nr\.?\s|no\.?\s)?\W{0,2})
        (?P<id>\#?(?=[\w/.-]*\d{2})[A-Z0-9][A-Z0-9/.-]{2,}[A-Z0-9]|\d{3,})\b
      | (?<![\w-])(?P<bare>[A-Z]{1,4}[-/]\d{3,}[\w/-]*|\#\d{4,}|\d{6,}|[A-Z]{2,4}\d{4,})\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SHOUTED: Final = re.compile(r"(?<![\w-])(?:[A-Z]{1,4}[-/ ]?\d{3,}[\w/-]*|\#\d{4,}|\d{6,})\b")
_OF_A_THING: Final = re.compile(
    r"(?:error|fehler|version|modell?|code|build|release)\W+(?:code\W+)?$", re.IGNORECASE
)
_NEAR: Final = 20
_OWN: Final = re.compile(
    r"""(?<!\w)(?:mich|mir|uns|unsere?[rmn]?|meine?[rmn]?|durchwahl|hotline|erreich\w*|anrufen|direkt|me|my|us|our|reach|call|contact
      |extension|ext|direct|write\sto|line|tel|telefon|mail\san|telefonisch)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_THEIRS: Final = re.compile(
    r"""(?<!\w)(?:Ihre?[nmrs]?|Ihnen|[Dd]eine?[nmrs]?|[Yy]our|his|her|their|seine?[nmrs]?|hinterlegt\w*|registriert\w*
      |on\sfile|registered|customer's|kunde|kundin|kunden|customer)(?!\w)""",
    re.VERBOSE,
)
_THEIR_NUMBER: Final = re.compile(
    r"""(?<!\w)(?:(?:Ihre[rn]?|[Dd]eine[rn]?|[Yy]our)\s(?:\w+\s)?(?:\w*[Nn]ummer|Mail\w*|E-Mail\w*|Adresse|number|phone|mobile|e-?mail|address)
      |best\snumber|hinterlegt\w*|on\sfile|noch\saktuell|still\sright)(?!\w)""",
    re.VERBOSE,
)
_CHECKED_BACK: Final = re.compile(
    r"(?:,|–)\s(?:richtig|korrekt|stimmt(?:\sdas|'s)?|oder|correct|right|yes)\?$", re.IGNORECASE
)
_CLAIM: Final = re.compile(
    r"""(?<!\w)(?:\w*rechnung\w*|\w*forderung\w*|offen\w*|ausstehend\w*|\w*rückstand\w*|\w*mahn\w*|saldo|kontostand
      |\w*beitr[aä]g\w*|\w*abbuch\w*|abgebucht|\w*gehalt\w*|\w*schuld\w*|fällig\w*|\w*rate\w*|\w*kredit\w*|\w*dispo\w*
      |\w*betrag\w*|\w*miete\w*|\w*honorar\w*|\w*gebühr\w*|\w*kosten\w*|\w*einkommen\w*|\w*konto\w*|\w*zahlung\w*|\w*preis
      |zahlen|zahlten|gezahlt|schulden|invoice\w*|bills?|balance|owed?|owing|outstanding|overdue|debt|salary|income
      |payments?|charged?|charges|arrears|fees?|rent|loan|deposit|spent|paid|instal\w+|overdraft|limit|claim)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_PAYMENT: Final = re.compile(
    r"""(?<!\w)(?:rücklastschrift\w*|zahlungsrückst\w+|in\sverzug|zahlungsverzug|nicht\sgedeckt|mangels\sdeckung|mahnstufe\w*
      |schufa-?\w*|ratenzahlung\w*|inkasso\w*|pfändung\w*|insolvenz\w*|kontodeckung|mastercard|visa|paypal|lastschrift\s\w+\s(?:zurück|geplatzt)\w*
      |in\sarrears|missed\s(?:\w+\s)?payments?|overdue|(?:card|payment)\s\w+\sdeclined|bounced|credit\s(?:score|check|rating|report)|overdrawn
      |defaulted|insolven\w+|late\spayments?|payment\splan|card\sending\sin|plate\sending|insufficient\sfunds)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_HEALTH: Final = re.compile(
    r"""(?<!\w)(?:\w*krankheit\w*|erkrank\w+|(?:not|herz|knie|hüft|augen)?operation|operiert|diagnos\w+|\w*depressi\w+|schwanger\w*|\w*behinderung\w*|schwerbehindert\w*
      |\w*therapie\w*|medikament\w*|diabet\w+|krebs\w*|\w*krankmeldung\w*|arbeitsunfähig\w*|reha
      |pflegegrad\w*|pflegestufe|allergi\w+|asthma|epileps\w+|burn-?out|psych\w+|(?:herz|rücken|nieren|magen|leber|haut)leiden|\w*befund(?:e|s|es)?|hörgerät\w*|rollstuhl\w*
      |\w*attest\w*|insulin\w*|dialyse|herzinfarkt\w*|herzfehler\w*|bandscheib\w+|migräne|(?:alkohol|spiel|drogen|ess|mager)sucht|ivf|fehlgeburt\w*|chemo\w*|prothes\w+|blutwert\w*|panikattack\w+|\w*biopsie\w*|herzschrittmacher|tumor\w*|demenz\w*|autis\w+|\w*screening
      |illness\w*|disabilit\w+|disabled\s(?:person|child|customer|passenger)|surger\w+|pregnan\w+|medication\w*|diagnosed|cancer|wheelchair\w*|therapy
      |disorder\w*|chemo\w*|epilep\w+|migraine\w*|sick\s(?:note|leave)|hearing\said\w*|anxiety
      |prescri\w+|psychiatr\w+|addiction|stroke|heart\s(?:attack|failure|condition|disease)|arthritis|allerg\w+|miscarriage|panic\sattacks?|blood\s(?:count|test\w*|result\w*|pressure|sugar)|biops\w*|pacemaker|coeliac|celiac|ferritin|tumou?r\w*|scan\sresult\w*
      |dementia|autis\w+|adhd|asthma)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_SOMEBODY: Final = re.compile(r"\b(?:Sie|[Yy]ou|du|er|sie|[Hh]e|[Ss]he|[Hh]er|[Hh]is|[A-Z][a-z]+['’]s)\b")
_TITLED: Final = re.compile(
    r"\b(?P<title>Herrn?|Frau|Familie|Mr|Mrs|Ms|Miss)\.?\s(?:Dr\.\s|Prof\.\s)?(?P<name>[A-ZÄÖÜ][\w'’-]+(?:\s[A-ZÄÖÜ][\w'’-]{2,})?)"
)
_GREETED: Final = re.compile(
    r"""^(?:(?:Sehr\sgeehrte[rs]?|Liebe[rs]?|Hallo|Hi|Hey|Moin|Guten\s(?:Tag|Morgen|Abend)|Servus|Dear|Hello
        |Good\s(?:morning|afternoon|evening))\s)(?P<name>[A-ZÄÖÜ][a-zäöüß'’-]+(?:\s[A-ZÄÖÜ][\w'’-]+)?)""",
    re.VERBOSE,
)
_RELATIVE: Final = re.compile(
    r"""\b(?:auf\sden\sNamen|im\sNamen\svon|in\sthe\sname\s(?:of)?|under\sthe\sname)\s(?P<named>[A-ZÄÖÜ][a-zäöüß]+(?:\s[A-ZÄÖÜ][\w.]*)?)
      |\b(?:Ihre?[nmrs]?|deine?[nmrs]?|seine?[nmrs]?|[Yy]our|[Hh]er|[Hh]is)\s(?:Mann|Frau|Ehemann|Ehefrau|Mutter|Vater|Sohn|Tochter|Partner(?:in)?|Nachbar(?:in|n)?
      |Schwester|Bruder|husband|wife|mother|father|son|daughter|partner|neighbour|sister|brother)\s(?P<name>[A-ZÄÖÜ][a-zäöüß]+)""",
    re.VERBOSE,
)
_THIRD: Final = re.compile(
    r"""(?<!\w)(?:(?:this|the|our|that)\s(?:\w+\s)?(?:lady|gentleman|man|woman|customer|passenger|guest|caller|user|patient|mum
      |member|client|tenant|family|couple|sender|buyer)|(?:this|that)\saccount
      |(?:der|die|dieser?|diese[nm]|den|dem|unsere?)\s(?:\w+\s)?(?:dame|herr|kunde|kundin|fahrgast|gast|stammgast|stammkund\w+|anruferin|anrufer
      |nutzer|nutzerin|patientin|patient|mitglied|mieter|mieterin|familie|paar|käufer|käuferin))(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_DID: Final = re.compile(
    r"""(?<!\w)(?:has|had|was|were|did|rang|called|took|made|got|bought|left|wrote|spent|told|went|sent|paid|\w{2,}ed|hat|hatte|haben
      |war|wurde|stellt\w*|bestellt\w*|rief|buchte|kaufte)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTED: Final = re.compile(
    r"""\d|(?<!\w)(?:once|twice|second|third|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen\w*|several|last|since|times
      |this\s(?:year|month|week)|zwei\w*|drei\w*|vier\w*|fünf\w*|sechs\w*|sieben\w*|acht\w*|neun\w*|zehn\w*|elf\w*|zwölf\w*|mehrfach
      |mehrmals|bereits|letzte[nrs]?|seit|mal|jahr)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_NAME_WORDS: Final = """
    zusammen alle allerseits leute community kunde kundin kunden kundinnen mitglied mitglieder damen
    herren nutzer nutzerin team familie family patient ihnen sie dir und interessierte forum runde gast
    gäste all everyone everybody there folks members customer customers sir madam user guest readers again
    friends nachbarn fahrgast patientin mitlesende
"""
_NO_NAMES: Final = frozenset(_NO_NAME_WORDS.split())
_DATE: Final = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{2}){0,2}")
_IDENTIFYING: Final = (
    (_IBAN, "iban"), (_CARD, "card"), (_EMAIL, "email"), (_PHONE, "phone"), (_STREET, "address"),
    (_BIRTH, "birth"), (_NUMBER, "number"),
)  # fmt: skip


def revealed(text: str, known: Known) -> list[Revealed]:
    """Return the passages of a draft that would reveal personal data, in order and without overlaps."""
    listed = pieces(_ADDRESS.sub(lambda match: " " * len(match.group()), text))
    return _apart(one for finder in (_plain, _listed_numbers, _spoken) for one in finder(listed, known))


def identifying(text: str) -> list[Revealed]:
    """Return what says by itself who or where somebody is, in order and without overlaps."""
    found = [
        Revealed(match.start(), match.end(), kind)
        for pattern, kind in _IDENTIFYING
        for match in pattern.finditer(text)
        if not _DATE.fullmatch(match.group())
    ]
    found += [Revealed(*match.span("name"), "name") for match in _TITLED.finditer(text)]
    for start, _end, piece in pieces(text):
        greeted = _GREETED.match(piece)
        if greeted and greeted["name"].split()[0].lower() not in _NO_NAMES:
            begin, end = greeted.span("name")
            found.append(Revealed(start + begin, start + end, "name"))
    return _apart(found)


def _apart(found: Iterable[Revealed]) -> list[Revealed]:
    kept: list[Revealed] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, KINDS.index(one.kind))):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def valid_iban(written: str) -> bool:
    """Whether the check digits of an IBAN are right (ISO 13616, MOD 97-10)."""
    compact = re.sub(r"[^A-Z0-9]", "", written.upper())
    if not 15 <= len(compact) <= 34:  # noqa: PLR2004 - the lengths that the standard allows
        return False
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


def valid_card(written: str) -> bool:
    """Whether the check digit of a card number is right (Luhn, ISO/IEC 7812)."""
    digits = [int(sign) for sign in reversed(written) if sign.isdigit()]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return 13 <= len(digits) <= 19 and (sum(digits[::2]) + doubled) % 10 == 0  # noqa: PLR2004 - as issued


def _plain(listed: Sequence[Piece], _: Known) -> Iterator[Revealed]:
    """What is personal wherever it stands, unless it is how the company is reached."""
    for start, _end, text in listed:
        yield from _matches(_IBAN, text, start, "iban", valid_iban)
        yield from _matches(_CARD, text, start, "card", valid_card)
        yield from _matches(_STREET, text, start, "address")
        yield from _matches(_BIRTH, text, start, "birth")
        if _CHECKED_BACK.search(text) and any(map(str.isdigit, text)):
            yield Revealed(start, start + len(text), "details")
        if (_THEIRS.search(text) and not _own_contact(text)) or _THEIR_NUMBER.search(text):
            yield from _matches(_EMAIL, text, start, "email")
            yield from _matches(_PHONE, text, start, "phone")


def _own_contact(text: str) -> bool:
    """Whether the passage says how the company is reached, and not which number the customer has."""
    return _OWN.search(text) is not None


def _listed_numbers(listed: Sequence[Piece], known: Known) -> Iterator[Revealed]:
    for start, _end, text in listed:
        for match in _NUMBER.finditer(text):
            written = match["id"] or match["bare"]
            if match["bare"] and not _SHOUTED.match(written):
                continue
            if _OF_A_THING.search(text, max(0, match.start() - _NEAR), match.start()):
                continue
            if written in known.said or _PHONE.search(text, match.start()) or _is_year(written):
                continue
            yield Revealed(start + match.start(), start + match.end(), "number")


def _is_year(written: str) -> bool:
    return len(written) == 4 and written[:2] in ("19", "20")  # noqa: PLR2004 - a year has four digits


def _spoken(listed: Sequence[Piece], known: Known) -> Iterator[Revealed]:
    """What is personal by what the passage is about, and not known from the thread."""
    said = stems(known.said)
    told = {value for _, _, value in amounts(known.said)}
    for start, end, text in listed:
        if _CLAIM.search(text) and _THEIRS.search(text):
            yield from (
                Revealed(start + begin, start + stop, "amount")
                for begin, stop, value in amounts(text)
                if value not in told
            )
        for pattern, kind in ((_PAYMENT, "payment"), (_HEALTH, "health")):
            new = [match for match in pattern.finditer(text) if not _told(match.group(), said, known)]
            if new and (kind == "payment" or _concerns(text)):
                yield Revealed(start, end, kind)
        yield from (Revealed(start + a, start + b, "name") for a, b in _names(text, known))
        if all(pattern.search(text) for pattern in (_THIRD, _DID, _COUNTED)):
            yield Revealed(start, end, "case")


def _told(word: str, said: frozenset[str], known: Known) -> bool:
    return bool(stems(word) & said) or word.lower() in known.said.lower()


def _concerns(text: str) -> bool:
    return _THEIRS.search(text) is not None or _SOMEBODY.search(text) is not None


def _names(text: str, known: Known) -> Iterator[tuple[int, int]]:
    """Yield names of which the thread does not know: of who is called by it, and of relatives."""
    greeted, titled = _GREETED.match(text), list(_TITLED.finditer(text))
    if greeted and not titled and not known.knows(greeted["name"].split()[0].lower()):
        yield greeted.span("name")
    for match in (*titled, *_RELATIVE.finditer(text)):
        group = "name" if match["name"] else "named"
        parts = re.findall(r"[^\W\d_]{2,}", match[group].lower())
        if not any(map(known.knows, parts)) and (match.re is _RELATIVE or _calls(text, match)):
            yield match.span(group)


def _calls(text: str, match: re.Match[str]) -> bool:
    """Whether a titled name calls a person, as in a greeting; most others are colleagues."""
    return _GREETED.match(text) is not None or (
        match.start() == 0 and text[match.end() : match.end() + 1] == ","
    )


def _matches(
    pattern: re.Pattern[str], text: str, offset: int, kind: str, valid: object = None
) -> Iterator[Revealed]:
    for match in pattern.finditer(text):
        if not callable(valid) or valid(match.group()):
            yield Revealed(offset + match.start(), offset + match.end(), kind)
