"""A desk from the command line: each command as a process of its own, as an admin runs it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer

import pytest

pytestmark = pytest.mark.any_database

ENOUGH_S = 60
Command = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(folder: Path) -> dict[str, str]:
    """The environment of an admin who has set nothing but the folder."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KULANZ_", "DJANGO_")) and name != "DATABASE_URL"
    }
    return {**plain, "KULANZ_DATA": str(folder)}


@pytest.fixture
def kulanz(tmp_path: Path) -> Command:
    def run(*args: str, **more: str) -> subprocess.CompletedProcess[str]:
        env = {**environment(tmp_path / "data"), **more}
        command = [sys.executable, "-m", "kulanz.cli", *args]
        return subprocess.run(  # noqa: S603 - our own program
            command, env=env, capture_output=True, text=True, check=False, timeout=ENOUGH_S, cwd=tmp_path
        )

    return run


@pytest.fixture(scope="session")
def once_ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk that ``kulanz init`` has made."""
    folder = tmp_path_factory.mktemp("desk") / "data"
    subprocess.run([sys.executable, "-m", "kulanz.cli", "init"], env=environment(folder), check=True)
    return folder


@pytest.fixture
def ready(once_ready: Path, tmp_path: Path) -> Path:
    """The folder of a desk that is ready."""
    return Path(shutil.copytree(once_ready, tmp_path / "data"))


def test_init_makes_what_is_missing_and_changes_nothing_the_second_time(ready: Path, kulanz: Command) -> None:
    key = (ready / "secret-key").read_text("utf-8")
    assert len(key) > 40
    assert stat.S_IMODE((ready / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(ready.stat().st_mode) == 0o700
    assert (ready / "static" / "desk.css").is_file()
    again = kulanz("init")
    assert again.returncode == 0
    assert "the database is up to date" in again.stdout
    assert (ready / "secret-key").read_text("utf-8") == key


def test_nothing_is_let_in_by_default(ready: Path) -> None:
    with sqlite3.connect(ready / "kulanz.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM desk_member").fetchone() == (0,)


@pytest.mark.parametrize(
    "command", [("serve", "--check"), ("work", "--once"), ("createuser", "a", "--role", "lead")]
)
def test_without_a_key_nothing_starts(command: tuple[str, ...], kulanz: Command) -> None:
    result = kulanz(*command)
    assert result.returncode == 1
    assert "there is no secret key" in result.stderr
    assert "kulanz init" in result.stderr


def test_without_tls_nothing_starts_but_on_this_machine(ready: Path, kulanz: Command) -> None:
    result = kulanz("serve", "--check", KULANZ_URL="http://desk.example.org")
    assert result.returncode == 1
    assert "http://desk.example.org is reached without TLS" in result.stderr
    assert kulanz("serve", "--check").returncode == 0


def test_a_web_server_of_ones_own_is_refused_alike(ready: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import kulanz.desk.project.wsgi"]
    env = environment(ready) | {"KULANZ_URL": "http://desk.example.org"}
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603
    assert "is reached without TLS" in result.stderr


def test_without_its_tables_nothing_starts(ready: Path, kulanz: Command) -> None:
    (ready / "kulanz.sqlite3").unlink()
    result = kulanz("work", "--once")
    assert result.returncode == 1
    assert "run `kulanz init`" in result.stderr


@pytest.mark.parametrize(
    "command", [("serve", "--check"), ("work", "--once"), ("createuser", "a", "--role", "lead", "--link")]
)
def test_without_a_database_nothing_starts_and_it_is_told(command: tuple[str, ...], kulanz: Command) -> None:
    result = kulanz(*command, KULANZ_MODE="demo")
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert "kulanz: database: unable to open database file: run `kulanz init`" in result.stderr


def test_a_server_that_does_not_answer_is_told(ready: Path, kulanz: Command) -> None:
    pytest.importorskip("psycopg")
    for command in (("work", "--once"), ("init",)):
        result = kulanz(*command, DATABASE_URL="postgres://a:hunter2@127.0.0.1:1/x")
        assert (result.returncode, "Traceback" in result.stderr) == (1, False)
        assert "look at DATABASE_URL, and whether the server runs" in result.stderr
        assert "hunter2" not in result.stderr


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, kulanz: Command) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    result = kulanz("init", KULANZ_DATA=str(tmp_path / "file" / "data"))
    assert result.returncode == 1
    assert "name another one in KULANZ_DATA" in result.stderr


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_wrong_place_to_listen_is_wrong_usage(command: str, kulanz: Command) -> None:
    result = kulanz(command, "--listen", "8750")
    assert (result.returncode, result.stdout) == (2, "")
    assert "expected HOST:PORT such as 127.0.0.1:8750, got '8750'" in result.stderr


def test_behind_tls_pages_answer_through_the_proxy_alone(ready: Path, kulanz: Command) -> None:
    result = kulanz("serve", "--check", KULANZ_URL="https://desk.example.org")
    assert result.returncode == 0, result.stderr
    assert "pages answer" in result.stdout


def test_a_member_gets_a_link(ready: Path, kulanz: Command) -> None:
    made = kulanz("createuser", "alice", "--role", "admin", "--role", "lead", "--link")
    assert made.returncode == 0, made.stderr
    assert "alice is a member: admin, lead" in made.stdout
    assert "http://localhost:8750/login/password/reset/key/" in made.stdout
    twice = kulanz("createuser", "alice", "--role", "lead", "--link")
    assert twice.returncode == 1
    assert "already exists" in twice.stderr


def test_doctor_names_what_is_missing_with_its_remedy(kulanz: Command) -> None:
    result = kulanz("doctor")
    assert result.returncode == 1
    assert "there is no secret key" in result.stdout
    assert result.stdout.count("-> run `kulanz init`") >= 2
    assert "DATABASE_URL" not in result.stdout


def test_doctor_of_a_desk_that_is_ready(ready: Path, kulanz: Command) -> None:
    result = kulanz("doctor", KULANZ_COMPANY="Example")
    assert result.returncode == 0, result.stdout
    assert "database: SQLite is up to date" in result.stdout
    assert "workers: none is at work" in result.stdout
    assert "ERROR" not in result.stdout


def test_doctor_sees_a_key_that_others_can_read_and_mail_that_does_not_go(
    ready: Path, kulanz: Command
) -> None:
    (ready / "secret-key").chmod(0o644)
    result = kulanz("doctor", KULANZ_MAIL_URL="smtp://127.0.0.1:9")
    assert result.returncode == 1
    assert "others can read" in result.stdout
    assert "mail: the mail server does not answer" in result.stdout


@pytest.fixture
def served(ready: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A desk that serves with two workers, and its address."""
    command = [sys.executable, "-m", "kulanz.cli", "serve", "--listen", "127.0.0.1:0", "--workers", "2"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, env=environment(ready), stdout=subprocess.PIPE, text=True, cwd=ready
    )
    assert process.stdout is not None
    overdue = Timer(ENOUGH_S, process.kill)
    overdue.start()
    try:
        yield process, process.stdout.readline().split()[3].removeprefix("http://")
    finally:
        overdue.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


def hearts(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "kulanz.sqlite3") as database:
        return [row[0] for row in database.execute("SELECT worker FROM desk_heartbeat")]


def until(true: Callable[[], bool]) -> None:
    """Ask again and again until something is so, or fail when the test has had its time."""
    overdue: list[bool] = []
    timer = Timer(ENOUGH_S, overdue.append, [True])
    timer.start()
    try:
        while not true():
            assert not overdue
            timer.join(0.05)
    finally:
        timer.cancel()


def test_serve_ends_in_good_order(served: tuple[subprocess.Popen[str], str], ready: Path) -> None:
    process, address = served
    link = HTTPConnection(address)
    link.request("GET", "/login/login/", headers={"Host": "localhost"})
    assert link.getresponse().status == 200
    link.close()
    until(lambda: len(hearts(ready)) == 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(ENOUGH_S) == 0
    assert hearts(ready) == []


def test_a_worker_that_dies_is_replaced_and_none_outlives_a_server_that_was_killed(
    served: tuple[subprocess.Popen[str], str], ready: Path
) -> None:
    process, _ = served
    until(lambda: len(hearts(ready)) == 2)
    first = set(hearts(ready))
    dead = min(first)
    os.kill(int(dead.rpartition(":")[2]), signal.SIGKILL)
    until(lambda: bool(set(hearts(ready)) - first))
    process.kill()
    until(lambda: hearts(ready) == [dead])
