"""Mentions: pages elsewhere that link to ours, announced by Webmention, Pingback or Trackback.

An announcement is a claim. ``verify`` looks at the page itself, under the limits of the HTTP client.
"""

from kulanz.sources.mentions.claims import Accepts, claimed
from kulanz.sources.mentions.mention import Mention, Standing, mention_post
from kulanz.sources.mentions.verifying import verify

__all__ = ["Accepts", "Mention", "Standing", "claimed", "mention_post", "verify"]
