"""Compressed files, tar and zip archives as streams of items, told by content."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import BinaryIO, Final, Self, cast

from kulanz.sources.errors import LimitError, Problems, SourceError
from kulanz.sources.guarding import (
    FAULTS,
    Budget,
    Expansion,
    Meter,
    SizeCap,
    describe,
    guarded,
    seekable_copy,
)
from kulanz.sources.items import MIB, DamagedError, Item, head_of, printable

_TAR_BLOCK: Final = 512
_MAX_TAR_NAME_BYTES: Final = MIB
_ENCRYPTED: Final = 0x1
_NAME_RECORDS: Final = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


@dataclass(frozen=True, slots=True)
class Unpacking:
    """What unpacking one input needs everywhere: where to report, and what is left."""

    problems: Problems
    budget: Budget


Unpack = Callable[[Item, Unpacking], Iterator[Item]]


def unpacker(item: Item) -> Unpack | None:
    """Return what unpacks the item, or None where it is neither compressed nor an archive."""
    head = head_of(item.stream)
    for magic, unpack in _MAGIC.items():
        if head.startswith(magic):
            return unpack
    return tar_members if _is_tar(head) else None


def tar_members(item: Item, job: Unpacking) -> Iterator[Item]:
    """Yield the regular files of a tar archive, in the order in which they lie."""
    try:
        archive = tarfile.open(fileobj=item.stream, mode="r|", tarinfo=_Member)  # noqa: SIM115
        while (member := archive.next()) is not None:
            # tarfile remembers every member it has seen; a large archive would fill memory
            archive.members = []  # type: ignore[attr-defined]
            job.budget.count_member()
            if _usable_tar_member(member, item, job):
                source = cast("BinaryIO", archive.extractfile(member))
                cap = SizeCap(job.budget.limits.max_member_bytes)
                yield Item(_member_name(item, member.name), guarded(source, cap))
    except LimitError as error:
        job.problems.add(
            item.name, None, str(error), "the rest was not read; raise the limit if you trust it"
        )
    except (*FAULTS, SourceError, ValueError, OverflowError) as error:
        reason = f"the archive is damaged or incomplete: {describe(error)}"
        job.problems.add(item.name, None, reason, "what came before was read; fetch the archive again")


class _Member(tarfile.TarInfo):
    """A tar header that tells damage from the end, where tarfile would just stop."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            member = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if any(buf):
                raise DamagedError(describe(error)) from error
            raise
        if member.type in _NAME_RECORDS and member.size > _MAX_TAR_NAME_BYTES:
            raise LimitError(f"has a member name record of {member.size:,} bytes")
        return member


def _usable_tar_member(member: tarfile.TarInfo, item: Item, job: Unpacking) -> bool:
    if member.isdir():
        return False
    if not member.isreg() or member.issparse():
        name = _member_name(item, member.name)
        job.problems.add(
            name, None, "is a link, a device or a sparse file, not a plain file", "pack the file itself"
        )
        return False
    return _allowed(item, member.name, member.size, job)


def zip_members(item: Item, job: Unpacking) -> Iterator[Item]:
    """Yield the files of a zip archive, in the order of its directory."""
    try:
        with zipfile.ZipFile(seekable_copy(item.stream)) as archive:
            for member in archive.infolist():
                job.budget.count_member()
                job.budget.spend(0)  # the member before may have used up what is allowed
                if not member.filename.endswith("/"):  # is_dir() fails on an empty name
                    yield from _zip_member(archive, member, item, job)
    except LimitError as error:
        job.problems.add(
            item.name, None, str(error), "the rest was not read; raise the limit if you trust it"
        )
    except (*FAULTS, SourceError, ValueError, OverflowError) as error:
        reason = f"the archive is damaged or incomplete: {describe(error)}"
        job.problems.add(item.name, None, reason, "fetch the archive again")


def _zip_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, item: Item, job: Unpacking
) -> Iterator[Item]:
    name = _member_name(item, member.filename)
    if member.flag_bits & _ENCRYPTED:
        job.problems.add(name, None, "is encrypted", "pack it again without a password")
    elif _allowed(item, member.filename, member.file_size, job):
        try:
            source = archive.open(member)
        except (*FAULTS, ValueError) as error:
            job.problems.add(name, None, f"cannot be unpacked: {describe(error)}", "fetch the archive again")
            return
        with source:
            check = Expansion(job.budget, lambda: member.compress_size)
            yield Item(name, guarded(cast("BinaryIO", source), check))


def _member_name(item: Item, name: str) -> str:
    return f"{item.name}!{printable(name)}"


def _allowed(item: Item, name: str, size: int, job: Unpacking) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    if (
        any(part.startswith(".") and part not in {".", ".."} for part in path.parts)
        or "__MACOSX" in path.parts
    ):
        return False
    if path.is_absolute() or ".." in path.parts:
        reason, remedy = "its path leads out of the archive", "pack it under a relative path"
    elif size > job.budget.limits.max_member_bytes:
        limit = job.budget.limits.max_member_bytes
        reason = f"is {size:,} bytes large, more than {limit:,} (max_member_bytes)"
        remedy = "raise the limit if you trust it"
    else:
        return True
    job.problems.add(_member_name(item, name), None, reason, remedy)
    return False


def _is_tar(head: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(head[:_TAR_BLOCK], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _inflated(
    item: Item,
    job: Unpacking,
    opened: Callable[[Meter], object],
    faults: tuple[type[Exception], ...] = FAULTS,
) -> Iterator[Item]:
    meter = Meter(item.stream)
    source = cast("BinaryIO", opened(meter))
    yield Item(item.name, guarded(source, Expansion(job.budget, lambda: meter.count), faults))


def _gzip(item: Item, job: Unpacking) -> Iterator[Item]:
    return _inflated(item, job, lambda meter: gzip.GzipFile(fileobj=meter, mode="rb"))


def _bzip2(item: Item, job: Unpacking) -> Iterator[Item]:
    return _inflated(item, job, lambda meter: bz2.BZ2File(cast("BinaryIO", meter)))


def _xz(item: Item, job: Unpacking) -> Iterator[Item]:
    return _inflated(item, job, lambda meter: lzma.LZMAFile(cast("BinaryIO", meter)))


def _zstandard(item: Item, job: Unpacking) -> Iterator[Item]:
    if find_spec("compression") is not None:  # the standard library from Python 3.14 on
        library = import_module("compression.zstd")
        yield from _inflated(item, job, library.ZstdFile, (*FAULTS, library.ZstdError))
    elif find_spec("zstandard") is not None:
        library = import_module("zstandard")
        opened = lambda meter: library.ZstdDecompressor().stream_reader(meter, read_across_frames=True)  # noqa: E731
        yield from _inflated(item, job, opened, (*FAULTS, library.ZstdError))
    else:
        remedy = "pip install zstandard, or unpack it with zstd -d"
        job.problems.add(item.name, None, "is compressed with Zstandard, which needs a library", remedy)


_MAGIC: Final[dict[bytes, Unpack]] = {
    b"\x1f\x8b\x08": _gzip,
    b"BZh": _bzip2,
    b"\xfd7zXZ\x00": _xz,
    b"\x28\xb5\x2f\xfd": _zstandard,
    b"PK\x03\x04": zip_members,
    b"PK\x05\x06": zip_members,
}
