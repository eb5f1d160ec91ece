"""The core over archives that one machine does not hold: Spark cuts and sorts, every executor runs the core.

The reports are those of ``kulanz.batch.scan``, to the last bit. PySpark comes with the extra ``spark``, Java
from the system; nothing of PySpark is imported before a session or a frame is asked for.
"""

from __future__ import annotations

from kulanz.batch.spark.people import SparkPeople, people
from kulanz.batch.spark.scanning import SparkScan, scan, scan_paths
from kulanz.batch.spark.session import SparkError, check_free, session

__all__ = [
    "SparkError",
    "SparkPeople",
    "SparkScan",
    "check_free",
    "people",
    "scan",
    "scan_paths",
    "session",
]
