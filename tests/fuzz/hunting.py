"""One parser is fed until it breaks: only declared errors may come out, in bounded time and memory."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed, settings

from fuzz.damage import damaged
from fuzz.target import Target

CORPUS: Final = Path(__file__).parent / "corpus"
SECONDS: Final = 10.0
"""How long one input may take, of processor time; the largest are 256 KiB."""
MEMORY: Final = 1 << 30
"""How many bytes may be asked for besides those in use."""
_PAGE: Final = resource.getpagesize()


class TooSlowError(TimeoutError):
    """A parser did not end in time."""


def fed(target: Target, data: bytes, *, seconds: float = SECONDS) -> None:
    """Feed a parser; raise what it should not have raised."""
    with bounded_time(seconds), suppress(*target.declared):
        target.parse(data)


def hunted(target: Target, *, examples: int, chance: int, seconds: float = 60.0) -> bytes | None:
    """Return the smallest input found that breaks a parser; None where none was found."""
    found: list[bytes] = []
    ends = time.monotonic() + seconds

    @seed(chance)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged(target.seeds()))
    def feed(data: bytes) -> None:
        if not found and time.monotonic() > ends:
            return
        try:
            fed(target, data)
        except Exception:
            found.append(data)
            raise

    with bounded_memory():
        try:
            feed()
        except Exception:
            if not found:
                raise
    return found[-1] if found else None


def corpus(target: Target) -> list[Path]:
    """Return what broke a parser once."""
    return sorted((CORPUS / target.name).glob("*"))


def keep(target: Target, data: bytes) -> Path:
    """Add an input to the corpus."""
    path = CORPUS / target.name / sha256(data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@contextmanager
def bounded_time(seconds: float) -> Iterator[None]:
    """Raise TooSlowError in the block once it has used so much time of the processor."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"did not end in {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def bounded_memory(more: int = MEMORY) -> Iterator[None]:
    """Have the block fail with MemoryError where it asks for too much."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * _PAGE
    resource.setrlimit(resource.RLIMIT_AS, (used + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
