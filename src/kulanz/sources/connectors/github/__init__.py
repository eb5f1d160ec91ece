"""Issues and pull requests of a GitHub repository with their comments, over the REST API.

It reads issues and comments in the order of their last change, a hundred a request, and the
repository's list of events for locks. A repository that did not change costs three requests, which
GitHub does not count against a token (304). The lane ``history`` begins with the oldest.

It sees new issues and comments, edits (with the time of the last change, but not by whom: the REST
API does not tell), locks and unlocks with time and account, issues that were deleted or transferred,
and deleted comments: at once where an issue counts fewer comments than are kept, else when the
thread is read again. It cannot see review comments in the code of pull requests, and no discussions:
those have no REST API and come by webhook alone. With a token that may write issues it posts answers as
comments.
"""

from __future__ import annotations

from typing import Final

from kulanz.sources.connectors.github.api import ANSWERS_WITH, KEYS
from kulanz.sources.connectors.github.connector import GithubConnector

CONNECTOR: Final = GithubConnector

__all__ = ["ANSWERS_WITH", "CONNECTOR", "KEYS", "GithubConnector"]
