"""Conversations as a language model is told of them: who speaks is a number, and nobody has a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kulanz.core.posts import Post as CorePost
from kulanz.core.staff import StaffRules
from kulanz.desk.models import Case, Issue, Post
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.drafts import Place, Talk, customer_of, talk_at
from kulanz.desk.queries.language_model import names_behind, names_of_customer, threads_to_tell
from kulanz.desk.rules.language_model import LONGEST_TURN, MOST_SENT, Turn, fitting
from kulanz.desk.rules.language_model import Talk as Told
from kulanz.desk.rules.masking import Names
from kulanz.desk.rules.names import is_ordinary, words_of
from kulanz.desk.services.known_names import Known, account_names, erased_at, shared_names
from kulanz.desk.services.veiling import is_narrow

_NOBODY: Final = "{name}"
_ERASED: Final = "{erased}"
_LOOKED_AT: Final = 3 * LONGEST_TURN
"""Of a post so much is masked, before the rest is cut off: a number is not cut in two and overlooked."""
_LEAST: Final = 3
"""Shorter parts of a name are ordinary words, or parts of others."""

Labels = dict[tuple[int | None, str], str]
"""What somebody is called here, by their source and account."""


def told_at(place: Place | Issue, answered: Post | None = None) -> list[Told]:
    """Return the conversations at a place, masked; those of an issue are what it has in public.

    ``answered`` is the post that is to be answered, where somebody chose one.
    """
    shared, labels = shared_names(_NOBODY, _ERASED), Labels()
    if isinstance(place, Issue):
        rows = threads_to_tell(place)
        return [_told(row, shared, labels, MOST_SENT // len(rows)) for row in rows]
    return [_told(place, shared, labels, MOST_SENT, answered)]


def _told(place: Place, shared: Known, labels: Labels, room: int, answered: Post | None = None) -> Told:
    talk = talk_at(place)
    key = answered.key if answered is not None else talk.reply_to
    posts = _shown(talk)
    _label(place, talk, posts, labels)
    names = Names.of({**_there(talk), **shared, **_own(place, talk, labels)}, "{}").masked
    turns = [Turn(by=_by(talk.source, post, labels), text=names(post.text[:_LOOKED_AT])) for post in posts]
    to = next((at for at, post in enumerate(posts) if post.post_id == key), None)
    return fitting(names(place.title), turns, to, room=room)


def _shown(talk: Talk) -> list[CorePost]:
    """Return the posts but hidden ones and those of people who were erased."""
    gone = erased_at(talk.source) if talk.source else frozenset()
    return [post for post in talk.posts if not post.hidden and post.author_id not in gone]


def _label(place: Place, talk: Talk, posts: Sequence[CorePost], labels: Labels) -> None:
    """Call everybody who writes something, a case's customer first."""
    staff = staff_rules(talk.source)
    if isinstance(place, Case):
        _call(labels, talk.source, customer_of(place), "customer")
    for post in posts:
        if post.author_id:
            _call(labels, talk.source, post.author_id, _kind(post, staff))


def _call(labels: Labels, source: int | None, key: str, kind: str) -> None:
    number = sum(label.startswith(f"{{{kind} ") for label in labels.values()) + 1
    labels.setdefault((source, key), f"{{{kind} {number}}}")


def _kind(post: CorePost, staff: StaffRules) -> str:
    if post.role == "staff" or staff.names_author(post.author_id or ""):
        return "staff"
    return "moderator" if post.role == "moderator" else "customer"


def _by(source: int | None, post: CorePost, labels: Labels) -> str:
    return labels.get((source, post.author_id or ""), _NOBODY)


def _there(talk: Talk) -> Known:
    return account_names(talk.source, lambda _key: _NOBODY) if talk.source else {}


def _own(place: Place, talk: Talk, labels: Labels) -> Known:
    """Return the names of those who take part, whole and in parts: they are meant wherever they stand."""
    here = {key: label for (source, key), label in labels.items() if source == talk.source}
    found: list[tuple[str, str]] = list(here.items())
    if isinstance(place, Case):
        found += [(name, here[customer_of(place)]) for name in names_of_customer(place)]
    for key, names in names_behind(talk.source, here) if talk.source else ():
        found += [(name, here[key]) for name in names]
    known: Known = {}
    for name, label in found:
        known.update((words, (label, bare)) for words, bare in _parts(name) if words not in known)
    return known


def _parts(name: str) -> Iterator[tuple[str, bool]]:
    words = words_of(name)
    if not words:
        return
    whole = " ".join(words)
    yield from ((whole, not is_narrow(name)), (f"{whole}s", not is_narrow(name)))
    yield from _alone(words)


def _alone(words: Iterable[str]) -> Iterator[tuple[str, bool]]:
    for word in words:
        if len(word) >= _LEAST and not is_ordinary([word]) and not is_narrow(word):
            yield from ((word, True), (f"{word}s", True))
