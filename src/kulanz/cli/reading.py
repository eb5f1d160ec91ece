"""Posts for the commands that go through all of them in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kulanz.cli.options import Inputs, Working
    from kulanz.cli.session import Session
    from kulanz.core.posts import Post


def groups_of_posts(
    inputs: Inputs, working: Working, session: Session, *, again: bool = False
) -> Iterator[Iterator[Post]]:
    """Yield the inputs' posts in groups of whole threads, each in the order that an analysis needs.

    Who reads the same inputs ``again`` does not tell their problems again.
    """
    from kulanz.batch import sorted_groups
    from kulanz.sources import Problems

    options = working.batch_options(inputs)
    problems = Problems() if again else session.problems
    for group in sorted_groups(inputs.paths, problems=problems, options=options, progress=session):
        yield session.passing(group)
