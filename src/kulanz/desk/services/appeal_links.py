"""The secret in the link of an author's notice: whoever has it is taken for the author.

It is made of the measure's reference and the desk's secret key, and kept nowhere but in the notice.
"""

from __future__ import annotations

from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

from kulanz.desk.conf import conf
from kulanz.desk.models import Measure

PATH: Final = "/appeal/"
BETWEEN: Final = "-"
"""Stands between a measure's reference and the secret."""
_SALT: Final = "kulanz.desk.appeal_links"
_LENGTH: Final = 32


def authors_link(measure: Measure) -> str:
    """Return where the author of what a measure is about appeals."""
    return f"{conf().url}{PATH}{measure.reference}{BETWEEN}{_secret(measure)}"


def is_authors(measure: Measure, secret: str) -> bool:
    """Whether a secret is that of the measure's notice."""
    return constant_time_compare(secret.encode("utf-8", "replace"), _secret(measure).encode())


def _secret(measure: Measure) -> str:
    return salted_hmac(_SALT, measure.reference, algorithm="sha256").hexdigest()[:_LENGTH]
