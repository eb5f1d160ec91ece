"""Tables of customers: what a file holds, which column is which field, and what a row says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from kulanz.core.money import MoneyError, decimals
from kulanz.desk.rules.customers import ClaimFacts
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.figures import money_in, number_in, whole_in
from kulanz.desk.rules.plain import plain

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
_DELIMITERS: Final = (";", ",", "\t", "|")
_GERMAN_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_PER_CENT: Final = Decimal(100)

FACTS: Final = ("name", "email", "plan", "since", "revenue_per_month", "margin")
CLAIM: Final = ("claim_number", "claim_amount", "claim_due", "claim_what", "dunning_level", "dunning_text")
FIELDS: Final = ("number", *FACTS, "currency", *CLAIM)
USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("number", "customer_number", "customer_no", "customer_id", "customer", "kundennummer",
               "kunden_nr", "kundennr", "kunde", "debitor", "debitorennummer", "id"),
    "name": ("name", "full_name", "customer_name", "kundenname", "firma", "company"),
    "email": ("email", "e_mail", "mail", "email_address", "e_mail_adresse", "emailadresse"),
    "plan": ("plan", "tariff", "tarif", "product", "produkt", "vertrag", "abo"),
    "since": ("since", "customer_since", "kunde_seit", "seit", "created", "signup_date", "vertragsbeginn",
              "start"),
    "revenue_per_month": ("revenue_per_month", "revenue_a_month", "monthly_revenue", "mrr", "revenue",
                          "umsatz_pro_monat", "umsatz_im_monat", "monatsumsatz", "umsatz"),
    "margin": ("margin", "marge", "deckungsbeitrag"),
    "currency": ("currency", "waehrung", "währung"),
    "claim_number": ("claim_number", "number_of_the_claim", "claim", "invoice", "invoice_number", "rechnung",
                     "rechnungsnummer", "nummer_der_forderung", "beleg"),
    "claim_amount": ("claim_amount", "open_amount", "amount_due", "open", "offen", "offener_betrag",
                     "forderung", "betrag"),
    "claim_due": ("claim_due", "due", "due_date", "faellig", "fällig", "fällig_am", "faellig_am"),
    "claim_what": ("claim_what", "what_the_claim_is_for", "claim_text", "purpose", "wofür_die_forderung_ist",
                   "posten", "verwendungszweck", "buchungstext"),
    "dunning_level": ("dunning_level", "level", "mahnstufe"),
    "dunning_text": ("dunning_text", "text_of_the_last_letter", "letter", "mahntext",
                     "text_der_letzten_mahnung"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A header, and the rows with the numbers of the lines on which they begin."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says: only the facts that it has a column for, and a claim if it names one."""

    line: int
    number: str
    facts: Mapping[str, Any]
    claim: tuple[str, ClaimFacts] | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken: what is wrong, and what to do."""

    line: int
    number: str
    error: RuleError


def read_table(content: bytes) -> Table:
    """Read a file of comma-separated values; raise RuleError for one that is none, or too large."""
    if len(content) > MOST_BYTES:
        raise RuleError(
            "file: expected at most %(most)s bytes, got %(got)s: split it", most=MOST_BYTES, got=len(content)
        )
    text = _decoded(content)
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = tuple(name.strip() for name in next(reader, []))
        rows = tuple(_numbered(reader))
    except csv.Error as error:
        raise RuleError(
            "file: it is no table of comma-separated values: save it as CSV, then bring it in again"
        ) from error
    if not any(header) or len(header) > MOST_COLUMNS:
        raise RuleError("file: expected names of columns in its first line")
    if len(rows) > MOST_ROWS:
        raise RuleError(
            "file: expected at most %(most)s rows, got %(got)s: split it, or use the API",
            most=MOST_ROWS,
            got=len(rows),
        )
    return Table(header, rows)


def usual_columns(header: Sequence[str]) -> dict[str, str]:
    """Return which column is which field, as far as the usual German and English names tell."""
    by_name = {_normal(name): name for name in reversed(header) if name}
    found: dict[str, str] = {}
    for field, names in USUAL.items():
        name = next((by_name[each] for each in names if each in by_name), None)
        if name is not None and name not in found.values():
            found[field] = name
    return found


def checked_columns(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Return columns by field; raise RuleError for one that is not there, and without customer number."""
    chosen = {field: name for field, name in columns.items() if field in FIELDS and name}
    if missing := [name for name in chosen.values() if name not in header]:
        raise RuleError("column: expected one of the file, got %(name)r", name=missing[0][:80])
    if "number" not in chosen:
        raise RuleError("columns: say which one holds the customer number")
    if len(set(chosen.values())) != len(chosen):
        raise RuleError("columns: expected another column for every field")
    return chosen


def read_rows(table: Table, columns: Mapping[str, str], currency: str) -> Iterator[Told | Refused]:
    """Yield what every row says; amounts without a currency are in ``currency``."""
    places = {field: table.header.index(name) for field, name in columns.items()}
    for line, row in table.rows:
        values = {field: row[place].strip() if place < len(row) else "" for field, place in places.items()}
        number = " ".join(values["number"].split())
        try:
            yield _told(line, number, values, currency)
        except RuleError as error:
            yield Refused(line, number, error)


def _told(line: int, number: str, values: Mapping[str, str], currency: str) -> Told:
    if not number:
        raise RuleError("customer number: this row has none")
    meant = _currency(values.get("currency", "") or currency)
    facts = {name: _read(name, values[name], meant) for name in FACTS if name in values}
    return Told(line, number, facts, _claim(values, meant))


def _claim(values: Mapping[str, str], currency: str) -> tuple[str, ClaimFacts] | None:
    if not values.get("claim_amount"):
        return None
    facts = ClaimFacts(
        amount=_read("claim_amount", values["claim_amount"], currency),
        due=_read("claim_due", values.get("claim_due", ""), currency),
        level=_read("dunning_level", values.get("dunning_level", ""), currency) or 0,
        what=values.get("claim_what", ""),
        text=values.get("dunning_text", ""),
    )
    return values.get("claim_number") or f"{values['number']} open", facts


def _read(field: str, text: str, currency: str) -> Any:
    """Return a value; an empty one is None, or no words. Among the values of the error is the field."""
    read = _READERS.get(field)
    if read is None or not text:
        return text if read is None else None
    try:
        return read(text, currency)
    except RuleError as error:
        raise RuleError(error.text, **{**error.values, "field": field}) from error


def _margin(text: str, currency: str) -> Decimal:  # noqa: ARG001 - as all readers are called
    """A share such as 0.3, or 30 %."""
    if text.endswith("%"):
        return number_in(text.removesuffix("%")) / _PER_CENT
    return number_in(text)


def _day(text: str, currency: str) -> date:  # noqa: ARG001 - as all readers are called
    german = _GERMAN_DAY.fullmatch(text)
    iso = "{2}-{1:0>2}-{0:0>2}".format(*german.groups()) if german else text[:10]
    try:
        return date.fromisoformat(iso)
    except ValueError as error:
        raise RuleError(
            "expected a day such as 2026-06-11 or 11.06.2026, got %(text)r", text=text[:40]
        ) from error


_READERS: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "since": _day,
    "revenue_per_month": money_in,
    "margin": _margin,
    "claim_amount": money_in,
    "claim_due": _day,
    "dunning_level": lambda text, _: whole_in(text),
}


def _currency(code: str) -> str:
    named = {"€": "EUR"}.get(code, code.upper())
    try:
        decimals(named)
    except MoneyError as error:
        raise RuleError("currency: expected a code such as EUR, got %(code)r", code=code[:20]) from error
    return named


def _numbered(reader: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    line = reader.line_num + 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield line, tuple(row)
        line = reader.line_num + 1


def _decoded(content: bytes) -> str:
    """Return a file's text as databases keep it."""
    return plain(_text(content))


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _normal(name: str) -> str:
    return re.sub(r"[\s\-./]+", "_", name.strip().casefold()).strip("_")
