"""What Python raises, now here and now there, for a file that is no ZIP, or a broken one."""

from __future__ import annotations

from lzma import LZMAError
from struct import error as StructError  # noqa: N812 - an error like the others
from typing import Final
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812 - an error like the others

UNREADABLE: Final[tuple[type[Exception], ...]] = (
    BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LZMAError,
    StructError,
    ZlibError,
)
