"""Apache Spark from PyPI: a master, and two executors in processes of their own."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tarfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from servers.frame import run, scratch

DEBIAN: Final = ("python3-venv",) if shutil.which("java") else ("python3-venv", "default-jre-headless")
_LOCK: Final = Path(__file__).parents[2] / "requirements-spark.lock"
# where the source package has what pip would install elsewhere; the rest of it is examples
_PLACES: Final = {
    "deps/jars": "pyspark/jars",
    "deps/bin": "pyspark/bin",
    "lib": "pyspark/python/lib",
    "pyspark": "pyspark",
}
_CLUSTER: Final = "local-cluster[2,1,1024]"
_QUICK: Final = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.driver.extraJavaOptions": _QUICK,
    "spark.executor.extraJavaOptions": _QUICK,
    "spark.executor.memory": "640m",
    "spark.task.maxFailures": "1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.files.maxPartitionBytes": "512k",
    "spark.sql.files.openCostInBytes": "1k",
    "spark.sql.files.minPartitionNum": "1",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100",
}


def install(home: Path) -> None:
    """Fetch PySpark and unpack it as pip would lay it out: that takes seconds, building its wheel minutes."""
    if installed(home):
        return
    shutil.rmtree(home, ignore_errors=True)
    version, _ = locked = _locked()
    name = f"pyspark-{version}"
    with scratch() as folder:
        (folder / "wanted").write_text("pyspark=={} --hash={}\n".format(*locked))
        venv.create(folder / "venv", with_pip=True)
        pip = [folder / "venv/bin/pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        run([*pip, "--requirement", "wanted"], folder)
        with tarfile.open(folder / f"{name}.tar.gz") as packed:
            packed.extraction_filter = getattr(tarfile, "data_filter", None)  # not in Debian 12's Python
            packed.extractall(folder)  # noqa: S202 - of the archive that the lock names
        for source, place in sorted(_PLACES.items(), key=lambda found: len(found[1])):
            (home / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / name / source, home / place)
    (home / version).touch()


def installed(home: Path) -> bool:
    """Whether this version is there, and Java."""
    return (home / _locked()[0]).exists() and shutil.which("java") is not None


def _locked() -> tuple[str, str]:
    """The version of the lock, and its digest."""
    found = re.search(r"^pyspark==(\S+) \\\n\s+--hash=(\S+)$", _LOCK.read_text("utf-8"), re.MULTILINE)
    assert found, f"{_LOCK}: expected pyspark with one digest"
    return found[1], found[2]


@contextmanager
def start(home: Path) -> Iterator[Any]:
    """Yield a session on two executors with a core each."""
    package = home / "pyspark"
    logging.getLogger("py4j").setLevel(logging.ERROR)  # it would log after pytest has closed its streams
    sys.path[:0] = [str(home), *map(str, (package / "python/lib").glob("py4j-*.zip"))]
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = import_module("pyspark.sql").SparkSession.builder.master(_CLUSTER).appName("tests")
    with scratch() as folder:
        paths = {"spark.executorEnv.PYTHONPATH": os.pathsep.join(sys.path), "spark.local.dir": str(folder)}
        for name, value in {**_SETTINGS, **paths, "spark.sql.warehouse.dir": str(folder)}.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield session
        finally:
            session.stop()
            shutil.rmtree(package / "work", ignore_errors=True)
