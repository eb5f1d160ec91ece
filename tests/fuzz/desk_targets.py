"""What people and other systems bring to the desk: tables, rules in Markdown, settings, orders, answers of models."""

from __future__ import annotations

import contextlib
import hmac
import tempfile
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fuzz import seeds
from fuzz.target import Target, of_text
from kulanz.billing.csvdrop import tables as billing_tables
from kulanz.billing.errors import BillingError
from kulanz.billing.inbox import Inbox
from kulanz.billing.webhook import Webhook
from kulanz.desk.conf import ConfError, read_conf
from kulanz.desk.rules import addresses, blanks, figures, language_model, plain, rulebook, searching
from kulanz.desk.rules.customer_tables import read_rows, read_table, usual_columns
from kulanz.desk.rules.errors import RuleError
from kulanz.sources.web.secrets import Secret

NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WHSEC: Final = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_CLAIMS: Final = (
    b"claim_id;customer;amount;currency;due_on;level;text;settled\n1;4711;12,40;EUR;11.06.2026;2;Mahnung;nein\n"
    b'2;4712;-3;EUR;2026-06-11;;"a\nb";ja\n'
)
_CUSTOMERS: Final = (
    "Kundennummer;Name;Kunde seit;Umsatz pro Monat;Marge;Forderung;Fällig;Mahnstufe\n4711;Anna;2006-09-04;12,40 €;30 %;7,50;11.06.2026;2\n"
).encode()
_DELIVERIES: Final = (
    b'{"type":"billing.claim","data":{"claim_id":"1","customer":"2","amount":{"amount":"7.50","currency":"EUR"}}}',
    b'{"type":"billing.dunning","data":[{"event_id":"1","claim_id":"2","customer":"3","level":1,"on":"2026-06-11"}]}',
    b'{"type":"billing.confirmation","data":{"key":"k","state":"placed","text":""}}',
    b'{"type":"billing.gesture","data":{"key":"k","state":"given"}}',
)
_MARKDOWN: Final = (
    b'# Rule\n\n*No* **insults**, `code` [a](https://e.org "t") ![x](y) <b>x</b>\n\n> quote\n\n1. a\n   - b\n\n|a|b|\n|-|-|\n|1|2|\n\n```py\nx\n```\n',
)
_SETTINGS: Final = (
    b"KULANZ_URL=https://desk.example.org\nKULANZ_LISTEN=127.0.0.1:80\nKULANZ_MAIL_URL=smtp://a:b@c:25\nDATABASE_URL=postgres://a:b@c/d\n",
    b"KULANZ_TIME_ZONE=Europe/Berlin\nKULANZ_LOG_BUCKET=s3://a/b\nKULANZ_OIDC_URL=https://a\nKULANZ_BEHIND_TLS=yes\nKULANZ_LOG_ORIGIN=a/b\n",
)


def _billing_table(data: bytes) -> None:
    for kind in billing_tables.FIELDS:
        for mark in (".", ","):
            with contextlib.suppress(billing_tables.TableError):
                billing_tables.read(data, kind, {}, mark)


def _customers(data: bytes) -> None:
    table = read_table(data)
    columns = usual_columns(table.header)
    if "number" in columns:
        list(read_rows(table, columns, "EUR"))


def _billing_delivery(data: bytes) -> None:
    key, stamp = b64decode(WHSEC.removeprefix("whsec_")), str(int(NOW.timestamp()))
    proof = b64encode(hmac.digest(key, b"m." + stamp.encode() + b"." + data, "sha256")).decode()
    headers = {"webhook-id": "m", "webhook-timestamp": stamp, "webhook-signature": f"v1,{proof}"}
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108
        inbox = Inbox(Path(folder) / "inbox.sqlite3")
        secret = Secret(WHSEC)
        Webhook("https://e.org", secret, secret, source="s", inbox=inbox, http=None, now=lambda: NOW).receive(
            headers, data
        )


def _settings(text: str) -> None:
    read_conf(
        dict(
            line.partition("=")[::2]
            for line in text.split("\n")
            if not line.partition("=")[0].endswith("_FILE")
        )
    )


def _words(text: str) -> None:
    blanks.used(text), blanks.gaps(text), blanks.filled(text, {"company": text}, "de"), blanks.spoken(text)
    looked_for = searching.terms(text)
    searching.excerpt(text, looked_for), plain.plain(text), language_model.plain(text)
    list(addresses.reply_keys_in([text], [b"key"]))


def _figures(text: str) -> None:
    for read in (
        figures.number_in,
        figures.whole_in,
        figures.money_in,
        language_model.endpoint,
        rulebook.key_of,
    ):
        with contextlib.suppress(RuleError):
            read(text)


_SAID: Final = (
    b'{"choices":[{"message":{"content":"<think>a</think>Hello [x](https://e.org)"},"finish_reason":"stop"}]}'
)
_AMOUNTS: Final = (
    b"1.234,56 \xe2\x82\xac",
    b"EUR 12.40",
    b"-3",
    b"1e5",
    b"https://m.example/v1/chat/completions",
)
_LETTER: Final = (
    b"Dear {{name}}, {{company}} [gap] kulanz+abc.def@desk.example.org",
    b'W\xc3\xb6rter "a b" -c',
)

TARGETS: Final = (
    Target(name="billing-table", parse=_billing_table, seeds=lambda: (_CLAIMS,)),
    Target(name="billing-delivery", parse=_billing_delivery, seeds=lambda: _DELIVERIES, declared=(BillingError,)),
    Target(name="customer-table", parse=_customers, seeds=lambda: (_CUSTOMERS,), declared=(RuleError,)),
    Target(name="rule-markdown", parse=of_text(rulebook.as_html), seeds=lambda: _MARKDOWN),
    Target(name="settings", parse=of_text(_settings), seeds=lambda: _SETTINGS, declared=(ConfError,)),
    Target(name="words", parse=of_text(_words), seeds=lambda: (*_LETTER, seeds.HTML)),
    Target(name="figures", parse=of_text(_figures), seeds=lambda: _AMOUNTS),
    Target(name="model-answer", parse=language_model.answered, seeds=lambda: (_SAID,), declared=(RuleError,)),
)  # fmt: skip
