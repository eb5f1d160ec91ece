"""The progress bar, on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from kulanz.batch import Phase

Moving: TypeAlias = Literal["backing_up", "checking", "restoring"]
Stretch: TypeAlias = "Phase | Moving | Literal['fetching', 'exporting', 'carrying']"

_TITLES: Final = {
    "reading": "Reading",
    "analysing": "Analysing",
    "fetching": "Fetching",
    "exporting": "Exporting",
    "carrying": "Carrying",
    "backing_up": "Backing up",
    "checking": "Checking",
    "restoring": "Restoring",
}
_UNITS: Final = {
    "analysing": "posts",
    "fetching": "requests",
    "exporting": "conversations",
    "carrying": "rows",
}


class _Rate(ProgressColumn):
    """Bytes, posts or requests per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if speed is None:
            return Text("")
        unit = _UNITS.get(task.fields["phase"])
        shown = decimal(int(speed)) if unit is None else f"{speed:,.0f} {unit}"
        return Text(f"{shown}/s")


class Bar:
    """One line a phase, with rate and time left; it leaves nothing behind."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[Stretch, TaskID] = {}
        self._progress.start()

    def __call__(self, phase: Stretch, done: int, total: int | None) -> None:
        """Show how far a phase is."""
        if phase not in self._tasks:
            self._tasks[phase] = self._progress.add_task(_TITLES[phase], total=total, phase=phase)
        self._progress.update(self._tasks[phase], completed=done, total=total)

    def print(self, text: str) -> None:
        """Print a line above the bar."""
        self._progress.console.print(Text(text), soft_wrap=True)

    def stop(self) -> None:
        """Take the bar away."""
        self._progress.stop()
