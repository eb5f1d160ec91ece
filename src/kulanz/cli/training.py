"""What ``kulanz train`` reads before it calls ``kulanz.learning``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from kulanz import evaluation, models
from kulanz.batch import sorted_groups
from kulanz.core.analysis import threads_of
from kulanz.core.examination import Models
from kulanz.core.features import GramWeights, Vectorizer
from kulanz.core.posts import Post
from kulanz.core.reading import ThreadReader
from kulanz.core.staff import StaffRules
from kulanz.evaluation.files import read_derailment_labels, read_thread_labels
from kulanz.evaluation.on_conversations import event_indexes
from kulanz.sources import Problems, ReadOptions, read

if TYPE_CHECKING:
    from kulanz.learning.examples import Example
    from kulanz.learning.forecast import Growing


@dataclass(frozen=True, slots=True)
class ThreadFiles:
    """Files from which the thread model is made."""

    threads: tuple[Path, ...]
    labels: Path
    natural: tuple[Path, ...]
    alarms: float


@dataclass(frozen=True, slots=True)
class ForecastFiles:
    """Files from which the forecast is made."""

    talks: tuple[Path, ...]
    heat: tuple[Path, ...]


def train_signals(labelled: Sequence[Path], folder: Path) -> None:
    """Make the post signals; they rest on the word vectors in the folder."""
    try:
        from kulanz.learning import signals
    except ImportError as error:
        raise _lacking(error, "train") from error
    examples = list(_examples(labelled))
    heat = signals.heat_of(models.load_folder(folder).grams)
    with _learning():
        made = signals.train_signals(examples, models.load_words(folder))
    models.save_signals(signals.with_heat(made.grams, heat), made.head, folder)


def train_threads(given: ThreadFiles, folder: Path) -> None:
    """Make the thread model; it rests on the signals in the folder."""
    try:
        from kulanz.learning import threads
    except ImportError as error:
        raise _lacking(error, "train") from error
    loaded = models.load_folder(folder)
    reader = _reader(loaded, loaded.grams)
    judged = {
        label.thread_id: threads.Judged(label.level, label.onset_post)
        for label in read_thread_labels(given.labels)
    }
    labelled = list(_threads(given.threads))
    with _learning():
        model = threads.fit(threads.labelled_rows(reader, labelled, judged), threads.ThreadSettings())
        if given.natural:
            natural = threads.natural_inputs(reader, _threads(given.natural))
            model = threads.alarm_level(model, natural, given.alarms)
    models.save_threads(model, folder)


def train_forecast(given: ForecastFiles, folder: Path) -> None:
    """Make the forecast; it rests on the signals in the folder.

    The heat columns see the threads the forecast learns from, so each thread is read with
    columns that learnt from the other folds only.
    """
    try:
        from kulanz.learning import forecast, heat, signals
    except ImportError as error:
        raise _lacking(error, "train") from error
    loaded = models.load_folder(folder)
    plain = signals.without_heat(loaded.grams)
    with _learning():
        texts = heat.read_heat(given.heat)
        parts = []
        for fold in range(heat.FOLDS):
            reader = _reader(loaded, signals.with_heat(plain, heat.fit_heat(texts.without(fold))))
            parts += [part for path in given.talks for part in _growing(path, reader, fold)]
        model = forecast.fit_forecast(forecast.together(parts))
        grams = signals.with_heat(plain, heat.fit_heat(texts))
    models.save_signals(grams, loaded.head, folder)
    models.save_forecast(model, folder)


def train_drafts(labelled: Sequence[Path], passages: Sequence[Path], folder: Path) -> None:
    """Make the models of the draft check; they rest on the signals in the folder."""
    try:
        from kulanz.learning import drafts
    except ImportError as error:
        raise _lacking(error, "train") from error
    try:
        found = [one for path in labelled for one in drafts.read_drafts(path)]
        texts = [one for path in passages for one in drafts.read_texts(path)]
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    with _learning():
        loaded = models.load_folder(folder)
        rows = drafts.rows_of_texts(loaded, texts) if texts else None
        model = drafts.fit_drafts(drafts.read_all(loaded, found), rows)
    models.save_drafts(model, folder)


def _reader(loaded: Models, grams: GramWeights) -> ThreadReader:
    return ThreadReader(Vectorizer(grams, loaded.vectors), loaded.head, StaffRules())


def train_words(lexicon: Path, german: Path, english: Path, folder: Path) -> None:
    """Make the word vectors."""
    try:
        from kulanz.learning import words

        counts = [words.word_counts(post.text for post in _read([path])) for path in (german, english)]
        made = words.build(words.read_lexicon(lexicon), *counts)
    except ImportError as error:
        raise _lacking(error, "vectors") from error
    models.save_words(made, folder)


@contextmanager
def new_models(folder: Path) -> Iterator[Path]:
    """Yield a folder beside this one to make models in; they take their place when all is done.

    What is not made there is the one of before, or else the shipped one.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as name:
        made = Path(name)
        with as_file(files(models)) as shipped:
            for file in chain(shipped.glob("*.npz"), folder.glob("*.npz")):
                shutil.copyfile(file, made / file.name)
        yield made
        folder.mkdir(exist_ok=True)
        for file in made.iterdir():
            file.replace(folder / file.name)
    click.echo(f"wrote models to {folder}", err=True)


def _examples(labelled: Sequence[Path]) -> Iterator[Example]:
    from kulanz.learning.examples import read_labelled

    for path in labelled:
        for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
            try:
                yield from read_labelled(file)
            except ValueError as error:
                raise click.ClickException(str(error)) from error


def _growing(path: Path, reader: ThreadReader, fold: int) -> Iterator[Growing]:
    from kulanz.learning.forecast import growing
    from kulanz.learning.heat import fold_of

    labels = evaluation.placed(read_derailment_labels(_labels_beside(path)), _read([path]))
    threads = [posts for posts in _threads([path]) if fold_of(posts[0].thread_id) == fold]
    events = event_indexes(labels, {posts[0].thread_id: posts for posts in threads})
    if any(event != 0 for event in events.values()):
        yield growing(reader, threads, events)


def _labels_beside(path: Path) -> Path:
    name = path.name.replace(".jsonl", ".labels.jsonl")
    if name == path.name:
        raise click.UsageError(
            f"expected talks in NAME.jsonl (or packed, as NAME.jsonl.xz), got {path.name!r}"
        )
    return path.with_name(name)


def _threads(paths: Sequence[Path]) -> Iterator[list[Post]]:
    problems = Problems()
    yield from chain.from_iterable(map(threads_of, sorted_groups(paths, problems=problems)))
    _refuse(problems)


def _read(paths: Sequence[Path]) -> Iterator[Post]:
    problems = Problems()
    yield from read(paths, problems=problems, options=ReadOptions(keep_extra=True))
    _refuse(problems)


def _refuse(problems: Problems) -> None:
    """A model from half a file would be wrong without a sign of it."""
    if problems.total:
        raise click.ClickException(f"{problems.kept[0]}; training needs files without broken lines")


@contextmanager
def _learning() -> Iterator[None]:
    click.echo("learning from what was read; this may take minutes", err=True)
    try:
        yield
    except ValueError as error:
        raise click.ClickException(
            f"nothing can be learnt from these files: {error}; give examples with and without every label"
        ) from error


def _lacking(error: ImportError, extra: str) -> click.ClickException:
    return click.ClickException(
        f"training needs {error.name}, which is not installed: pip install 'kulanz[{extra}]'"
    )
