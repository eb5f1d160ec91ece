"""What a text in a public log may not hold: whatever by its shape leads to a person.

Names have no shape: whoever knows names looks for them beside this.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from kulanz.tlog.errors import TlogError

LONGEST: Final = 500

_FIGURES: Final = re.compile(r"\d(?:[\s()/.,:+–-]{0,3}\d){5,}")
_SHAPES: Final = (
    (re.compile(r"@|\(at\)|\[at\]", re.IGNORECASE), "a name after @, or a mail address"),
    (re.compile(r"://|\bwww\.|[^\W_][\w-]*\.[^\W\d_]{2,}\b", re.IGNORECASE), "an address on the web"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}", re.IGNORECASE), "a number of an account"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}", re.IGNORECASE),
     "an address of a machine"),
    (_FIGURES, "six figures or more, as of a telephone, a customer or a birthday"),
)  # fmt: skip


class PersonalError(TlogError):
    """A text for the log holds what may lead to a person."""


def check_impersonal(text: str) -> None:
    """Raise PersonalError for a text that may not stand in a public log for ever.

    The text itself is not repeated in the error.
    """
    if len(text) > LONGEST:
        raise PersonalError(f"log: expected at most {LONGEST} characters, got {len(text)}: shorten it")
    folded = unicodedata.normalize("NFKC", text)
    if any(unicodedata.category(character)[0] == "C" for character in folded):
        raise PersonalError("log: expected one line of plain text, got characters that are not shown")
    for shape, what in _SHAPES:
        if shape.search(folded):
            raise PersonalError(
                f"log: expected a text without personal data, got {what}: take it out, entries stay"
            )
