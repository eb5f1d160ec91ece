"""Words for what people ask for about their own data."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy, pgettext_lazy

KINDS: Final = {
    "correct": gettext_lazy("Correct my data"),
    "object": gettext_lazy("Object: no standing and no value is reckoned of me"),
    "restrict": gettext_lazy("Restrict: keep my data, but do not use it"),
    "erase": gettext_lazy("Erase my data"),
}
STATES: Final = {
    "open": pgettext_lazy("request", "open"),
    "granted": pgettext_lazy("request", "done"),
    "refused": pgettext_lazy("request", "refused"),
    "withdrawn": pgettext_lazy("request", "taken back"),
}
HELP: Final = {
    "correct": gettext_lazy("A person looks at it, changes it, and tells you."),
    "object": gettext_lazy(
        "It holds at once: what was reckoned is deleted, and nothing is reckoned anew. Who looks after your"
        " matter, and how it is decided, does not change by it."
    ),
    "restrict": gettext_lazy(
        "It holds at once: your data stays where it is, and is left out of standing, value, training examples"
        " and their exports. An open matter of yours goes on, because you need an answer."
    ),
    "erase": gettext_lazy(
        "Messages, notes, customer data and your profile go, and your name in what others wrote. That there"
        " was a matter, and who did what and when, stays without words, because it must stay verifiable. Open"
        " matters and paused dunning are ended first."
    ),
}
RETENTION: Final = {
    "raw": gettext_lazy("Answers of sources as they came"),
    "posts": gettext_lazy("Conversations and posts"),
    "people": gettext_lazy("Profiles of people"),
    "customers": gettext_lazy("Customer data from CRM and billing"),
    "cases": gettext_lazy("Closed cases"),
    "requests": gettext_lazy("Answered requests about own data"),
    "events": gettext_lazy("Who changed what"),
    "deliveries": gettext_lazy("Messages to members and webhooks"),
    "idempotency": gettext_lazy("Answers of the API to repeated requests"),
}
"""What is kept for its own time, by class."""
