"""Errors of the public log."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_REMEDIES: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "it does not understand what was sent; check its address",
        403: "it does not trust the key that signed; tell its operator the log's vkey",
        404: "it does not know this log; tell its operator the log's origin and vkey",
    }
)
_LATER: Final = "try again later"


class TlogError(Exception):
    """Root of what ``kulanz.tlog`` raises."""


class FormatError(TlogError):
    """What was read or is to be written does not have the form that its specification asks for."""


class RangeError(TlogError):
    """An entry, a tile or a size was asked for that the tree does not have."""


class MissingError(TlogError):
    """A file of the log is not where it must be; ``path`` is its path below the log's address."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: expected this file of the log, found none; ask who publishes the log")
        self.path = path


class SignatureError(TlogError):
    """No signature of a trusted key, or one that does not fit the text."""


class ProofError(TlogError):
    """Hashes do not lead to the root that was signed."""


class TileError(ProofError):
    """The file at ``path`` does not hold what the signed root commits to.

    Partial tiles are tied to the root only together: of those ``path`` names all, with commas between.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class ForkError(ProofError):
    """Two signed checkpoints of one log contradict each other: the log has shown two histories."""


class TruncatedError(ForkError):
    """A later checkpoint is of a smaller tree: the log has taken entries back."""


class WitnessError(TlogError):
    """A witness did not cosign; ``status`` is that of its answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"expected the witness to answer 200, got {status}: {_REMEDIES.get(status, _LATER)}")
        self.status = status
