"""Errors of the batch package."""


class BatchError(Exception):
    """Root of what ``kulanz.batch`` raises."""


class SpillError(BatchError):
    """The temporary folder cannot hold the working data."""


class WorkerError(BatchError):
    """A worker process ended before its work was done."""
