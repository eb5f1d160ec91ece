"""nginx from Debian: the configuration of the docs, tried and run on loopback."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Final

from servers.frame import LOOPBACK, Program, free_port, run, running, scratch

DEBIAN: Final = ("nginx", "openssl")
_HOWTO: Final = Path(__file__).parents[2] / "docs" / "howto"
_BLOCK: Final = re.compile(r"^```nginx\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAM: Final = Path("/usr/sbin/nginx")
_KINDS: Final = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CONFIGURATION: Final = """\
{owner}
daemon off;
pid {folder}/nginx.pid;
events {{ }}
http {{
    access_log off;
    keepalive_requests 1000000;
{temporary}
{text}
}}
"""
_SERVER: Final = "{before}\nserver {{\n    listen {address};\n{within}\n}}\n"


@dataclass(frozen=True, slots=True)
class Nginx:
    """The program, with a folder for its files."""

    folder: Path

    def check(self, text: str) -> None:
        """Have nginx read what stands in an ``http`` block; ServerError where it refuses."""
        run([*self._command(text), "-t"], self.folder)

    @contextmanager
    def serve(self, within: str, before: str = "") -> Iterator[str]:
        """Run one server on a free port, with what stands in and before its block; yield its address."""
        address = f"{LOOPBACK}:{free_port()}"
        command = self._command(_SERVER.format(before=before, address=address, within=within))
        port = int(address.partition(":")[2])
        with running(Program(command=command, port=port, folder=self.folder)):
            yield f"http://{address}"

    def _command(self, text: str) -> list[str | Path]:
        temporary = "\n".join(f"    {kind}_temp_path {self.folder}/{kind};" for kind in _KINDS)
        # as root it would give its work to somebody who may not read the folders of tests
        owner = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
        file = self.folder / "nginx.conf"
        file.write_text(
            _CONFIGURATION.format(folder=self.folder, temporary=temporary, owner=owner, text=text)
        )
        return [_PROGRAM, "-e", "stderr", "-p", self.folder, "-c", file]


def documented(page: str) -> list[str]:
    """The blocks of nginx's configuration on a page of docs/howto."""
    return _BLOCK.findall((_HOWTO / page).read_text("utf-8"))


def install(home: Path) -> None:
    """Do nothing: Debian's package is all of it."""


def installed(home: Path) -> bool:
    return _PROGRAM.is_file() and which("openssl") is not None


@contextmanager
def start(home: Path) -> Iterator[Nginx]:
    """Yield the program, which runs only when something is to be served."""
    with scratch() as folder:
        yield Nginx(folder)
