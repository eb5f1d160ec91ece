"""ZIPs that end with a manifest: backups and exported instances. One from elsewhere may be anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from lzma import LZMAError
from pathlib import PurePosixPath
from struct import error as StructError  # noqa: N812 - an error like the others
from typing import IO, Final, TypeVar
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - an error like the others

import msgspec

from kulanz.desk.operating.starting import OperatingError

MANIFEST: Final = "manifest.json"
LARGEST_MANIFEST: Final = 64 * 1024 * 1024
PIECE: Final = 1024 * 1024
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
"""What Python raises, now here and now there, for a file that is no ZIP, or a broken one."""
_Manifest = TypeVar("_Manifest")


def manifest_of(zipped: ZipFile, kind: type[_Manifest], none: str) -> _Manifest:
    """Return the manifest of a ZIP; raise OperatingError, which begins with ``none``, where there is none."""
    try:
        with zipped.open(MANIFEST) as file:
            content = file.read(LARGEST_MANIFEST + 1)
        if len(content) > LARGEST_MANIFEST:
            raise OperatingError(f"{none}: {MANIFEST} is too large")
        return msgspec.json.decode(content, type=kind)
    except (KeyError, BadZipFile, msgspec.DecodeError) as error:
        raise OperatingError(f"{none}: {MANIFEST}: {error}") from error


def is_place(name: str, folders: Collection[str]) -> bool:
    """Whether a name leads to a file below one of some folders, and nowhere else."""
    parts = PurePosixPath(name).parts
    plain = ".." not in parts and "\\" not in name and "\0" not in name and "//" not in name
    return plain and len(parts) > 1 and parts[0] in folders


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what is left of a file, a mebibyte at a time."""
    while piece := file.read(PIECE):
        yield piece
