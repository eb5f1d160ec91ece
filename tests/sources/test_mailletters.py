"""A mail to somebody: whom it was delivered to, what came with it, and bounces."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.mail import MailError
from kulanz.sources.mailletters import read_letter

LETTER = b"""\
Delivered-To: kulanz+0123456789abcdef0123.0123456789abcdef@kontaktor.example
From: Rolf <rolf@mauer.example>
To: "Bob Beispiel" <kulanz@kontaktor.example>
Cc: paula@mauer.example
Subject: Re: Mahnung
Date: Thu, 11 Jun 2026 11:30:00 +0200
Message-ID: <a1@mauer.example>
In-Reply-To: <reply.7.3.0123456789abcdef@kontaktor.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/plain; charset=utf-8

Hier ist die Quittung.

Am 11.06.2026 um 09:30 schrieb Bob Beispiel <kulanz@kontaktor.example>:
> Haben Sie eine Quittung?
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="=?utf-8?q?Quittung_M=C3=A4rz=00.pdf?="

%PDF
--x--
"""

# As Postfix 3.7 writes it.
BOUNCE = (Path(__file__).parents[1] / "data" / "mail" / "bounce-postfix.eml").read_bytes()
HEADERS_ONLY = BOUNCE.replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")


def test_whom_it_is_for_and_what_came_with_it() -> None:
    letter = read_letter(LETTER)
    assert letter.mail.words.text == "Hier ist die Quittung."
    assert letter.recipients == (
        "kulanz+0123456789abcdef0123.0123456789abcdef@kontaktor.example",
        '"Bob Beispiel" <kulanz@kontaktor.example>',
        "paula@mauer.example",
    )
    assert letter.attachments == ("Quittung März .pdf",)
    assert letter.report is None


@pytest.mark.parametrize("content", [BOUNCE, HEADERS_ONLY])
def test_a_bounce_names_what_came_back_and_why(content: bytes) -> None:
    letter = read_letter(content)
    report = letter.report
    assert report is not None
    assert report.failed
    assert report.original_id == "reply.7.3.0123456789abcdef@kontaktor.example"
    assert report.why.endswith("<rolf@mauer.example>: Recipient address rejected: User unknown")
    assert letter.mail.head.automatic


def test_a_delay_is_no_failure() -> None:
    letter = read_letter(BOUNCE.replace(b"Action: failed", b"Action: delayed"))
    assert letter.report is not None
    assert not letter.report.failed


def test_a_report_without_the_message_names_none() -> None:
    letter = read_letter(BOUNCE.replace(b"Content-Type: message/rfc822", b"Content-Type: text/plain"))
    assert letter.report is not None
    assert letter.report.original_id is None


def test_a_read_receipt_is_no_bounce() -> None:
    receipt = BOUNCE.replace(b"delivery-status", b"disposition-notification")
    assert read_letter(receipt).report is None


@given(st.integers(0, len(BOUNCE)), st.binary(max_size=40), st.integers(0, 60))
def test_whatever_comes_is_read_or_refused(place: int, noise: bytes, gap: int) -> None:
    content = BOUNCE[:place] + noise + BOUNCE[place + gap :]
    try:
        letter = read_letter(content, b"From - Thu Jun 11 09:30:00 2026")
    except MailError:
        return
    assert "\x00" not in "".join(letter.attachments)
