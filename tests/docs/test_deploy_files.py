"""Units of systemd, the image and the compose file agree with each other and with the desk's settings."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from documented import PAGES, blocks, check_command
from test_desk_docs import settings
from test_distributions import build, distributions, wheel_sums

from kulanz import __version__

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("kulanz*.*"))
ROOTLESS = DEPLOY / "systemd" / "user" / "kulanz.service"
SERVICES = [path for path in UNITS if path.suffix == ".service"]
CONTAINER = DEPLOY / "container"
PROGRAM = "/opt/kulanz/bin/kulanz"
OWN_PROGRAM = "%h/kulanz/bin/kulanz"
MOST_EXPOSED = 2.0
"""What ``systemd-analyze security`` may find; a service without any limits has 9.6."""


def text(path: Path) -> str:
    return path.read_text("utf-8")


def unit(path: Path) -> dict[str, str]:
    """What a service says; of what is said several times, all in one."""
    said: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", text(path), re.MULTILINE):
        said.setdefault(name, []).append(value)
    return {name: "\n".join(values) for name, values in said.items()}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(text(CONTAINER / "compose.yaml")))


@pytest.fixture(scope="module")
def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services that run Kulanz."""
    return {name: each for name, each in compose["services"].items() if "kulanz" in each["image"]}


def test_every_setting_that_is_named_exists() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    named = {name for path in files for name in re.findall(r"\b(?:KULANZ_|DATABASE_URL)\w*", text(path))}
    assert {name.removesuffix("_FILE") for name in named} <= settings()


def units_in_docs() -> dict[str, str]:
    """The units that a page tells to write, by their names."""
    told = "\n".join(block for page in PAGES for block in blocks(page, "ini"))
    return dict(re.findall(r"^# /etc/systemd/system/(\S+)\n((?:[^#\n].*\n)+)", told, re.MULTILINE))


def commands() -> Iterator[list[str]]:
    """What is run of kulanz, as words."""
    for told in (*map(text, (*UNITS, ROOTLESS)), *units_in_docs().values()):
        found = re.findall(rf"=(?:{PROGRAM}|{OWN_PROGRAM}|kulanz) (.*)$", told, re.MULTILINE)
        yield from (shlex.split(line) for line in found)
    services = yaml.safe_load(text(CONTAINER / "compose.yaml"))["services"].values()
    yield from (each["command"] for each in services if "command" in each)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_that_is_run_exists(words: list[str]) -> None:
    check_command(words)


def checked(folder: Path) -> str:
    """Return what systemd says against the units, with programs that exist in place of the real ones."""
    units = {path.name: text(path) for path in (*UNITS, ROOTLESS)} | units_in_docs()
    for name, told in units.items():
        named = told.replace("User=kulanz", "User=root")
        for program in (PROGRAM, OWN_PROGRAM, "kulanz log"):
            named = named.replace(f"={program} ", "=/bin/true ")
        (folder / name.replace("@", "@1")).write_text(named)
    command = ["systemd-analyze", "verify", "--man=no", *(str(path) for path in sorted(folder.iterdir()))]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - its own program
    return done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    assert checked(tmp_path) == ""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_systemd_finds_the_services_shut_in(path: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - its own program
    (level,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(level) <= MOST_EXPOSED


def test_the_services_are_shut_in_alike() -> None:
    sandboxes = {text(path).partition("# Nothing but")[2].partition("\n\n")[0].strip() for path in SERVICES}
    assert {path.stem for path in SERVICES} == {"kulanz-web", "kulanz-work@", "kulanz-backup"}
    assert len(sandboxes) == 1
    for path in SERVICES:
        said = unit(path)
        assert (said["User"], said["StateDirectory"]) == ("kulanz", "kulanz")
        assert said["Environment"].startswith("KULANZ_DATA=/var/lib/kulanz ")
        assert said["LoadCredential"] == "secret:/etc/kulanz/secrets"


def test_units_name_each_other_by_names_that_exist() -> None:
    there = {path.name for path in UNITS}
    named = {
        name
        for path in UNITS
        for name in re.findall(r"\bkulanz[\w@-]*\.(?:target|service|timer)", text(path))
    }
    assert named <= there


def steps() -> list[list[str]]:
    """The lines of the Containerfile as words."""
    lines = text(CONTAINER / "Containerfile").replace("\\\n", " ")
    return [line.split() for line in lines.splitlines() if line and not line.startswith("#")]


def test_the_image_is_built_of_what_is_copied_into_it(tmp_path: Path) -> None:
    copied = [words[1:-1] for words in steps() if words[0] == "COPY" and not words[1].startswith("--from")]
    for name in (name for names in copied for name in names):
        source = ROOT / name
        hidden = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, tmp_path / name, ignore=hidden) if source.is_dir() else shutil.copy(
            source, tmp_path
        )
    build(tmp_path, tmp_path / "made", "wheel")
    assert wheel_sums(tmp_path / "made") == wheel_sums(distributions())


def test_the_image_runs_as_nobody_and_installs_by_hash_alone() -> None:
    said = steps()
    users = [words[1] for words in said if words[0] == "USER"]
    assert users == ["10001:10001"]
    installs = [words for words in said if words[0] == "RUN" and any("pip" in word for word in words)]
    assert all({"--no-deps"} < set(words) for words in installs)
    assert all({"--require-hashes", "--no-build-isolation"} & set(words) for words in installs)
    assert all("latest" not in word for words in said for word in words)
    assert all(re.search(r":\d+\.\d+\.\d+-", words[1]) for words in said if words[0] == "ARG")
    assert not any(words[0] == "ADD" for words in said)


def test_the_containers_can_write_nowhere_but_where_it_is_said(compose: dict[str, Any]) -> None:
    for name, each in compose["services"].items():
        assert each["read_only"] is True, name
        assert each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges"], name
        assert not each.get("privileged"), name
        assert any(mount.startswith("/tmp") for mount in each["tmpfs"]), name  # noqa: S108 - that of a container
        volumes = {mount.partition(":")[0] for mount in each["volumes"]}
        assert {mount for mount in volumes if not mount.startswith(".")} <= compose["volumes"].keys()


def test_secrets_come_as_files(compose: dict[str, Any], ours: dict[str, dict[str, Any]]) -> None:
    for each in compose["services"].values():
        given = {
            name.rpartition("/")[2]
            for name in each.get("environment", {}).values()
            if "/run/secrets/" in name
        }
        assert given == set(each.get("secrets", ()))
        assert given <= compose["secrets"].keys()
    for each in ours.values():
        assert not {"KULANZ_SECRET_KEY", "DATABASE_URL", "KULANZ_MAIL_URL"} & each["environment"].keys()
    assert all(each["file"].startswith("secrets/") for each in compose["secrets"].values())
    assert "deploy/container/secrets/" in text(ROOT / ".gitignore").splitlines()


def test_ports_addresses_and_versions_agree(compose: dict[str, Any], ours: dict[str, dict[str, Any]]) -> None:
    environment = ours["web"]["environment"]
    port = environment["KULANZ_LISTEN"].rpartition(":")[2]
    containerfile = text(CONTAINER / "Containerfile")
    assert f"EXPOSE {port}\n" in containerfile
    assert f"127.0.0.1:{port}/livez" in containerfile
    assert f"reverse_proxy web:{port}\n" in text(CONTAINER / "Caddyfile")
    proxy = compose["services"]["proxy"]["networks"]["front"]["ipv4_address"]
    (network,) = compose["networks"]["front"]["ipam"]["config"]
    assert environment["KULANZ_TRUSTED_PROXY"] == proxy
    assert ip_address(proxy) in ip_network(network["subnet"])
    assert {each["image"] for each in ours.values()} == {f"localhost/kulanz:{__version__}"}
    (server,) = re.findall(r"postgres:(\d+)\.", compose["services"]["database"]["image"])
    assert f"postgresql-client-{server} " in containerfile
    assert compose["networks"]["inside"] == {"internal": True}
    assert compose["services"]["database"]["networks"] == ["inside"]
