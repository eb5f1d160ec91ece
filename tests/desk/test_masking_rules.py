"""What is taken out of texts that leave the desk: pure rules."""

from __future__ import annotations

import pytest

from kulanz.desk.rules.masking import Names

KNOWN = {"rolf_p": ("{customer 1}", True), "petra blum": ("{name}", True), "müller_7": ("{name}", True)}
HIDDEN = Names.of(KNOWN, "{}").masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Petra Blums Rechnung, PETRA BLUM'S", "{name} Rechnung, {name}'S"),
        ("_rolf_p_ and **rolf_p**, rolf_ps", "{customer 1} and **{customer 1}**, {customer 1}"),
        ("Mu\u0308ller_7, rolf\u00ad_p, ro\u200blf_p", "{name}, {customer 1}, {customer 1}"),
        ("Petra\u00a0Blum", "{name}"),
        ("DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000 it is", "{iban} it is"),
        ("DE89-3704-0044-0532-0130-00, de89 3704 0044 0532 0130 00", "{number}, {number}"),
        ("4111\u20111111\u20111111\u20111111", "{card}"),
        ("Call 800-555-1234 or +49\u202f30\u202f1234567", "Call {number} or {phone}"),
        ("(https://desk.example/status/AbC_1?for=rolf%40mauer.example).", "({link})."),
        ("WWW.Mauer.example/rolf_p!", "{link}!"),
        ("12.03.2026 and 2026-03-12, 1,250 posts", "12.03.2026 and 2026-03-12, 1,250 posts"),
    ],
)  # fmt: skip
def test_who_somebody_is_cannot_be_told_however_it_is_written(text: str, masked: str) -> None:
    assert HIDDEN(text) == masked
