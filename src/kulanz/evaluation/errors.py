"""Errors of the evaluation package."""


class EvaluationError(Exception):
    """Root of what ``kulanz.evaluation`` raises; the message says what to do."""


class LabelFileError(EvaluationError):
    """A line of a label or result file is not what it should be; names file and line."""


class MissingExtraError(EvaluationError, ImportError):
    """A baseline needs a package that the base installation does not have."""
