"""What a browser says it is, in the words of people."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

# Most browsers also name those they descend from: the first mark that is found counts.
_BROWSERS: Final = {
    "Edg/": "Edge",
    "EdgA/": "Edge",
    "EdgiOS/": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS: Final = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
_SHOWN: Final = 60


def browser_named(agent: str) -> str:
    """Return "Firefox on Windows" for a User-Agent; its beginning where the browser is not known."""
    browser, system = _first(_BROWSERS, agent), _first(_SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or agent[:_SHOWN].strip() or _("a program that does not say what it is")


def _first(marks: dict[str, str], agent: str) -> str:
    return next((name for mark, name in marks.items() if mark in agent), "")
