"""Two workers on PostgreSQL never do the same row: two processes, real rows, a real mail server."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

import pytest

from desk_site import desk_site
from servers.fixtures import site_fixture
from servers.postgres import Cluster
from smtp_site import smtp_site

pytestmark = pytest.mark.any_database

THREADS: Final = 30
WORDS: Final = (
    "Seit Wochen bekomme ich falsche Mahnungen, und niemand antwortet. Das ist eine Frechheit, ich kündige!",
    "Bei mir dasselbe: Inkasso wegen einer Rechnung, die längst bezahlt ist. Unverschämt!",
    "Mir ist das auch passiert. Finger weg von dieser Firma, ich bin stinksauer.",
)
MAILS: Final = 60
_SECRET: Final = "known to both sides"  # noqa: S105 - of the tests
postgres = site_fixture("postgres")


def test_two_workers_share_what_is_due(postgres: Cluster, tmp_path: Path) -> None:
    database = {"DATABASE_URL": postgres.create("workers")}
    with smtp_site() as smtp, desk_site(tmp_path, settings={**database, "KULANZ_MAIL_URL": smtp.url}) as desk:
        desk.act("people", "a long enough password")
        key = desk.act("source", "push", "kontaktor", _SECRET)
        headers = {"Authorization": f"Bearer {_SECRET}", "Content-Type": "application/x-ndjson"}
        body = "\n".join(json.dumps(line) for number in range(THREADS) for line in lines(number)).encode()
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
        assert {name: sent[name] for name in sent if name.startswith("Mail ")} == numbered()
        posts = THREADS * len(WORDS)
        assert desk.act("counts") == {"sources": 1, "threads": THREADS, "posts": posts, "waiting": 0}
        once = [1] * THREADS
        assert desk.act("per_thread") == {"points": once, "alarms": once, "told": once}
        done = [int(re.sub(r"\D", "", each)) for each in told]
        assert min(done) > 0, "both have worked"
        assert sum(done) >= THREADS + MAILS


def numbered() -> dict[str, int]:
    return {f"Mail {number}": 1 for number in range(MAILS)}


def lines(number: int) -> Iterator[dict[str, str]]:
    """A conversation that raises an alarm now: the running desk has no other clock."""
    begun = datetime.now(UTC) - timedelta(hours=1)
    for place, words in enumerate(WORDS):
        yield {
            "thread_id": f"t{number}",
            "post_id": f"p{number}-{place}",
            "author_id": f"kunde_{place}",
            "created_at": (begun + timedelta(minutes=place)).isoformat(),
            "text": f"{number}: {words}",
        }
