"""Errors of the batch package."""


class BatchError(Exception):
    """Root of what ``kulanz.batch`` raises."""


class SpillError(BatchError):
    """The temporary folder cannot hold the working data."""


class WorkerError(BatchError):
    """A worker process ended before its work was done."""


class ResumeError(BatchError):
    """A folder of working data does not belong to the scan that was to go on from it."""
