"""Conversations analysed for a look back, kept in the process until other words stand in them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import sha256
from threading import Lock
from typing import Final

import msgspec

from kulanz.core.analysis import Analyser
from kulanz.core.posts import Post as CorePost
from kulanz.core.report import ThreadDetail
from kulanz.desk.rules.findings import Series, packed, unpacked

KEPT: Final = 200
"""Conversations; one of a hundred posts takes about 20 KB."""
SERIES: Final = ("score", "stage", "belief")
ONE_AT_A_TIME: Final = Lock()
"""An analyser's cache of tokens is not made for several threads at once."""

_Kept = tuple[bytes, Series]
_KEPT: Final[OrderedDict[tuple[Analyser, bytes], _Kept]] = OrderedDict()


def detail_of(analyser: Analyser, posts: Sequence[CorePost]) -> ThreadDetail:
    """Return what is found in a conversation, with ``SERIES`` and without texts and reasons.

    ``posts`` are those of one conversation, in order of time; the same posts are analysed once.
    """
    key = (analyser, sha256(msgspec.msgpack.encode(posts)).digest())
    with ONE_AT_A_TIME:
        kept = _KEPT.pop(key, None)
        if kept is None:
            detail = analyser.detail(posts)
            kept = packed(detail), {name: detail.series[name] for name in SERIES}
        _KEPT[key] = kept
        while len(_KEPT) > KEPT:
            _KEPT.popitem(last=False)
    return unpacked(*kept)
