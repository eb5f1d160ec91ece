"""The library: what ``from kulanz import ...`` gives, on files, lists and data frames."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import msgspec

from kulanz import sources
from kulanz.batch import scan
from kulanz.batch.long_threads import LongThreads
from kulanz.batch.partition import ThreadLines
from kulanz.batch.sample import ThreadSample
from kulanz.batch.scratch import Scratch
from kulanz.batch.threads import Ordering
from kulanz.core.analysis import Analyser
from kulanz.core.drafts.check import DraftCheck
from kulanz.core.drafts.draft import Draft
from kulanz.core.drafts.report import DraftReport
from kulanz.core.examination import Models
from kulanz.core.measures.baseline import Baseline
from kulanz.core.posts import Post
from kulanz.core.report import PostFinding, Reason, ThreadDetail, ThreadReport
from kulanz.core.spoken import Lang
from kulanz.core.staff import StaffRules
from kulanz.models import load, load_drafts, load_drafts_from, load_folder
from kulanz.sources import Problems, ReadOptions, SourceError
from kulanz.sources.frames import is_frame, posts_of_frame
from kulanz.sources.jsonl import post_from, remedy_for

__all__ = [
    "Draft",
    "DraftReport",
    "Post",
    "PostFinding",
    "Problems",
    "ReadOptions",
    "Reason",
    "SourceError",
    "ThreadDetail",
    "ThreadReport",
    "analyse",
    "check_draft",
    "make_analyser",
    "make_draft_check",
    "read",
    "read_jsonl",
]

File = str | os.PathLike[str]
_DEFAULT_OPTIONS: Final = ReadOptions()
_encode: Final = msgspec.json.Encoder().encode


def read(
    *paths: File, problems: Problems | None = None, options: ReadOptions = _DEFAULT_OPTIONS
) -> Iterator[Post]:
    """Yield the posts of files, folders, archives or ``-`` (standard input), in file order.

    What is broken is skipped and noted in ``problems``; without it a warning at the end says
    how much. Raise UnreadableError, a SourceError, at the end when there was not one post.
    """
    noted = Problems() if problems is None else problems
    yield from sources.read(paths, problems=noted, options=options)
    if problems is None:
        _warn_of(noted)


def read_jsonl(path: File, *, problems: Problems | None = None) -> Iterator[Post]:
    """Yield the posts of a file of Kulanz JSONL; else as ``read``."""
    return read(path, problems=problems, options=ReadOptions(format="jsonl"))


def analyse(
    posts: Any, *, company: Sequence[str] = (), lang: Lang = "en", problems: Problems | None = None
) -> list[ThreadReport]:
    """Return one report a thread, best first: who needs a named person now, and why.

    ``posts`` is a path or a list of paths, a pandas DataFrame with the field names of Kulanz
    JSONL, or an iterable of Posts or of dicts with those names, in any order. ``company`` holds
    names and mail domains of the company, ``lang`` is the language of the reasons.

    Raise UnreadableError where files hold not one post, and SourceError for an entry that is
    no post. What is broken in files is skipped, as ``read`` does.
    """
    factory = partial(make_analyser, company=tuple(company), lang=lang)
    paths = _paths(posts)
    if paths is None:
        return _analysed(_posts(posts), factory)
    noted = Problems() if problems is None else problems
    with scan(paths, factory, problems=noted) as result:
        reports = list(result)
    if problems is None:
        _warn_of(noted)
    return reports


def make_analyser(
    baseline: Baseline | None,
    *,
    company: tuple[str, ...] | StaffRules = (),
    lang: Lang = "en",
    models: Path | Models | None = None,
) -> Analyser:
    """Return an analyser with the shipped models, those of a folder, or some that are loaded.

    ``company`` is as for ``analyse``, or sorted already. A partial of this travels to worker processes.
    """
    if not isinstance(models, Models):
        models = load() if models is None else load_folder(models)
    return Analyser(models, staff=_staff(company), lang=lang, baseline=baseline)


def check_draft(
    draft: Draft, thread: Sequence[Post], *, company: Sequence[str] = (), lang: Lang = "en"
) -> DraftReport:
    """Return what a draft does before it is sent: findings, open questions, position, forecast.

    ``thread`` holds the posts in time order and may be empty; ``company`` is as for ``analyse``, ``lang`` the
    language of the texts. Raise DraftError, a CoreError, for a draft without words and for a ``reply_to``
    that is no post of the thread. Who checks many drafts uses ``make_draft_check`` once.
    """
    return make_draft_check(company=tuple(company), lang=lang).check(draft, thread)


def make_draft_check(
    *, company: tuple[str, ...] | StaffRules = (), lang: Lang = "en", models: Path | None = None
) -> DraftCheck:
    """Return a draft check with the shipped models, or those of a folder."""
    loaded = load() if models is None else load_folder(models)
    drafts = load_drafts() if models is None else load_drafts_from(models)
    return DraftCheck(loaded, drafts, staff=_staff(company), lang=lang)


def _staff(company: tuple[str, ...] | StaffRules) -> StaffRules:
    return company if isinstance(company, StaffRules) else StaffRules.of(company)


def _paths(given: Any) -> list[File] | None:
    """Return what was given as a list of paths, or None where it is something else."""
    if isinstance(given, str | os.PathLike):
        return [given]
    if (
        isinstance(given, list | tuple)
        and given
        and all(isinstance(each, str | os.PathLike) for each in given)
    ):
        return list(given)
    return None


def _posts(given: Any) -> Iterator[Post]:
    if is_frame(given):
        return posts_of_frame(given)
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise SourceError(
            f"expected posts, dicts, a path or a DataFrame, got {type(given).__name__}: give a list of posts"
        )
    return (_post(each, number) for number, each in enumerate(given))


def _post(given: Any, number: int) -> Post:
    if isinstance(given, Post):
        return given
    if not isinstance(given, Mapping):
        raise SourceError(f"item {number}: expected a Post or a dict, got {type(given).__name__}")
    try:
        return post_from(dict(given))
    except msgspec.ValidationError as error:
        raise SourceError(f"item {number}: {error} ({remedy_for(error)})") from error


def _analysed(posts: Iterable[Post], factory: partial[Analyser]) -> list[ThreadReport]:
    """Analyse what is in memory as ``scan`` does, so that both give the same reports."""
    sample = ThreadSample()
    lines: ThreadLines = {}
    for post in posts:
        lines.setdefault(post.thread_id, []).append(_encode(post))
        thread_hash = crc32(post.thread_id.encode())
        if sample.wants(thread_hash):
            sample.add(post, thread_hash)
    analyser = factory(sample.baseline())
    scratch = Scratch()
    try:
        long = LongThreads(scratch)
        reports = long.told(analyser.reports(chain.from_iterable(Ordering().threads(lines, long))))
        ranked = sorted(reports, key=lambda report: (-report.score, report.thread_id))
    finally:
        scratch.close()
    return [msgspec.structs.replace(report, rank=rank) for rank, report in enumerate(ranked, start=1)]


def _warn_of(problems: Problems) -> None:
    if problems.total:
        warnings.warn(
            f"{problems.total} lines, messages or files were skipped, the first: {problems.kept[0]};"
            " pass problems=Problems() to see them all",
            stacklevel=3,
        )
