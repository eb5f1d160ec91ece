"""The Spark session, and in plain words what keeps one from starting."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kulanz.batch.errors import BatchError
from kulanz.core.errors import OrderError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_OWN: Final = {
    # an executor's Python holds one batch of rows at a time, whatever the size of a partition
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2048",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
}
_MOST_SAID: Final = 500
_RAISED: Final = re.compile(r"^(?:[\w.]*\.)?(\w+(?:Error|Exception)): (.*)$", re.MULTILINE)


class SparkError(BatchError):
    """Spark is missing, does not start, or gave a job up."""


def functions() -> Any:
    """Return ``pyspark.sql.functions``; raise SparkError, which says what to install, where it is missing."""
    return imported("pyspark.sql.functions")


def pyspark_errors() -> Any:
    """Return ``pyspark.errors``."""
    return imported("pyspark.errors")


def window() -> Any:
    """Return PySpark's ``Window``."""
    return imported("pyspark.sql").Window


def session(master: str | None = None, *, progress: bool = False) -> SparkSession:
    """Return the running session, or a new one at ``master``.

    Without ``master`` Spark's own configuration says where (``spark-defaults.conf``, ``spark-submit``), else
    all cores of this machine. ``progress`` lets Spark draw its bar. Raise SparkError where PySpark or Java is
    missing, or nobody answers at ``master``.
    """
    builder = imported("pyspark.sql").SparkSession
    running: SparkSession | None = builder.getActiveSession()
    if running is not None:
        return running
    _check_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    new = builder.builder.appName("kulanz scan")
    for name, value in {**_OWN, "spark.ui.showConsoleProgress": str(progress).lower()}.items():
        new = new.config(name, value)
    with plain_errors():
        started: SparkSession = (new.master(master) if master else new).getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    return started


def check_free(spark: SparkSession, folder: str) -> None:
    """Raise SparkError, before the work and not after it, where something is in the place of results."""
    context: Any = spark.sparkContext
    with plain_errors():  # PySpark has no file systems of its own
        path = context._jvm.org.apache.hadoop.fs.Path(folder)  # noqa: SLF001
        taken = path.getFileSystem(context._jsc.hadoopConfiguration()).exists(path)  # noqa: SLF001
    if taken:
        raise SparkError(
            f"expected a new folder for results, but {folder} is there: name another one, or remove it"
        )


def check_classic(spark: SparkSession) -> None:
    """Raise SparkError for a session of Spark Connect, which cannot send models to executors."""
    if not hasattr(spark, "_jsc"):
        raise SparkError(
            "expected a session with its driver in this process, got one of Spark Connect, which has no"
            " broadcast: start with --master spark://, yarn, k8s:// or local[*]"
        )


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise an executor's OrderError as such, and everything else of Spark as SparkError."""
    errors = pyspark_errors()
    gateway = imported("py4j.protocol")
    try:
        yield
    except (errors.PySparkException, gateway.Py4JError) as error:
        raise _plain(error) from error


def _plain(error: Exception) -> Exception:
    raised = list(_RAISED.finditer(str(error)))
    of_order = [found[2].strip() for found in raised if found[1] == OrderError.__name__]
    if of_order:
        return OrderError(of_order[-1])
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    said = raised[-1][0] if raised else lines[0]
    return SparkError(f"Spark stopped: {said[:_MOST_SAID]}; its log says more")


def imported(name: str) -> Any:
    """Return a module of PySpark; raise SparkError, which names what to install, where it is missing."""
    try:
        return import_module(name)
    except ImportError as error:
        raise SparkError(
            f"Spark needs PySpark ({error}): pip install 'kulanz[spark]', here and on every executor"
        ) from error


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        where = f"JAVA_HOME={home} holds none" if home else "there is none in PATH, and JAVA_HOME is not set"
        raise SparkError(
            f"Spark needs Java 17 or later, and {where}: install it, such as Debian's default-jre-headless"
        )
