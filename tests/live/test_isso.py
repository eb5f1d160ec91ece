"""What happens on a real isso, and what its Atom feed of one page tells."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from following import Following, kinds

from servers.isso import IssoSite


@pytest.fixture
def place(request: pytest.FixtureRequest) -> str:
    return f"/{request.node.name}/"


def test_replies_edits_and_removals_are_seen_in_the_feed(isso: IssoSite, place: str, tmp_path: Path) -> None:
    first = isso.post(place, "I paid in May.", by="Ines")
    second = isso.post(place, "So did I.", by="Jan", parent=first)
    isso.post(place, "We look into it.", by="Team")
    isso.age(minutes=5)
    following = Following("feed", isso.feed(place), tmp_path)
    following.look()
    by_text = {post.text: post for post in following.posts().values()}
    opener, reply = by_text["I paid in May."], by_text["So did I."]
    assert reply.reply_to == opener.post_id
    assert (opener.author_id, reply.author_id) == ("Ines", "Jan")

    # isso's ETag is the number of the newest comment, so that the feed is believed unchanged for an hour.
    following.ahead += timedelta(hours=1)
    isso.edit(second, "I did not.", by="Jan")
    (edit,) = following.look()
    assert (edit.kind, edit.post_id) == ("edited", reply.post_id)
    assert edit.changed_at is not None

    following.ahead += timedelta(hours=1)
    isso.delete(second)
    assert kinds(following.look()) == [("removed", reply.post_id)]
