"""Bodies of answers: streamed, decompressed and capped."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from kulanz.sources.web.limits import WebLimits

ACCEPT_ENCODING: Final = "gzip, deflate"

_GZIP: Final = 16 + zlib.MAX_WBITS
_RATIO_FROM: Final = 1 << 20
"""Small answers may be as repetitive as they like."""
_CHUNK: Final = 1 << 16
_MAX_MEMBERS: Final = 1000


class BodyError(Exception):
    """The body is cut off or damaged: another try may bring all of it."""


class BodyRefusedError(Exception):
    """The body is larger than allowed or in an unknown coding: another try brings the same."""


def read_body(chunks: Iterable[bytes], coding: str, limits: WebLimits) -> bytes:
    """Return a body without its content coding; nothing is kept beyond the limits."""
    decode = _decoder(coding)
    body = bytearray()
    for piece in decode(_counted(chunks, limits), _Ratio(limits)):
        body += piece
        if len(body) > limits.body_bytes:
            raise BodyRefusedError(f"its body is larger than {limits.body_bytes:,} bytes")
    return bytes(body)


def _counted(chunks: Iterable[bytes], limits: WebLimits) -> Iterator[bytes]:
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if received > limits.body_bytes:
            raise BodyRefusedError(f"its body is larger than {limits.body_bytes:,} bytes")
        yield chunk


class _Ratio:
    """Compares what came in with what came out of it."""

    def __init__(self, limits: WebLimits) -> None:
        self._most = limits.ratio
        self._came_in = 0
        self._came_out = 0

    def take(self, size: int) -> None:
        self._came_in += size

    def give(self, piece: bytes) -> bytes:
        self._came_out += len(piece)
        if self._came_out > max(_RATIO_FROM, self._most * self._came_in):
            raise BodyRefusedError(f"its body unpacks to more than {self._most} times its size")
        return piece


_Decode = Callable[[Iterator[bytes], _Ratio], Iterator[bytes]]


def _decoder(coding: str) -> _Decode:
    name = coding.strip().lower()
    if name in ("", "identity"):
        return lambda chunks, _: chunks
    if name in ("gzip", "x-gzip"):
        return _gunzip
    if name == "deflate":
        return _inflate
    raise BodyRefusedError(f"its body is coded as {name[:40]!r}, asked for was {ACCEPT_ENCODING}")


def _gunzip(chunks: Iterator[bytes], ratio: _Ratio) -> Iterator[bytes]:
    """Unpack gzip, which may be several members one after the other."""
    unpacker, members = zlib.decompressobj(_GZIP), 1
    begun = False
    for chunk in chunks:
        ratio.take(len(chunk))
        rest = chunk
        while rest and members <= _MAX_MEMBERS:
            if unpacker.eof:
                unpacker, members = zlib.decompressobj(_GZIP), members + 1
            begun = True
            yield from _unpack(unpacker, rest, ratio)
            rest = unpacker.unused_data
    _require_end(unpacker, begun=begun)


def _inflate(chunks: Iterator[bytes], ratio: _Ratio) -> Iterator[bytes]:
    """Unpack deflate, which some servers send without the wrapper that it should have."""
    unpacker = None
    for chunk in filter(None, chunks):
        ratio.take(len(chunk))
        if unpacker is None:
            unpacker = zlib.decompressobj(zlib.MAX_WBITS if _wrapped(chunk) else -zlib.MAX_WBITS)
        yield from _unpack(unpacker, chunk, ratio)
    if unpacker is not None:
        _require_end(unpacker, begun=True)


def _wrapped(chunk: bytes) -> bool:
    """Return whether RFC 1950's check of the first two bytes holds, as far as they are there."""
    return chunk[0] & 0x0F == zlib.DEFLATED and (
        len(chunk) == 1 or int.from_bytes(chunk[:2], "big") % 31 == 0
    )


def _unpack(unpacker: zlib._Decompress, data: bytes, ratio: _Ratio) -> Iterator[bytes]:
    try:
        while data:
            yield ratio.give(unpacker.decompress(data, _CHUNK))
            data = unpacker.unconsumed_tail
        # What zlib still holds after all input was taken comes out in further calls.
        while not unpacker.eof and (piece := unpacker.decompress(b"", _CHUNK)):
            yield ratio.give(piece)
    except zlib.error as error:
        raise BodyError(f"its compressed body is damaged ({error})") from error


def _require_end(unpacker: zlib._Decompress, *, begun: bool) -> None:
    if begun and not unpacker.eof:
        raise BodyError("its compressed body ends too early")
