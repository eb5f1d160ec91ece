"""What the forms say about each connector: what its address looks like, and what its keys are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Lazy

_FORUM: Final = _("The address of the forum.")


@dataclass(frozen=True, slots=True)
class Described:
    """A kind of source: its name, what its address is, and an example of it."""

    title: Text
    address: Text
    example: str


DESCRIBED: Final[Mapping[str, Described]] = {
    "discourse": Described("Discourse", _FORUM, "https://forum.example.org"),
    "flarum": Described("Flarum", _FORUM, "https://forum.example.org"),
    "nodebb": Described("NodeBB", _FORUM, "https://forum.example.org"),
    "misago": Described("Misago", _FORUM, "https://forum.example.org"),
    "html_forum": Described(
        _("Another forum"),
        _("A page with a list of conversations, or one conversation."),
        "https://forum.example.org/support",
    ),
    "feed": Described(
        _("Feed (RSS, Atom, JSON Feed)"),
        _("A feed, or a page that links to one."),
        "https://blog.example.org/feed.xml",
    ),
    "wordpress": Described("WordPress", _("The address of the site."), "https://blog.example.org"),
    "mastodon": Described(
        "Mastodon",
        _("An account, a hashtag, or one conversation."),
        "https://social.example.org/tags/kontaktor",
    ),
    "github": Described("GitHub", _("A repository, as OWNER/NAME or by its address."), "example/project"),
    "hyperkitty": Described(
        "HyperKitty (Mailman 3)",
        _("The page of the mailing list."),
        "https://lists.example.org/archives/list/support@lists.example.org",
    ),
    "mbox": Described(
        _("Mail archive (mbox, pipermail, public-inbox)"),
        _("An mbox, or the page of an archive."),
        "https://lists.example.org/pipermail/support",
    ),
    "imap": Described(
        _("Mailing list by mailbox (IMAP)"),
        _("A mailbox that is subscribed to the list."),
        "imaps://mail.example.org/INBOX",
    ),
    "push": Described(
        _("Your own program (push)"),
        _("A word or address that says where the posts are from; mentions of its host are taken."),
        "https://community.example.org",
    ),
}

KEYS: Final[Mapping[str, Text]] = {
    "api_key": _("API key"),
    "api_username": _("Account that the API key acts for"),
    "user_api_key": _("User API key"),
    "user_api_client_id": _("Client id of the user API key"),
    "token": _("Access token"),
    "user": _("Account name"),
    "password": _("Password"),
    "application_password": _("Application password"),
    "list_address": _("Address that mail to the list goes to (for answers)"),
}
PLAIN_KEYS: Final = frozenset({"api_username", "user", "user_api_client_id", "list_address"})
"""Names rather than secrets: what is typed may be seen."""

LANES: Final[Mapping[str, Text]] = {
    "live": _("What is new"),
    "history": _("The way back to the beginning"),
}

HEALTH: Final[Mapping[str, Text]] = {
    "good": pgettext_lazy("source", "well"),
    "late": pgettext_lazy("source", "behind"),
    "failing": pgettext_lazy("source", "failing, tried again"),
    "stopped": pgettext_lazy("source", "stopped"),
    "paused": pgettext_lazy("source", "paused"),
    "new": pgettext_lazy("source", "not read yet"),
    "waiting": pgettext_lazy("source", "nothing was sent yet"),
}

ERRORS: Final[Mapping[str, Text]] = {
    "address": _("The address is not one that this kind of source can be read at. Correct it."),
    "broken": _("The connection broke off. It is tried again."),
    "busy": _("The place is busy or has a fault. It is tried again after a while."),
    "certificate": _("The certificate of the place cannot be trusted. Check the address, or tell its owner."),
    "forbidden": _("The place does not allow reading. Give a key that may, or ask its owner."),
    "gone": _("What stood at this address was taken away."),
    "key": _("The key is missing or not valid. Give another one."),
    "login": _("The login was refused. Check name and password."),
    "missing": _("There is nothing at this address. Check it."),
    "no_data": _(
        "The place did not answer with its data, but perhaps with a page for people. Check the address."
    ),
    "other": _("The place could not be read. Check address and keys, or ask whoever looks after the desk."),
    "private": _(
        "The address leads into a private network. It is read only where the desk’s settings allow it."
    ),
    "redirects": _("The address leads on and on. Check it."),
    "robots": _("The place asks programs not to read this (robots.txt). Ask its owner."),
    "slow": _("The place took too long to answer. It is tried again."),
    "unknown_host": _("Nothing has this name on the internet. Check the address."),
    "unreachable": _("The place does not take a connection. It is tried again."),
}
"""What is wrong with a source, by ``kulanz.sources.errors.ErrorKind``."""

RECEIVERS: Final[Mapping[str, Text]] = {
    "discourse": _("Discourse webhook"),
    "github": _("GitHub webhook"),
    "push": _("Push of posts"),
    "webmention": _("Webmention"),
    "pingback": _("Pingback"),
    "trackback": _("Trackback"),
}


def title_of(connector: str) -> Text:
    """Return the name of a kind of source; the desk's own have none that a form offers."""
    described = DESCRIBED.get(connector)
    return described.title if described else _("Mentions elsewhere")
