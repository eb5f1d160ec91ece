"""What a public draft would reveal, and what only looks like it."""

from __future__ import annotations

import pytest

from kulanz.core.drafts.personal import Known, revealed, valid_card, valid_iban

KNOWN = Known(
    names="Rolf_Petersen Nadine",
    said="Zweimal 17,85 Euro abgebucht, Vorgang 4711-88. Mein Rollstuhl steht da.",
)


@pytest.mark.parametrize(
    ("text", "kind", "passage"),
    [
        ("Ihr Konto DE89 3704 0044 0532 0130 00 ist leer.", "iban", "DE89 3704 0044 0532 0130 00"),
        ("Your card 4111 1111 1111 1111 was declined.", "card", "4111 1111 1111 1111"),
        ("Wir haben an Lindenweg 12 geliefert.", "address", "Lindenweg 12"),
        ("Ihre Kundennummer K-20418 ist gesperrt.", "number", "Kundennummer K-20418"),
        ("Ihre Rechnung 3412 ist bezahlt.", "number", "Rechnung 3412"),
        ("Ihre Rechnung 20241 ist bezahlt.", "number", "Rechnung 20241"),
        ("Bei Ihrer Rechnung sind 212,40 Euro offen.", "amount", "212,40 Euro"),
        ("Ihre Diagnose liegt uns vor.", "health", "Ihre Diagnose liegt uns vor."),
        ("We called you on your number 0131 496 0000.", "phone", "0131 496 0000"),
        ("Guten Tag Frau Seidel, danke.", "name", "Seidel"),
        (
            "This passenger has had two refunds this year.",
            "case",
            "This passenger has had two refunds this year.",
        ),
    ],
)
def test_what_is_revealed(text: str, kind: str, passage: str) -> None:
    found = [(one.kind, text[one.start : one.end]) for one in revealed(text, KNOWN)]
    assert (kind, passage) in found


@pytest.mark.parametrize(
    "text",
    [
        "Guten Tag Herr Petersen, danke für Ihre Nachricht.",
        "Sie erreichen mich direkt unter 0431 555 1234.",
        "Die 17,85 Euro Ihres Beitrags zu Vorgang 4711-88 sind überwiesen.",
        "Ihr Rollstuhl fährt natürlich mit.",
        "Die Kooperation mit Ihnen haben wir versucht.",
        "Read https://support.example.com/articles/360000031747/20190605093157 first.",
        "Your account shows error WS-37368-7.",
        "Die IBAN DE00 3704 0044 0532 0130 00 gibt es nicht.",
        "Die Rechnung 2024 und der Vertrag 1999 sind bezahlt.",
        "Im Jahr 2026 ändern wir das für alle.",
        "Meine Kollegin Frau Demir ruft Sie an.",
    ],
)
def test_what_is_not_revealed(text: str) -> None:
    assert revealed(text, KNOWN) == []


def test_check_digits() -> None:
    assert valid_iban("GB82 WEST 1234 5698 7654 32")
    assert not valid_iban("GB82 WEST 1234 5698 7654 33")
    assert valid_card("4111-1111-1111-1111")
    assert not valid_card("4111 1111 1111 1112")
