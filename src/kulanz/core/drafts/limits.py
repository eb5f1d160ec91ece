"""Amounts that a draft grants beyond what its writer may grant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kulanz.core.drafts.mentions import amounts
from kulanz.core.drafts.pieces import Piece
from kulanz.core.drafts.wording import LIMIT
from kulanz.core.money import Money

_GRANTS: Final = re.compile(
    r"""(?<!\w)(?:\w*erstatt\w*|gutschr\w+|gutschein\w*|schenk\w*|erlass\w*|zahlen\swir|(?:ich|wir)\szahlen?|überweis\w+|rabatt
      |nachlass|bekommen|erhalten|refund\w*|credit\w*|voucher\w*|waive\w*|discount\w*|compensat\w+|pay\syou|reimburs\w+
      |schreiben?\s(?:\S+\s){1,6}gut|gutzuschreiben|verzicht\w*|übernehmen|give\syou|knock\soff|take\soff
      |you(?:'ll|\swill)\s(?:get|receive))(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)


def beyond(most: Money, found: Sequence[Piece], lang: str) -> Iterator[tuple[Piece, str]]:
    """Yield passages that grant more than ``most``, and that limit in words; the currency is not compared."""
    detail = LIMIT[lang].format(most=f"{most.amount} {most.currency}")
    for piece in found:
        granted = [value for _, _, value in amounts(piece.text)] if _GRANTS.search(piece.text) else []
        if any(value > most.amount for value in granted):
            yield piece, detail
