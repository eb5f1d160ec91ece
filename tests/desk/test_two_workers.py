"""Two workers on PostgreSQL never do the same row: two processes, real rows, a real mail server."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

from desk_site import desk_site
from servers.fixtures import site_fixture
from servers.postgres import Cluster
from smtp_site import smtp_site

THREADS: Final = 150
MAILS: Final = 200
_SECRET: Final = "known to both sides"  # noqa: S105 - of the tests
postgres = site_fixture("postgres")


def test_two_workers_share_what_is_due(postgres: Cluster, tmp_path: Path) -> None:
    database = {"DATABASE_URL": postgres.create("workers")}
    with smtp_site() as smtp, desk_site(tmp_path, settings={**database, "KULANZ_MAIL_URL": smtp.url}) as desk:
        desk.act("people", "a long enough password")
        key = desk.act("source", "push", "kontaktor", _SECRET)
        headers = {"Authorization": f"Bearer {_SECRET}", "Content-Type": "application/x-ndjson"}
        body = "\n".join(json.dumps(line(number)) for number in range(THREADS)).encode()
        with urlopen(Request(f"{desk.url}/hooks/{key}/push", body, headers), timeout=60) as answer:  # noqa: S310
            assert answer.status == 200
        desk.act("mails", str(MAILS))

        workers = [
            subprocess.Popen(  # noqa: S603 - our own program
                desk.kulanz("work", "--once"),
                env=desk.surroundings,
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        told = [worker.communicate(timeout=90)[0] for worker in workers]

        assert [worker.returncode for worker in workers] == [0, 0], told
        sent = Counter(str(mail["Subject"]) for mail in smtp.mails)
        assert sent == Counter(f"Mail {number}" for number in range(MAILS))
        assert desk.act("counts") == {"sources": 1, "threads": THREADS, "posts": THREADS, "waiting": 0}
        done = [int(re.sub(r"\D", "", each)) for each in told]
        assert min(done) > 0, "both have worked"
        assert sum(done) >= THREADS + MAILS


def line(number: int) -> dict[str, str]:
    return {
        "thread_id": f"t{number}",
        "post_id": f"p{number}",
        "author_id": "rolf",
        "created_at": "2026-06-01T10:00:00Z",
        "text": f"Frage {number}: wie geht das?",
    }
