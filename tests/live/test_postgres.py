from __future__ import annotations

import subprocess

from servers.postgres import Cluster


def test_a_cluster_makes_databases_that_can_be_asked(postgres: Cluster):
    address = postgres.create("asked")

    command = ["psql", "--no-psqlrc", "-tAc", "select current_database()", address]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours

    assert answer.stdout.strip() == "asked"
