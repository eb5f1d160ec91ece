"""``python desk_inside.py ACT [WORD ...]`` does one of ``desk_acts`` and prints what it returned as JSON."""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    django.setup()
    from desk_acts import ACTS  # noqa: PLC0415 - Django is ready now

    sys.stdout.write(json.dumps(ACTS[sys.argv[1]](*sys.argv[2:])))


main()
