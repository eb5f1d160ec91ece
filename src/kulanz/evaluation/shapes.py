"""What is compared: labels given by readers, and the lines Kulanz writes."""

from __future__ import annotations

from typing import Annotated, Self

from msgspec import Meta, Struct

from kulanz.core.report import PostFinding

Level = Annotated[int, Meta(ge=0, le=3)]
Count = Annotated[int, Meta(ge=0)]
Unit = Annotated[float, Meta(ge=0.0, le=1.0)]
Flag = Annotated[int, Meta(ge=0, le=1)] | bool | None


class ThreadLabel(Struct, frozen=True, kw_only=True):
    """A reader's verdict on a thread: level 0 (none) to 3 (escalated), and where it began.

    ``onset_post`` is the first post after which a careful reader should have raised it.
    ``affected`` counts the people besides the opener who say they are concerned too.
    """

    thread_id: str
    level: Level
    onset_post: str | None = None
    affected: Count | None = None


class PostLabel(Struct, frozen=True, kw_only=True):
    """All labels a reader gave to a post; ``thread_id`` is None where post ids are unique."""

    post_id: str
    labels: tuple[str, ...]
    thread_id: str | None = None
    lang: str | None = None


class DerailmentLabel(Struct, frozen=True, kw_only=True):
    """Whether a conversation went wrong, in the words of the corpus it comes from.

    ``toxic`` and ``uncivil`` mean a post of this conversation, ``first_toxic_post`` or one
    marked among its posts. ``derailed`` and ``escalated`` mean what followed the last post.
    """

    thread_id: str
    toxic: Flag = None
    derailed: Flag = None
    escalated: Flag = None
    uncivil: Flag = None
    first_toxic_post: str | None = None
    kind: str | None = None
    split: str | None = None

    @property
    def verdict(self) -> bool | None:
        """True where any of the four words says yes, None where none of them is given."""
        given = [
            flag for flag in (self.toxic, self.derailed, self.escalated, self.uncivil) if flag is not None
        ]
        return any(given) if given else None

    @property
    def follows_end(self) -> bool:
        """True where the event came after the last post that is shown."""
        return self.first_toxic_post is None and bool(self.derailed or self.escalated)


class PostSignals(Struct, frozen=True, kw_only=True):
    """One line of ``kulanz posts``; ``signals`` is empty where the post was not scored."""

    thread_id: str
    post_id: str
    lang: str | None = None
    signals: dict[str, Unit | None]

    @classmethod
    def of(cls, finding: PostFinding) -> Self:
        """Return the line that ``kulanz posts`` writes for a finding."""
        post = finding.post
        signals: dict[str, float | None] = dict(finding.signals)
        return cls(thread_id=post.thread_id, post_id=post.post_id, lang=finding.lang, signals=signals)


class Belief(Struct, frozen=True, kw_only=True):
    """One line of ``kulanz forecast``; ``belief`` is None where the post was not scored."""

    thread_id: str
    post_id: str
    belief: Unit | None
