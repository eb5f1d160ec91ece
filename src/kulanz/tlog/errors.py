"""Errors of the public log."""


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
    """The file at ``path`` does not hold what the signed root commits to."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class ForkError(ProofError):
    """Two signed checkpoints of one log contradict each other: the log has shown two histories."""


class TruncatedError(ForkError):
    """A later checkpoint is of a smaller tree: the log has taken entries back."""
