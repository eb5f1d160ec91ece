"""Drafts with the labels of readers, from which the check learns and on which it is measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from kulanz.core.drafts.draft import Draft
from kulanz.core.posts import Post
from kulanz.core.spoken import Lang


class LabelledCustomer(Struct, frozen=True):
    """Who is answered, and what that person wrote."""

    name: str
    text: str


class LabelledPassage(Struct, frozen=True):
    """A finding and the passage of the draft in which it lies."""

    code: str
    text: str


class LabelledText(Struct, frozen=True):
    """A passage by itself, as it could stand in any draft, and its findings of BAD, often none."""

    lang: Lang
    codes: tuple[str, ...]
    text: str


class Labels(Struct, frozen=True):
    """What the draft has of GOOD, and passages of BAD."""

    present: tuple[str, ...]
    passages: tuple[LabelledPassage, ...]


class LabelledDraft(Struct, frozen=True, kw_only=True):
    """One line of training/drafts. Drafts of one ``scenario`` answer the same customer."""

    id: str
    lang: Lang
    split: Literal["train", "test"]
    scenario: str
    public: bool
    customer: LabelledCustomer
    earlier_staff: tuple[str, ...]
    draft: str
    labels: Labels

    def spans(self) -> Iterator[tuple[str, int, int]]:
        """Yield code, start and end of every labelled passage."""
        for passage in self.labels.passages:
            start = self.draft.index(passage.text)
            yield passage.code, start, start + len(passage.text)

    def as_draft(self) -> Draft:
        """The draft as it is checked."""
        return Draft(text=self.draft, public=self.public)

    def thread(self) -> list[Post]:
        """The conversation before the draft: what the company wrote first, then the customer."""
        spoken = [("company", text) for text in self.earlier_staff] + [
            (self.customer.name, self.customer.text)
        ]
        return [
            Post(
                thread_id=self.id,
                post_id=f"{self.id}-{number}",
                author_id=author,
                created_at=None,
                text=text,
                role="staff" if author == "company" else "customer",
                lang=self.lang,
            )
            for number, (author, text) in enumerate(spoken, 1)
        ]
