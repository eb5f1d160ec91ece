"""Streams that keep hostile compressed input within limits."""

from __future__ import annotations

import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from shutil import copyfileobj
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from kulanz.sources.errors import LimitError, SourceError
from kulanz.sources.items import MIB, DamagedError, Limits, buffered

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FAULTS: Final = (
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    # zipfile raises these two for methods it lacks and for encrypted members
    NotImplementedError,
    RuntimeError,
)
_RATIO_GRACE: Final = 16 * MIB
_SPOOL_MEMORY: Final = 8 * MIB


@dataclass(slots=True)
class Budget:
    """What one input has cost so far, over all its nested layers."""

    limits: Limits
    bytes_out: int = 0
    members: int = 0

    def spend(self, size: int) -> None:
        """Count unpacked bytes; raise LimitError when they are too many."""
        self.bytes_out += size
        if self.bytes_out > self.limits.max_total_bytes:
            raise LimitError(f"unpacks to more than {self.limits.max_total_bytes:,} bytes (max_total_bytes)")

    def count_member(self) -> None:
        """Count an archive member; raise LimitError when there are too many."""
        self.members += 1
        if self.members > self.limits.max_members:
            raise LimitError(f"holds more than {self.limits.max_members:,} members (max_members)")


@dataclass(slots=True)
class Expansion:
    """Judges what comes out of one compressed stream against what went in."""

    budget: Budget
    bytes_in: Callable[[], int]
    bytes_out: int = 0

    def __call__(self, size: int) -> None:
        self.bytes_out += size
        self.budget.spend(size)
        ratio = self.budget.limits.max_ratio
        if self.bytes_out > _RATIO_GRACE and self.bytes_out > ratio * self.bytes_in():
            raise LimitError(f"unpacks to more than {ratio:g} times its size, like a bomb (max_ratio)")


@dataclass(slots=True)
class SizeCap:
    """Refuses to let more than ``limit`` bytes through."""

    limit: int
    bytes_out: int = 0

    def __call__(self, size: int) -> None:
        self.bytes_out += size
        if self.bytes_out > self.limit:
            raise LimitError(f"is larger than {self.limit:,} bytes (max_member_bytes)")


class Meter(io.RawIOBase):
    """Passes bytes on and counts them."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(size)
        self.count += len(data)
        return data


class GuardedStream(io.RawIOBase):
    """Reads a source, asks ``check`` about every chunk, and turns faults into SourceError.

    What came before a fault is delivered first; after it every read raises it again.
    """

    def __init__(
        self,
        source: BinaryIO,
        check: Callable[[int], None],
        faults: tuple[type[Exception], ...] = FAULTS,
    ) -> None:
        self._source = source
        self._check = check
        self._faults = faults
        self._fault: SourceError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and (data := self._next(len(view) - filled)):
            view[filled : filled + len(data)] = data
            filled += len(data)
        if not filled and self._fault is not None:
            raise self._fault
        return filled

    def _next(self, size: int) -> bytes:
        if self._fault is not None:
            return b""
        try:
            data = self._source.read(size)
            self._check(len(data))
        except SourceError as error:
            self._fault = error
        except self._faults as error:
            self._fault = DamagedError(f"is damaged or incomplete: {describe(error)}")
        else:
            return data
        return b""


def describe(error: Exception) -> str:
    """Return what an error says, or its kind where it says nothing."""
    return str(error) or type(error).__name__


def guarded(
    source: BinaryIO,
    check: Callable[[int], None],
    faults: tuple[type[Exception], ...] = FAULTS,
) -> BinaryIO:
    """Return a buffered GuardedStream over ``source``."""
    return buffered(GuardedStream(source, check, faults))


def seekable_copy(stream: BinaryIO) -> BinaryIO:
    """Return the stream itself where it can seek, else a nameless temporary copy of it."""
    if stream.seekable():
        return stream
    spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY)  # noqa: SIM115 - the caller reads it
    copy = cast("BinaryIO", spool)
    try:
        copyfileobj(stream, copy, MIB)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy
