"""What a page of measurements says of the machine."""

from __future__ import annotations

from pathlib import Path


def processor() -> str:
    """Return the name of the processor, as Linux knows it."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        if line.startswith("model name")
    ]
    return names[0] if names else "unknown processor"
