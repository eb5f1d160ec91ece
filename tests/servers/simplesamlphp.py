"""SimpleSAMLphp of Debian: a SAML identity provider, on PHP's own web server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from servers.frame import LOOPBACK, Program, free_port, run, running, scratch

DEBIAN: Final = ("openssl", "php-cli", "php-xml", "simplesamlphp")
PASSWORD: Final = "known to the provider alone"  # noqa: S105 - of a provider that lives for a test
_PAGES: Final = Path("/usr/share/simplesamlphp/www")
_INSIDE: Final = Path(__file__).parent / "inside" / "simplesamlphp"
_ATTRIBUTES: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
_PERSISTENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_KEYS: Final = (
    *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=idp"),
    *("-keyout", "key.pem", "-out", "certificate.pem"),
)


class SamlSite:
    """A running provider; people log in there with their name and ``PASSWORD``."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.entity = f"{url}/idp"
        self.metadata = f"{url}/saml2/idp/metadata.php"
        self._folder = folder
        self._services: dict[str, Any] = {}
        self._accounts: dict[str, Any] = {}
        self._write()

    def know(self, name: str, **attributes: list[str]) -> None:
        """Make or change an account, with what the provider tells of it."""
        self._accounts[f"{name}:{PASSWORD}"] = {"uid": [name], **attributes}
        self._write()

    def trust(self, entity: str, *, acs: str, sls: str, **more: object) -> None:
        """Let people into a service; ``more`` are settings of SimpleSAMLphp for it."""
        self._services[entity] = {
            "AssertionConsumerService": acs,
            "SingleLogoutService": sls,
            "NameIDFormat": _PERSISTENT,
            "simplesaml.nameidattribute": "uid",
            "attributes.NameFormat": _ATTRIBUTES,
            **more,
        }
        self._write()

    def _write(self) -> None:
        kept: Mapping[str, Any] = {"services.json": self._services, "accounts.json": self._accounts}
        for name, content in kept.items():
            (self._folder / f"{name}.new").write_text(json.dumps(content), "utf-8")
            (self._folder / f"{name}.new").rename(self._folder / name)


def install(home: Path) -> None:
    """Debian's package is all it needs."""


def installed(home: Path) -> bool:
    """Whether the pages are there, and what they run on."""
    return _PAGES.is_dir() and all(map(shutil.which, ("php", "openssl")))


@contextmanager
def start(home: Path) -> Iterator[SamlSite]:
    """Run a provider without accounts. Its host is another than the desk's, as a company's is."""
    with scratch() as folder:
        port = free_port()
        url = f"http://localhost:{port}"
        run(_KEYS, folder)
        site = SamlSite(url, folder)
        environment = {
            "KULANZ_FOLDER": str(folder),
            "KULANZ_URL": url,
            "SIMPLESAMLPHP_CONFIG_DIR": str(_INSIDE),
        }
        command = ["php", "-d", "display_errors=0", "-S", f"{LOOPBACK}:{port}", "-t", _PAGES]
        with running(Program(command=command, port=port, folder=folder, environment=environment)):
            yield site
