"""Conversations as a language model is told of them: who speaks is a number, and nobody has a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.core.posts import Post as CorePost
from kulanz.core.staff import StaffRules
from kulanz.desk.models import Case, Issue, Post
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.drafts import Place, Talk, customer_of, talk_at
from kulanz.desk.queries.language_model import names_behind, names_of_customer, threads_to_tell
from kulanz.desk.rules.language_model import LONGEST_TURN, MOST_SENT, Turn, chosen, fitting
from kulanz.desk.rules.language_model import Talk as Told
from kulanz.desk.rules.masking import Names, alike
from kulanz.desk.rules.names import is_ordinary, words_of
from kulanz.desk.services.known_names import Known, erased_at, names_in
from kulanz.desk.services.veiling import is_narrow

_NOBODY: Final = "{name}"
_ERASED: Final = "{erased}"
_LOOKED_AT: Final = 3 * LONGEST_TURN
"""Of a post so much is masked, before the rest is cut off: a number is not cut in two and overlooked."""
_LEAST: Final = 3
"""Shorter parts of a name are ordinary words, or parts of others."""

Labels = dict[tuple[int | None, str], str]
"""What somebody is called here, by their source and account."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A conversation before it is masked: ``shown`` are its posts, ``sent`` those for which there is room."""

    place: Place
    talk: Talk
    shown: Sequence[CorePost]
    sent: Sequence[CorePost]
    answers: int | None
    room: int

    @property
    def texts(self) -> Iterator[str]:
        yield self.place.title
        yield from (post.text[:_LOOKED_AT] for post in self.sent)


def told_at(place: Place | Issue, answered: Post | None = None) -> list[Told]:
    """Return the conversations at a place, masked; those of an issue are what it has in public.

    ``answered`` is the post that is to be answered, where somebody chose one.
    """
    rows = threads_to_tell(place) if isinstance(place, Issue) else [place]
    parts = [_part(row, MOST_SENT // len(rows), answered) for row in rows]
    sources = {part.talk.source for part in parts if part.talk.source}
    texts = [text for part in parts for text in part.texts]
    known, labels = names_in(texts, sources, _NOBODY, _ERASED), Labels()
    return [_told(part, known, labels) for part in parts]


def _part(place: Place, room: int, answered: Post | None) -> _Part:
    talk = talk_at(place)
    key = answered.key if answered is not None else talk.reply_to
    shown = _shown(talk)
    to = next((at for at, post in enumerate(shown) if post.post_id == key), None)
    kept = chosen([len(post.text) for post in shown], to, room=room)
    answers = kept.index(to) if to in kept else None
    return _Part(place, talk, shown, [shown[at] for at in kept], answers, room)


def _told(part: _Part, known: Known, labels: Labels) -> Told:
    source = part.talk.source
    _label(part.place, part.talk, part.shown, labels)
    names = Names.of({**known, **_own(part.place, part.talk, labels)}, "{}").masked
    title, *texts = map(names, part.texts)
    turns = [
        Turn(by=_by(source, post, labels), text=text) for post, text in zip(part.sent, texts, strict=True)
    ]
    left_out = len(part.shown) - len(part.sent)
    return fitting(title, turns, part.answers, left_out=left_out, room=part.room)


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
    words = words_of(alike(name))
    if words:
        yield " ".join(words), not is_narrow(name)
    for word in words:
        if len(word) >= _LEAST and not is_ordinary([word]) and not is_narrow(word):
            yield word, True
