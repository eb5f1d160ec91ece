"""Ceph's object gateway from Debian: a store that speaks the protocol of buckets, on loopback.

One monitor, one store of objects in memory, and the gateway before them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from servers.frame import LOOPBACK, Program, free_port, run, running, scratch

DEBIAN: Final = ("radosgw", "ceph-mon", "ceph-osd")
KEY: Final = "tests"
_FSID: Final = "8d1f7d9c-0a52-4e0b-9d0e-6f3d4b1c2a10"
_DISK: Final = "a0a0a0a0-0a52-4e0b-9d0e-6f3d4b1c2a10"
_CONFIGURATION: Final = """\
[global]
fsid = {fsid}
mon host = v2:{loopback}:{mon}
keyring = {folder}/keyring
run dir = {folder}
pid file = {folder}/$name.pid
admin socket = {folder}/$name.asok
log file = {folder}/$name.log
mon data = {folder}/mon
osd data = {folder}/osd
public addr = {loopback}
osd objectstore = memstore
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon data avail crit = 1
mon data avail warn = 1
rgw frontends = beast endpoint={loopback}:{gateway}
rgw rados pool pg num min = 1
"""


@dataclass(frozen=True, slots=True)
class CephSite:
    """A running gateway; ``KEY`` is both halves of the key of its only account."""

    url: str


@dataclass(frozen=True, slots=True)
class _Cluster:
    folder: Path
    mon: int
    gateway: int

    @property
    def environment(self) -> dict[str, str]:
        return {"CEPH_CONF": str(self.folder / "ceph.conf")}

    def run(self, *command: str) -> str:
        return run(command, self.folder, self.environment)

    def program(self, port: int, *command: str) -> Program:
        return Program(command=command, port=port, folder=self.folder, environment=self.environment)

    def prepare(self) -> None:
        """Write the configuration and the keys, and make what the monitor begins with."""
        for name in ("mon", "osd"):
            (self.folder / name).mkdir()
        given = {"folder": self.folder, "mon": self.mon, "gateway": self.gateway, "loopback": LOOPBACK}
        (self.folder / "ceph.conf").write_text(_CONFIGURATION.format(fsid=_FSID, **given))
        ring = str(self.folder / "keyring")
        self.run("ceph-authtool", "-C", ring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        rights = ("--cap", "mon", "allow *", "--cap", "osd", "allow *")
        self.run("ceph-authtool", ring, "--gen-key", "-n", "client.admin", *rights)
        place = ("--addv", "a", f"[v2:{LOOPBACK}:{self.mon}]")
        self.run("monmaptool", "--create", "--fsid", _FSID, *place, "monmap")
        self.run("ceph-mon", "-i", "a", "--mkfs", "--monmap", "monmap", "--keyring", ring)

    def add_disk(self) -> None:
        """Tell the monitor of the one store of objects."""
        key = self.run("ceph-authtool", "--gen-print-key").strip()
        secret = self.folder / "secret.json"
        secret.write_text(f'{{"cephx_secret": "{key}"}}')
        self.run("ceph", "osd", "new", _DISK, "-i", str(secret))
        self.run("ceph-authtool", str(self.folder / "keyring"), "-n", "osd.0", "--add-key", key)
        self.run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", _DISK)

    def add_account(self) -> None:
        given = ("--uid", KEY, "--display-name", KEY, "--access-key", KEY, "--secret-key", KEY)
        self.run("radosgw-admin", "user", "create", *given)


def install(home: Path) -> None:
    """Do nothing: Debian's packages are all of it."""


def installed(home: Path) -> bool:
    return all(shutil.which(each) for each in ("radosgw", "ceph-mon", "ceph-osd", "ceph"))


@contextmanager
def start(home: Path) -> Iterator[CephSite]:
    """Run the three; the store of objects listens where it likes, and is asked for by making the account."""
    with scratch() as folder, ExitStack() as both:
        cluster = _Cluster(folder, free_port(), free_port())
        cluster.prepare()
        both.enter_context(running(cluster.program(cluster.mon, "ceph-mon", "-d", "-i", "a")))
        cluster.add_disk()
        both.enter_context(running(cluster.program(cluster.mon, "ceph-osd", "-d", "-i", "0")))
        cluster.add_account()
        gateway = cluster.program(cluster.gateway, "radosgw", "-f", "-n", "client.admin")
        both.enter_context(running(gateway))
        yield CephSite(f"http://{LOOPBACK}:{cluster.gateway}")
