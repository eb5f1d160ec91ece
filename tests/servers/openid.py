"""oidc-provider of npm, an OpenID provider certified by the OpenID foundation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from servers.frame import Program, free_port, run, running, scratch

DEBIAN: Final = ("nodejs", "npm")
VERSION: Final = "8.8.1"
_PROVIDER: Final = Path(__file__).parent / "inside" / "openid" / "provider.mjs"


class OpenidSite:
    """A running provider, where people log in with their name and any password."""

    client: Final = "kulanz"
    secret: Final = "a secret between desk and provider"  # noqa: S105 - of a server that lives for a test

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder = folder
        self._accounts: dict[str, Any] = {}
        self._write("accounts.json", {})
        self._services: list[str] = []
        self._write("services.json", [])
        self.lie()

    def trust(self, back: str) -> None:
        """Send people back to an address."""
        self._services.append(back)
        self._write("services.json", self._services)

    def know(self, name: str, **claims: object) -> None:
        """Make or change an account, with what the provider tells of it."""
        self._accounts[name] = claims
        self._write("accounts.json", self._accounts)

    def lie(self, *, unsigned: bool = False, **claims: object) -> None:
        """Put claims into tokens, or sign them with a strange key, from now on; without both, be honest."""
        self._write("lie.json", {"unsigned": unsigned, "claims": claims or None})

    def _write(self, name: str, content: object) -> None:
        (self._folder / f"{name}.new").write_text(json.dumps(content), "utf-8")
        (self._folder / f"{name}.new").rename(self._folder / name)


def install(home: Path) -> None:
    """Install the provider from npm."""
    if installed(home):
        return
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    quiet = ("--omit=dev", "--ignore-scripts", "--silent", "--no-audit", "--no-fund")
    run(["npm", "install", *quiet, f"oidc-provider@{VERSION}"], home)


def installed(home: Path) -> bool:
    """Whether the provider is there, and node."""
    return (home / "node_modules" / "oidc-provider").is_dir() and shutil.which("node") is not None


@contextmanager
def start(home: Path) -> Iterator[OpenidSite]:
    """Run a provider without accounts. Its host is another than the desk's, as a company's is."""
    with scratch() as folder:
        port = free_port()
        site = OpenidSite(f"http://localhost:{port}", folder)
        secret = {"KULANZ_SECRET": site.secret}
        command = ["node", _PROVIDER, folder, str(port)]
        with running(Program(command=command, port=port, folder=folder, inside=home, environment=secret)):
            yield site
