"""Real servers that tests talk to on loopback, each installed from a package registry.

A module here is one server. It has

- ``DEBIAN``, the Debian packages it needs, and ``install(home)``, which puts the rest into ``home`` and
  does nothing where that was done before; both are called by ``scripts/install-test-servers`` alone;
- ``installed(home)``, whether a start can succeed;
- ``start(home)``, a context manager that runs the server on a free port, with fresh data outside of
  ``home``, and yields its ``Site``: an address, and what people do there by the server's own interfaces.

Modules import the standard library only, because they install before there is an environment, and take
``pytest`` in ``servers.fixtures`` alone. A new server is a module and a name in ``NAMES``.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Final

NAMES: Final = (
    "postgres", "dovecot", "hyperkitty", "misago", "nodebb", "public_inbox", "wordpress", "isso", "openid",
    "simplesamlphp", "tryton", "go_verifier", "llama", "nginx", "caddy", "ceph", "prometheus", "spark",
)  # fmt: skip
HOMES: Final = Path(__file__).parents[2] / ".servers"


def server(name: str) -> Any:
    """The module of a server."""
    return import_module(f"servers.{name}")


def home(name: str) -> Path:
    """Where a server is installed."""
    return HOMES / name
