"""How a batch run reads, analyses, cuts, and tells what it is doing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Protocol

from msgspec.structs import replace

from kulanz.core.measures.baseline import Baseline
from kulanz.core.posts import Post
from kulanz.core.report import ThreadDetail, ThreadReport
from kulanz.sources import ReadOptions

MIB: Final = 1024 * 1024
# measured: a process that analyses, with models, a full table of words and a thread as long as is analysed,
# and the one that only reads and ranks while others analyse, with the one that keeps their shared things
_ANALYSING: Final = 288 * MIB
_READING: Final = 96 * MIB
_LEAST_DATA: Final = 32 * MIB

Phase = Literal["reading", "analysing"]


class ThreadAnalyser(Protocol):
    """What a scan needs of ``kulanz.core.analysis.Analyser``."""

    def reports(self, posts: Iterable[Post]) -> Iterator[ThreadReport]:
        """Yield a report for each thread; posts come thread by thread and in time order."""
        ...

    def detail(self, posts: Sequence[Post]) -> ThreadDetail:
        """Return everything about one thread."""
        ...


AnalyserFactory = Callable[[Baseline], ThreadAnalyser]


class Progress(Protocol):
    """Hears how far a run is."""

    def __call__(self, phase: Phase, done: int, total: int | None) -> None:
        """Hear that ``done`` of ``total`` is through: bytes while reading, posts while analysing.

        ``total`` is None while it is unknown, as with archives and folders.
        """
        ...


def unheard(phase: Phase, done: int, total: int | None) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True)
class Window:
    """The span of time a run looks at; both ends are timezone-aware, None is open.

    With ``as_of`` nothing later is used: later posts and posts without a time are dropped, a
    later closing of the thread is unknown, and so are views and likes, which count up to the
    day of the export. With ``since`` only threads with a post at or after it are kept, and kept
    whole; a thread without any time is kept, because nothing says that it is old.
    """

    as_of: datetime | None = None
    since: datetime | None = None

    def __post_init__(self) -> None:
        for name, moment in (("as_of", self.as_of), ("since", self.since)):
            if moment is not None and moment.tzinfo is None:
                raise ValueError(
                    f"{name} needs a time zone, got {moment.isoformat()}: add one, such as +00:00"
                )

    def known(self, post: Post) -> Post:
        """Return the post with what was known of it at ``as_of``."""
        if self.as_of is None:
            return post
        closed = post.thread_closed_at
        if closed is not None and closed > self.as_of:
            closed = None
        return replace(post, likes=None, thread_views=None, thread_closed_at=closed)


@dataclass(frozen=True, slots=True)
class Resume:
    """A folder in which a scan keeps what it has done, so that another run goes on from there.

    ``identity`` says by name what the analyser depends on: a scan with another one does not go on from it.
    """

    folder: Path
    identity: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch run works; no choice but ``window`` and ``reading`` changes its results.

    ``memory_bytes`` of posts are held before the temporary folder is used (``temp_dir``, else
    that of the system: TMPDIR). ``partition_bytes`` bounds what is sorted at once in each of the
    ``workers`` processes; of a larger thread no more is held than is analysed. With ``resume`` a scan keeps
    its working data there until it is done.
    """

    reading: ReadOptions = field(default_factory=ReadOptions)
    window: Window = field(default_factory=Window)
    workers: int = 1
    temp_dir: Path | None = None
    memory_bytes: int = 32 * MIB
    partitions: int = 128
    partition_bytes: int = 8 * MIB
    resume: Resume | None = None

    def __post_init__(self) -> None:
        for name in ("workers", "memory_bytes", "partitions", "partition_bytes"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")


def shares(memory: int, workers: int) -> tuple[int, int]:
    """Return ``memory_bytes`` and ``partition_bytes`` that keep all processes of a scan below ``memory``.

    Raise ValueError where that is less than programs, models and the longest thread that is analysed take.
    """
    others = workers if workers > 1 else 0
    fixed = _ANALYSING + (others and _READING + (others - 1) * _ANALYSING)
    least = fixed + _LEAST_DATA * workers
    if memory < least:
        raise ValueError(
            f"expected at least {-(-least // MIB)} MiB for {workers} worker{'s' * (workers > 1)},"
            f" got {memory // MIB} MiB"
        )
    data = memory - fixed
    return data // 2, data // (8 * workers)
