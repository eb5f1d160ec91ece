"""The table of parsers. Whoever writes one that reads what comes from outside adds a line to it."""

from __future__ import annotations

from typing import Final

from fuzz import connector_targets, desk_targets, instance_targets, log_targets, source_targets
from fuzz.target import Target

TARGETS: Final[tuple[Target, ...]] = (
    *source_targets.TARGETS,
    *connector_targets.TARGETS,
    *log_targets.TARGETS,
    *desk_targets.TARGETS,
    *instance_targets.TARGETS,
)
