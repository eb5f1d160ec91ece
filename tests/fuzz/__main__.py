"""``PYTHONPATH=tests python -m fuzz [--seconds N] [TARGET...]``: feed parsers in turn, from fresh chance.

What breaks one is added to the corpus and told; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from typing import Final

import django

from fuzz.hunting import fed, hunted, keep
from fuzz.target import Target

_TURN: Final = 6.0
_AT_ONCE: Final = 5_000


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk_settings")
    django.setup()
    from fuzz.targets import TARGETS  # noqa: PLC0415 - some need Django to be ready

    asked = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    asked.add_argument("--seconds", type=float, default=600.0)
    asked.add_argument("--chance", type=int, help="the seed of the first turn, to see a find again")
    asked.add_argument("targets", nargs="*", metavar="TARGET", help="all where none is named")
    given = asked.parse_args()
    chosen = [each for each in TARGETS if not given.targets or each.name in given.targets]
    ends, chance, broken = time.monotonic() + given.seconds, given.chance or secrets.randbelow(2**32), set()
    while chosen and time.monotonic() < ends:
        for target in chosen:
            if target.name not in broken and time.monotonic() < ends and _breaks(target, chance):
                broken.add(target.name)
        chance += 1
    return 1 if broken else 0


def _breaks(target: Target, chance: int) -> bool:
    found = hunted(target, examples=_AT_ONCE, chance=chance, seconds=_TURN)
    if found is None:
        return False
    print(f"{target.name} (chance {chance}): {keep(target, found)}: {_told(target, found)}", flush=True)
    return True


def _told(target: Target, data: bytes) -> str:
    try:
        fed(target, data)
    except Exception as error:  # noqa: BLE001 - whatever comes out is what is looked for
        return repr(error)[:300]
    return "not again"


if __name__ == "__main__":
    sys.exit(main())
