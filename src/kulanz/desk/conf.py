"""The desk's settings: one frozen object, read once from the environment.

Every setting is ``KULANZ_<NAME>``; secrets may be given as ``KULANZ_<NAME>_FILE``, the path of a file that
holds them, or the name of a credential of systemd's (``CREDENTIALS_DIRECTORY``). What is wrong is told at
start with the name, what was expected and what came.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kulanz.core.spoken import LANGS, Lang
from kulanz.version import VERSION

PREFIX: Final = "KULANZ_"
STATIC_MARK: Final = ".version"
"""A file among the static files that says of which version they are."""
KEPT: Final[Mapping[str, str]] = {
    "KULANZ_SECRET_KEY": "secret-key",
    "KULANZ_SECRET_KEY_OLD": "secret-key-old",
    "KULANZ_LOG_KEY": "log-key",
}
"""Secrets that may lie in files of the data folder: `kulanz init` writes the first, a restore any of them."""
_DATABASES: Final = ("postgres", "postgresql", "sqlite")
_LAST_PORT: Final = 65_535
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off", ""})

Word = TypeVar("Word", bound=str)
Mode = Literal["production", "demo"]


class ConfError(Exception):
    """A setting is wrong; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conf:
    """Everything an admin may set. ``docs/reference/settings.md`` explains each."""

    mode: Mode
    data: Path
    database_url: str
    secret_key: str
    secret_key_old: str
    url: str
    listen: str
    hosts: tuple[str, ...]
    behind_tls: bool
    trusted_proxy: str
    company: tuple[str, ...]
    contact: str
    language: Lang
    time_zone: str
    mail_url: str
    mail_from: str
    inbox_url: str
    allow_private: tuple[str, ...]
    erasure_journal: Path
    public_pages: bool
    security_contact: str
    security_policy: str
    statements_url: str
    statements_token: str
    log_format: Literal["text", "json"]
    log_folder: Path
    log_bucket: str
    log_origin: str
    log_key: str
    log_sign_command: str
    log_witnesses: tuple[str, ...]
    oidc_url: str
    oidc_client: str
    oidc_secret: str
    saml_metadata: str
    saml_entity: str
    sign_on_domains: tuple[str, ...]
    sign_on_groups: tuple[str, ...]
    sign_on_join: bool
    traces_url: str
    traces_token: str
    traces_share: float

    @property
    def static(self) -> Path:
        return self.data / "static"

    @property
    def has_static(self) -> bool:
        """Whether the static files of this version lie there, packed as well."""
        try:
            return (self.static / STATIC_MARK).read_bytes() == VERSION.encode()
        except OSError:
            return False

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "localhost"


@cache
def conf() -> Conf:
    """Return the settings of this process."""
    return read_conf(os.environ)


def read_conf(env: Mapping[str, str]) -> Conf:
    """Read all settings; raise ConfError for the first that is wrong."""
    given = _Given(env)
    data = Path(given.text("DATA", "kulanz-data")).resolve()
    url = given.url("URL", "http://localhost:8750")
    behind_tls = given.truth("BEHIND_TLS", default=url.startswith("https:"))
    return Conf(
        mode=given.choice("MODE", ("production", "demo")),
        data=data,
        database_url=_database(env) or f"sqlite:///{data / 'kulanz.sqlite3'}",
        secret_key=given.kept("SECRET_KEY", data),
        secret_key_old=given.kept("SECRET_KEY_OLD", data),
        url=url,
        listen=given.place("LISTEN", "127.0.0.1:8750"),
        hosts=given.words("HOSTS") or (urlsplit(url).hostname or "localhost",),
        behind_tls=behind_tls,
        trusted_proxy=given.address("TRUSTED_PROXY", "127.0.0.1" if behind_tls else ""),
        company=given.words("COMPANY"),
        contact=given.text("CONTACT", url),
        language=given.choice("LANGUAGE", ("en", *(lang for lang in LANGS if lang != "en"))),
        time_zone=given.zone("TIME_ZONE", "Europe/Berlin"),
        mail_url=given.service("MAIL_URL", ("smtp://mail.example.org:587", "smtps://", "smtp+plain://")),
        mail_from=given.text("MAIL_FROM", f"kulanz@{urlsplit(url).hostname or 'localhost'}"),
        inbox_url=given.service("INBOX_URL", ("imaps://name:password@mail.example.org/INBOX",)),
        allow_private=given.words("ALLOW_PRIVATE"),
        erasure_journal=Path(given.text("ERASURE_JOURNAL", str(data / "erasures.jsonl"))).resolve(),
        public_pages=given.truth("PUBLIC_PAGES", default=False),
        security_contact=given.reporting("SECURITY_CONTACT", mail=True),
        security_policy=given.reporting("SECURITY_POLICY"),
        statements_url=given.trusted("STATEMENTS_URL").rstrip("/"),
        statements_token=given.secret("STATEMENTS_TOKEN"),
        log_format=given.choice("LOG_FORMAT", ("text", "json")),
        log_folder=Path(given.text("LOG_FOLDER", str(data / "log"))).resolve(),
        log_bucket=given.bucket("LOG_BUCKET"),
        log_origin=given.origin("LOG_ORIGIN", f"{urlsplit(url).netloc}/log"),
        log_key=given.kept("LOG_KEY", data),
        log_sign_command=given.text("LOG_SIGN_COMMAND", ""),
        log_witnesses=given.words("LOG_WITNESSES"),
        oidc_url=given.trusted("OIDC_URL"),
        oidc_client=given.text("OIDC_CLIENT", ""),
        oidc_secret=given.secret("OIDC_SECRET"),
        saml_metadata=given.trusted("SAML_METADATA", file=True),
        saml_entity=given.text("SAML_ENTITY", ""),
        sign_on_domains=tuple(domain.lower() for domain in given.words("SIGN_ON_DOMAINS")),
        sign_on_groups=given.words("SIGN_ON_GROUPS"),
        sign_on_join=given.truth("SIGN_ON_JOIN", default=False),
        traces_url=given.url("TRACES_URL", "") if env.get(f"{PREFIX}TRACES_URL", "").strip() else "",
        traces_token=given.secret("TRACES_TOKEN"),
        traces_share=given.share("TRACES_SHARE", 1.0),
    )


class _Given:
    """The environment, read by kinds."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str, default: str) -> str:
        return self._env.get(PREFIX + name, "").strip() or default

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, "").split(",") if word.strip())

    def choice(self, name: str, choices: tuple[Word, ...]) -> Word:
        value = self.text(name, choices[0])
        found = next((choice for choice in choices if choice == value), None)
        if found is None:
            raise ConfError(f"{PREFIX}{name}: expected one of {', '.join(choices)}, got {value!r}")
        return found

    def truth(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "yes" if default else "no").lower()
        if value in _TRUE | _FALSE:
            return value in _TRUE
        raise ConfError(f"{PREFIX}{name}: expected yes or no, got {value!r}")

    def share(self, name: str, default: float) -> float:
        value = self.text(name, str(default))
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise ConfError(f"{PREFIX}{name}: expected a number from 0 to 1 such as 0.1, got {value!r}")
        return share

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfError(
                f"{PREFIX}{name}: expected an address such as https://desk.example.org, got {value!r}"
            )
        return value

    def bucket(self, name: str) -> str:
        value = self.text(name, "").rstrip("/")
        parts = urlsplit(value)
        if value and not (parts.scheme == "s3" and parts.hostname):
            raise ConfError(f"{PREFIX}{name}: expected s3://BUCKET/PREFIX, got {value!r}")
        return value

    def origin(self, name: str, default: str) -> str:
        """The name of a log, which stands in every checkpoint and in the names of its keys."""
        value = self.text(name, default)
        if not value.isprintable() or " " in value or "+" in value:
            raise ConfError(
                f"{PREFIX}{name}: expected a name such as {default}, no spaces or plus signs, got {value!r}"
            )
        return value

    def place(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not is_place(value):
            raise ConfError(f"{PREFIX}{name}: expected HOST:PORT such as {default}, got {value!r}")
        return value

    def address(self, name: str, default: str) -> str:
        """The address of a machine, as its connections come from it; empty for none."""
        value = self.text(name, default)
        try:
            return str(ip_address(value)) if value else ""
        except ValueError as error:
            raise ConfError(
                f"{PREFIX}{name}: expected an address such as 127.0.0.1, got {value!r}"
            ) from error

    def trusted(self, name: str, *, file: bool = False) -> str:
        """An address whose answers are believed: by https, or on this machine; empty where none is given."""
        value = self.text(name, "").rstrip("/")
        if file and value.startswith("/"):
            return Path(value).as_uri()
        parts = urlsplit(value)
        if value and not (parts.hostname and (parts.scheme == "https" or is_local(value))):
            also = ", or the whole path of a file" if file else ""
            raise ConfError(
                f"{PREFIX}{name}: expected an address that begins with https://{also}, got {value!r}"
            )
        return value

    def reporting(self, name: str, *, mail: bool = False) -> str:
        """Where weaknesses are told of, as security.txt names it: by https, or by mail; empty for none."""
        value = self.text(name, "")
        local, _, domain = value.removeprefix("mailto:").partition("@")
        if mail and local and domain and ":" not in value.removeprefix("mailto:"):
            value = f"mailto:{local}@{domain}"
        elif value and not (value.startswith("https://") and urlsplit(value).hostname):
            also = ", or an address of mail" if mail else ""
            raise ConfError(
                f"{PREFIX}{name}: expected an address that begins with https://{also}, got {value!r}"
            )
        if not value.isascii() or any(sign.isspace() or not sign.isprintable() for sign in value):
            raise ConfError(f"{PREFIX}{name}: expected one address without spaces, got {value!r}")
        return value

    def service(self, name: str, examples: tuple[str, ...]) -> str:
        """An address of a service, which may hold a password: never repeated in an error."""
        value = self.secret(name)
        schemes = {example.partition("://")[0] for example in examples}
        try:
            parts = urlsplit(value)
            known = not value or (parts.scheme in schemes and bool(parts.hostname) and parts.port != 0)
        except ValueError:
            known = False
        if not known:
            raise ConfError(
                f"{PREFIX}{name}: expected an address such as {examples[0]}, with one of the schemes"
                f" {', '.join(sorted(schemes))}; special characters in a password are written as %XX"
            )
        return value

    def zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ConfError(
                f"{PREFIX}{name}: expected a time zone like Europe/Berlin, got {value!r}"
            ) from error
        return value

    def secret(self, name: str) -> str:
        return _secret(self._env, PREFIX + name)

    def kept(self, name: str, data: Path) -> str:
        """A secret that is given, or lies in the data folder; empty where it is neither."""
        try:
            return self.secret(name) or (data / KEPT[PREFIX + name]).read_text("utf-8").strip()
        except OSError:
            return ""


def is_place(text: str) -> bool:
    """Whether a text is HOST:PORT, which can be listened on."""
    host, _, port = text.rpartition(":")
    return bool(host) and port.isascii() and port.isdecimal() and int(port) <= _LAST_PORT


def is_local(url: str) -> bool:
    """Whether an address is of this machine."""
    return (urlsplit(url).hostname or "") in {"localhost", "127.0.0.1", "::1"}


def _database(env: Mapping[str, str]) -> str:
    """The address of the database, which may hold a password: never repeated in an error."""
    value = _secret(env, "DATABASE_URL")
    if value and value.partition("://")[0] not in _DATABASES:
        raise ConfError("DATABASE_URL: expected an address such as postgres://NAME:PASSWORD@HOST/DATABASE")
    return value


def _secret(env: Mapping[str, str], name: str) -> str:
    """A value as it is given, or what stands in the file that ``<name>_FILE`` names."""
    path = env.get(f"{name}_FILE", "").strip()
    if not path:
        return env.get(name, "").strip()
    try:
        return Path(env.get("CREDENTIALS_DIRECTORY", ""), path).read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise ConfError(f"{name}_FILE: {path!r} cannot be read: {error}") from error
