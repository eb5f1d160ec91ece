"""Conformance suites: subclass one in a test, and pytest shows whether an adapter keeps its contract.

Needs pytest. ``connectors`` holds the suites for connectors, ``private_messages`` and ``public_answers`` the
ones for those that also write, ``receivers`` that for receivers, ``engines`` that for engines that scan,
``billing`` and ``billing_gestures`` those for billing adapters, and ``recorded`` a real HTTP server that
answers with recorded payloads.
"""

import pytest

# Before the suites are imported, so that their failures show the compared values.
pytest.register_assert_rewrite(
    "kulanz.testing.billing",
    "kulanz.testing.billing_gestures",
    "kulanz.testing.connectors",
    "kulanz.testing.engines",
    "kulanz.testing.private_messages",
    "kulanz.testing.public_answers",
    "kulanz.testing.receivers",
)
