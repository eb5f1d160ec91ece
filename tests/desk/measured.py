"""Reading what the desk tells Prometheus."""

from __future__ import annotations


def numbers(text: str) -> dict[str, float]:
    """The samples of an exposition by name and labels."""
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}
