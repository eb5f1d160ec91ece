"""A whole desk with all that is around it, and what is done to it while it is under load."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from threading import Event, Thread
from typing import Any, Final

from benchmarks.chaos import checking
from benchmarks.chaos.killing import ROOT, Crew, crew, python
from benchmarks.chaos.load import SECRET, Asking, Billing, Checkpoints, Forum, People, Pushes

MATTERS: Final = 200
PUSH_EVERY_S: Final = 0.25
ASK_EVERY_S: Final = 0.2
POST_EVERY_S: Final = 1.0
WORK_EVERY_S: Final = 0.2
LOOK_EVERY_S: Final = 0.05
_PATIENCE_S: Final = 120.0


@dataclass(slots=True)
class Outcome:
    """What became of a desk: how much it was given and what was wrong, and how often what was done to it."""

    kills: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    unanswered: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    doubled_mails: int = 0
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Scene:
    """A desk, its processes, and what is given to it."""

    desk: Any
    crew: Crew
    given: checking.Given
    asking: Asking
    log: Path
    act: Callable[..., Any]
    smtp: Any

    def rest_by_itself(self) -> float | None:
        """Wait until every conversation is analysed; return how many seconds it took, None where too long."""
        begin = time.monotonic()
        while (passed := time.monotonic() - begin) < _PATIENCE_S:
            if not self.act("waiting"):
                return passed
            time.sleep(1.0)
        return None


@contextmanager
def scene(
    settings: Mapping[str, str],
    workers: int,
    folder: Path | None = None,
    processes: Mapping[str, str] | None = None,
    matters: int = MATTERS,
) -> Iterator[Scene]:
    """Make a desk with a forum, a mail server and billing around it; none of its processes runs yet.

    ``processes`` are settings of its web process and workers alone.
    """
    from desk_site import DeskSite, make  # noqa: PLC0415 - servers for tests are no package
    from discourse_site import DiscourseSite, SiteServer  # noqa: PLC0415
    from servers.frame import free_port, run  # noqa: PLC0415
    from smtp_site import smtp_site  # noqa: PLC0415

    with ExitStack() as stack:
        smtp = stack.enter_context(smtp_site())
        server = stack.enter_context(SiteServer(DiscourseSite()))
        place = folder or Path(stack.enter_context(TemporaryDirectory(prefix="kulanz-chaos-")))
        desk = DeskSite(place, free_port(), {"KULANZ_MAIL_URL": smtp.url, **settings})
        make(desk)

        def act(name: str, *words: object, **more: str) -> Any:
            command = python("benchmarks.chaos.inside", name, *map(str, words))
            return json.loads(run(command, ROOT, {**desk.env, **more}))

        told = act("prepare", matters, server.url, SECRET)
        log = Path(act("log_folder"))
        asking = Asking(desk.port)
        given = checking.Given(
            Pushes(asking, told["hook"]), People(asking, told), Forum(server),
            Billing(Path(told["billing"])), Checkpoints(log),
        )  # fmt: skip
        born = stack.enter_context(crew(desk, workers, _log_of(place), processes))
        yield Scene(desk, born, given, asking, log, act, smtp)


def _log_of(place: Path) -> Path:
    """Where the processes write what they say: beside the desk's folder, whose disk may be full."""
    return Path(gettempdir()) / f"{place.name}.log"


def _ids(mails: Sequence[Any]) -> Counter[str]:
    return Counter(str(mail["Message-ID"]).strip("<>") for mail in mails)


@contextmanager
def under_load(scene: Scene) -> Iterator[None]:
    """Have all of them at work; what was begun at the end is pushed until it is acknowledged."""
    stop, given = Event(), scene.given
    tasks = [
        Thread(target=each.run, args=(stop, every), daemon=True)
        for each, every in (
            (given.pushes, PUSH_EVERY_S),
            (given.people, ASK_EVERY_S),
            (given.forum, POST_EVERY_S),
            (given.billing, WORK_EVERY_S),
            (given.checkpoints, LOOK_EVERY_S),
        )
    ]
    for task in tasks:
        task.start()
    try:
        yield
    finally:
        stop.set()
        scene.asking.stop()
        for task in tasks:
            task.join()


def settle(scene: Scene) -> None:
    """Let the desk come to rest: billing answers between two turns of all that is due."""
    for name in list(scene.crew.alive):
        scene.crew.end(name)
    for hours in (0, 2, 4):  # what billing confirms is heard in the turn after
        scene.act("settle", hours)
        scene.given.billing.work()
        scene.given.checkpoints.look()


def outcome(scene: Scene, seconds: float) -> Outcome:
    """Compare a desk that rests with what it was given, and with one to which nothing happened."""
    given, facts = scene.given, scene.act("facts")
    given.mails = _ids(scene.smtp.mails)
    found = [*scene.asking.refused, *scene.act("broken"), *checking.wrong(given, facts, scene.log)]
    found += [*scene.crew.crashes, *checking.differing(scene.act("radar"), _twin_radar(scene))]
    counts = {
        "posts": len(facts["posts"]),
        "conversations": facts["threads"],
        "fetched posts": len(given.forum.posts),
        "alarms": sum(facts["alarms"].values()),
        "mails": given.mails.total(),
        "promises": len(facts["promises"]),
        "holds": len(facts["holds"]),
        "replies": len(facts["replies"]),
        "measures": len(facts["measures"]),
        "log entries": len(facts["entries"]),
        "checkpoints": len(given.checkpoints.seen),
    }
    return Outcome(
        dict(scene.crew.kills), seconds, scene.asking.unanswered, counts, checking.doubled_mails(given), found
    )


def _twin_radar(scene: Scene) -> dict[str, dict[str, str]]:
    """The radar of a desk that was given the same and never killed."""
    from desk_site import DeskSite, make  # noqa: PLC0415 - servers for tests are no package
    from servers.frame import free_port, run  # noqa: PLC0415

    with TemporaryDirectory(prefix="kulanz-chaos-") as folder:
        desk = DeskSite(Path(folder), free_port(), {})
        make(desk)

        def act(name: str, *words: str) -> Any:
            return json.loads(run(python("benchmarks.chaos.inside", name, *words), ROOT, desk.env))

        hook = act("twin", scene.given.forum.server.url, SECRET)
        with crew(desk, 0, Path(folder) / "nursery.log") as processes:
            processes.start("web")
            pushes = Pushes(Asking(desk.port), hook)
            for posts in scene.given.pushes.given:
                pushes.push(posts)
            processes.end("web")
        act("settle", "1")  # what is read in a turn is analysed in the next
        return dict(act("radar"))
