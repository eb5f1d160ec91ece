"""One search over everything that has words: conversations, posts, issues, cases, people, accounts.

A case is found by its customer too: by what the actor may see of them.

Every word must occur, as the beginning of a word; capitals and accents do not count. The latest come
first, and no more than MOST of a kind are looked at: who finds more than that adds a word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, QuerySet

from kulanz.desk.models import Account, Case, Customer, Issue, Message, Note, Person, Post, Thread
from kulanz.desk.models.wordindex import SEARCHED, matching
from kulanz.desk.queries.issues import listed
from kulanz.desk.queries.paging import PAGE, Paged
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.searching import Part, excerpt, folded, terms

MOST: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that was found; ``place`` says where it belongs, ``shown`` is the stretch that matched."""

    kind: str
    pk: int
    title: str
    place: str
    state: str
    at: datetime | None
    shown: tuple[Part, ...]

    @property
    def in_title(self) -> bool:
        """Whether the stretch is the title itself."""
        return "".join(part.text for part in self.shown) == self.title


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a kind were found; ``more`` where there are more than were looked at."""

    kind: str
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of one kind, and how many there are of every kind that the actor may see."""

    kind: str
    page: Paged[Hit]
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """Texts of a table that belong to a noun; ``noun`` is the field that holds the noun's key.

    ``right`` is what somebody needs beside that of the kind. With ``only`` all words must stand in these
    fields, and no others are shown.
    """

    model: type[Model]
    noun: str = "pk"
    right: Right | None = None
    only: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return self.only or SEARCHED[self.model]


@dataclass(frozen=True, slots=True)
class _Kind:
    right: Right
    rows: Callable[[], QuerySet[Any]]
    texts: tuple[_Text, ...]
    hit: Callable[[Any], Mapping[str, Any]]


def kinds(actor: Actor) -> tuple[str, ...]:
    """Return the kinds that an actor may look for."""
    return tuple(name for name, kind in _KINDS.items() if actor.may(kind.right))


def search(actor: Actor, words: str, *, kind: str = "", offset: int = 0) -> Found:
    """Return what was found of a kind, by default of the first that has something.

    Kinds that the actor may not see are not looked for, and neither are posts that were removed.
    """
    looked_for = terms(words)
    allowed = kinds(actor)
    found = {name: _Finds(_KINDS[name], looked_for, actor) for name in allowed}
    tallies = tuple(Tally(name, len(found[name].keys), found[name].more) for name in allowed)
    filled = next((each.kind for each in tallies if each.count), allowed[0])
    shown = kind if kind in found else filled
    return Found(shown, _page(shown, found[shown], looked_for, offset), tallies)


class _Finds:
    """The keys of one kind that were found, the latest first."""

    def __init__(self, kind: _Kind, looked_for: Sequence[str], actor: Actor) -> None:
        self.matched: dict[_Text, list[int]] = {}
        nouns: set[int] = set()
        self.more = False
        using = kind.rows().db
        for text in (each for each in kind.texts if each.right is None or actor.may(each.right)):
            rows = matching(
                text.model,
                looked_for,
                using=using,
                at_most=MOST + 1,
                fields=text.only,
                among=_among(kind, text),
            )
            self.more = self.more or len(rows) > MOST
            self.matched[text] = rows[:MOST]
            nouns |= _nouns(text, self.matched[text])
        there = kind.rows().filter(pk__in=nouns).values_list("pk", flat=True)
        self.more = self.more or len(there) > MOST
        self.keys: list[int] = sorted(there, reverse=True)[:MOST]


def _among(kind: _Kind, text: _Text) -> QuerySet[Any] | None:
    """Return the rows of a table that belong to a noun of the kind; None for all.

    Said before the latest are taken: a thousand notes about cases would else hide one about an issue.
    """
    if text.noun != "pk":
        return text.model._default_manager.filter(**{f"{text.noun}__isnull": False})  # noqa: SLF001
    rows = kind.rows()
    return rows if rows.query.where else None


def _nouns(text: _Text, rows: Sequence[int]) -> set[int]:
    if text.noun == "pk" or not rows:
        return set(rows)
    keys = text.model._default_manager.filter(pk__in=rows).values_list(text.noun, flat=True)  # noqa: SLF001
    return {key for key in keys if key is not None}


def _page(name: str, found: _Finds, looked_for: Sequence[str], offset: int) -> Paged[Hit]:
    start = min(max(offset, 0), len(found.keys))
    keys = found.keys[start : start + PAGE]
    following = start + PAGE
    return Paged(
        rows=tuple(_hits(name, keys, found, looked_for)),
        total=len(found.keys),
        offset=start,
        following=following if following < len(found.keys) else None,
        previous=max(start - PAGE, 0) if start else None,
    )


def _hits(name: str, keys: list[int], found: _Finds, looked_for: Sequence[str]) -> Iterator[Hit]:
    kind = _KINDS[name]
    rows = kind.rows().in_bulk(keys)
    texts = _texts(keys, found)
    for key in keys:
        text = _best(texts.get(key, ()), looked_for)
        yield Hit(kind=name, pk=key, shown=excerpt(text, looked_for), **kind.hit(rows[key]))


def _texts(keys: Collection[int], found: _Finds) -> dict[int, list[str]]:
    """Return the texts of some nouns that hold the words."""
    texts: dict[int, list[str]] = {}
    for text, matched in found.matched.items():
        rows = text.model._default_manager.filter(pk__in=matched)  # noqa: SLF001
        here = rows.filter(**{f"{text.noun}__in": keys}).order_by("-pk")
        for noun, *parts in here.values_list(text.noun, *text.fields):
            texts.setdefault(noun, []).append(" · ".join(part for part in parts if part))
    return texts


def _best(texts: Iterable[str], looked_for: Sequence[str]) -> str:
    """The text that most of the words stand in."""
    return max(texts, key=lambda text: sum(term in folded(text) for term in looked_for), default="")


def _of_thread(row: Thread) -> Mapping[str, Any]:
    return {
        "title": row.title or row.key,
        "place": row.source.name,
        "state": row.stage,
        "at": row.last_post_at,
    }


def _of_post(row: Post) -> Mapping[str, Any]:
    writer = f"{row.account.key} · " if row.account else ""
    title = row.thread.title or row.thread.key
    return {"title": title, "place": writer + row.source.name, "state": "", "at": row.created_at}


def _of_issue(row: Issue) -> Mapping[str, Any]:
    owner = str(row.owner) if row.owner else ""
    return {"title": row.title, "place": owner, "state": row.state, "at": row.opened_at}


def _of_case(row: Case) -> Mapping[str, Any]:
    return {"title": row.title, "place": row.person.name, "state": row.state, "at": row.opened_at}


def _of_person(row: Person) -> Mapping[str, Any]:
    return {"title": row.name, "place": "", "state": row.role, "at": None}


def _of_account(row: Account) -> Mapping[str, Any]:
    person = f"{row.person.name} · " if row.person else ""
    return {"title": row.key, "place": person + row.source.name, "state": "", "at": row.first_seen_at}


_KINDS: Final[Mapping[str, _Kind]] = {
    "threads": _Kind(
        Right.SEE_RADAR,
        lambda: Thread.objects.select_related("source"),
        (_Text(Thread),),
        _of_thread,
    ),
    "posts": _Kind(
        Right.SEE_RADAR,
        lambda: Post.objects.filter(removed=False).select_related("thread", "source", "account"),
        (_Text(Post),),
        _of_post,
    ),
    "issues": _Kind(
        Right.SEE_RADAR,
        lambda: listed().select_related("owner"),
        (_Text(Issue), _Text(Note, "issue_id")),
        _of_issue,
    ),
    "cases": _Kind(
        Right.SEE_CASES,
        lambda: Case.objects.select_related("person"),
        (
            _Text(Case),
            _Text(Message, "case_id"),
            _Text(Note, "case_id"),
            _Text(Person, "cases", only=("name",)),
            _Text(Person, "cases", Right.SEE_PEOPLE, only=("name", "email", "customer_number")),
            _Text(Account, "person__cases", Right.SEE_PEOPLE),
            _Text(Customer, "person__cases", Right.SEE_VALUES),
        ),
        _of_case,
    ),
    "people": _Kind(
        Right.SEE_PEOPLE,
        lambda: Person.objects.filter(merged_into=None),
        (_Text(Person),),
        _of_person,
    ),
    "accounts": _Kind(
        Right.SEE_PEOPLE,
        lambda: Account.objects.select_related("source", "person"),
        (_Text(Account),),
        _of_account,
    ),
}
