"""WordPress: articles, and the comments under them, by the REST API that a site offers by itself.

The address is the site's. A thread is an article with its comments; its id is the article's guid, and a
comment's id is that with ``#comment-N``, as in the site's feeds. One request lists the newest hundred
comments, one the articles that were changed; articles with something new are read whole, ten at a time.
``history`` goes back through all articles and pages.

An edited comment is seen by its text alone, for WordPress notes neither time nor person; an edited article
has a time. A comment in the trash, in moderation or marked as spam is missing, which is noticed at once
among the newest hundred and else when the article is read again. Closing is seen, moving does not exist.

A guest is shown no trackbacks and pingbacks by the API: they are found in the feed of comments, which
holds ten, and then asked for one by one. With ``user`` and ``application_password`` of somebody who may
write articles they are listed like comments.
"""

from __future__ import annotations

from kulanz.sources.connectors.wordpress.connector import CONNECTOR, KEYS, WordPressConnector

__all__ = ["CONNECTOR", "KEYS", "WordPressConnector"]
