"""``python3 -m servers packages`` prints the Debian packages that are missing.

``python3 -m servers install [NAME...]`` installs the rest, of all servers or of those named.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from servers import NAMES, home, server


def main(act: str, *names: str) -> None:
    if act == "packages":
        print(*sorted(missing_packages()))  # noqa: T201 - a shell script reads it
        return
    for name in names or NAMES:
        print(f"{name}: in {home(name)}", flush=True)  # noqa: T201 - installing takes minutes
        server(name).install(home(name))


def missing_packages() -> set[str]:
    """The Debian packages that servers need and this machine lacks."""
    needed = {package for name in NAMES for package in server(name).DEBIAN}
    return {package for package in needed if not _present(package)}


def _present(package: str) -> bool:
    """Whether a package is installed, or its program came from elsewhere, as node and npm often do."""
    if shutil.which(package):
        return True
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    shown = subprocess.run(query, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    return shown.stdout == "installed"


main(*sys.argv[1:])
