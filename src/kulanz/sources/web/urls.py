"""URLs that may be asked for, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit

from kulanz.sources.errors import PermanentError
from kulanz.sources.web.secrets import MASK, Secret, names_a_key

Param = str | int | Secret
Params = Mapping[str, Param | Sequence[Param]]

MAX_URL: Final = 8_192
_SAFE: Final = "!$%&'()*+,/:;=?@[]~"
_PORTS: Final = {"http": 80, "https": 443}


def checked(url: str) -> str:
    """Return an http or https URL in ASCII, without fragment.

    Raise PermanentError for any other scheme, no host, a user name or password, or blanks.
    """
    parts = _split(url)
    shown = masked(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise PermanentError(
            f"expected an http or https address, got {shown[:200]!r}: correct the address", kind="address"
        )
    if parts.username is not None or parts.password is not None:
        raise PermanentError(
            f"{shown[:200]} holds a user name or password: give keys separately", kind="address"
        )
    if len(url) > MAX_URL:
        raise PermanentError(
            f"{shown[:80]}... is longer than {MAX_URL:,} characters: correct the address", kind="address"
        )
    netloc = _ascii_host(parts.hostname, shown) + (f":{parts.port}" if parts.port is not None else "")
    query = quote(parts.query, _SAFE, errors="replace")
    return SplitResult(
        parts.scheme, netloc, quote(parts.path or "/", _SAFE, errors="replace"), query, ""
    ).geturl()


def with_params(url: str, params: Params | None) -> str:
    """Return the URL with parameters added to its query; sequences repeat their name."""
    if not params:
        return url
    pairs = [(name, _revealed(value)) for name, values in params.items() for value in _several(values)]
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(pairs)) if part)
    return parts._replace(query=query, fragment="").geturl()


def masked(url: str) -> str:
    """Return the URL as it may be shown: no user name, no password, no keys in its query."""
    try:
        parts = urlsplit(url)
        netloc = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=netloc, query=_masked_query(parts.query)).geturl()
    except ValueError:
        return "(an address that cannot be read)"


def masked_source(source: str) -> str:
    """Return ``name:address`` as it may be shown and handed on."""
    name, _, address = source.partition(":")
    return f"{name}:{masked(address)}" if "://" in address else source


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port: what keys belong to."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)


def redirected(url: str, location: str) -> str:
    """Return the checked address that a redirect leads to.

    Raise PermanentError where it leads from https to http: what comes from there anybody on
    the way could have written.
    """
    try:
        target = checked(urljoin(url, location.strip()))
    except ValueError as error:
        raise PermanentError(f"{masked(url)} leads to an address that cannot be read ({error})") from None
    if url.startswith("https:") and not target.startswith("https:"):
        raise PermanentError(
            f"{masked(url)} leads from https to http: give the http address itself to allow it",
            kind="address",
        )
    return target


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        raise PermanentError(
            f"expected an http or https address, got one that cannot be read: {error}", kind="address"
        ) from None
    return parts


def _ascii_host(host: str, shown: str) -> str:
    try:
        name = host if ":" in host or host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not name or any(char in name for char in " \t\r\n/\\?#@%<>\"'"):
        raise PermanentError(f"the host of {shown[:200]!r} is no name: correct the address", kind="address")
    return f"[{name}]" if ":" in name else name.lower()


def _several(value: Param | Sequence[Param]) -> Sequence[Param]:
    return (value,) if isinstance(value, str | int | Secret) else value


def _revealed(value: Param) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)


def _masked_query(query: str) -> str:
    if not any(names_a_key(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        return query
    return "&".join(_masked_pair(pair) for pair in query.split("&"))


def _masked_pair(pair: str) -> str:
    name = pair.partition("=")[0]
    return f"{name}={MASK}" if names_a_key(name) else pair
