"""Tables that billing put down and that were read: those that name somebody who was erased are deleted.

What stands in them was taken in long ago. A number of a customer counts however short it is: a table of
billing is where it means one.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from kulanz.billing.csvdrop import read_files
from kulanz.desk.models import BillingSystem
from kulanz.desk.rules.billing import CSV
from kulanz.desk.rules.names import words_of
from kulanz.desk.services.billing_adapters import inbox_path
from kulanz.desk.services.veiling import is_narrow


def forget_files(names: Collection[str]) -> None:
    """Delete the files of billing that hold one of the names, addresses and numbers of a person."""
    sought = _sought(names)
    if sought is None:
        return
    for system in BillingSystem.objects.filter(adapter=CSV):
        for path in read_files(inbox_path(system)):
            if sought.search(path.read_bytes().decode("utf-8", "replace")):
                path.unlink()


def _sought(names: Collection[str]) -> re.Pattern[str] | None:
    """Return what finds the names; one that may be an ordinary word is not looked for."""
    words = [words_of(each) for each in names if not is_narrow(each)]
    told = [each for each in words if len(each) > 1 or (each and not each[0].isalpha())]
    parts = [r"\W+".join(map(re.escape, each)) for each in told]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None
