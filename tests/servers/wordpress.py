"""WordPress of Debian on PHP's own web server and a MariaDB of its own."""

from __future__ import annotations

import os
import shutil
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from servers.browser import Browser
from servers.frame import LOOPBACK, Program, Written, free_port, run, running, scratch

DEBIAN: Final = (
    "mariadb-server", "php-cli", "php-mysql", "php-xml", "wordpress", "wordpress-theme-twentytwentythree",
)  # fmt: skip
PASSWORD: Final = "correct horse battery"  # noqa: S105 - of a blog that lives for a test
_PACKAGED: Final = Path("/usr/share/wordpress")
_INSIDE: Final = Path(__file__).parent / "inside" / "wordpress"
_NEEDED: Final = ("php", "mariadbd", "mariadb-install-db")


class WordPressSite:
    """A running WordPress; threads are its posts and posts its comments, by their numbers there."""

    member: Final = "Alice"
    moderator: Final = "Admin"

    def __init__(self, url: str, keys: Mapping[str, str], environment: Mapping[str, str]) -> None:
        self.url = url
        self._environment = environment
        self._people = {name: Browser(url, headers=_authorised(name, key)) for name, key in keys.items()}
        self._guest = Browser(url)

    def open(self, title: str, text: str, *, by: str = moderator) -> Written:
        """Publish an article."""
        made = self._write(by, "/posts", title=title, content=text, status="publish")
        return Written(str(made["id"]), str(made["id"]))

    def post(self, thread_id: str, text: str, *, by: str = member, parent: str = "0") -> str:
        """Comment, and return the comment's number."""
        return str(self._write(by, "/comments", post=thread_id, content=text, parent=parent)["id"])

    def comment_as_guest(self, thread_id: str, text: str, name: str) -> str:
        """Comment without an account."""
        body = {"post": thread_id, "content": text, "author_name": name, "author_email": "guest@example.org"}
        return str(self._guest.ask("POST", "/wp-json/wp/v2/comments", body)["id"])

    def edit(self, thread_id: str, post_id: str, text: str, *, by: str = moderator) -> None:
        self._write(by, f"/comments/{post_id}", content=text)

    def edit_article(self, thread_id: str, text: str) -> None:
        self._write(self.moderator, f"/posts/{thread_id}", content=text)

    def protect(self, thread_id: str, password: str) -> None:
        """Show an article only to those who know a password; an empty one shows it to all again."""
        self._write(self.moderator, f"/posts/{thread_id}", password=password)

    def delete(self, thread_id: str, post_id: str) -> None:
        """Put a comment into the trash."""
        self._people[self.moderator].ask("DELETE", f"/wp-json/wp/v2/comments/{post_id}")

    def delete_thread(self, thread_id: str) -> None:
        self._people[self.moderator].ask("DELETE", f"/wp-json/wp/v2/posts/{thread_id}")

    def hide(self, thread_id: str, post_id: str) -> None:
        """Send a comment back to moderation."""
        self._write(self.moderator, f"/comments/{post_id}", status="hold")

    def restore(self, thread_id: str, post_id: str) -> None:
        """Take a comment out of the trash, or approve it."""
        self._write(self.moderator, f"/comments/{post_id}", status="approved")

    def lock(self, thread_id: str) -> None:
        self._write(self.moderator, f"/posts/{thread_id}", comment_status="closed")

    def unlock(self, thread_id: str) -> None:
        self._write(self.moderator, f"/posts/{thread_id}", comment_status="open")

    def address(self, thread_id: str) -> str:
        """Where an article is read."""
        return str(self._guest.ask("GET", f"/wp-json/wp/v2/posts/{thread_id}")["link"])

    def name_of(self, thread_id: str) -> str:
        """The article's guid, by which feeds call it."""
        return str(self._guest.ask("GET", f"/wp-json/wp/v2/posts/{thread_id}")["guid"]["rendered"])

    def trackback(self, thread_id: str, *, source: str, title: str, excerpt: str, blog: str) -> str:
        """Send a trackback, and return the answer."""
        fields = {"url": source, "title": title, "excerpt": excerpt, "blog_name": blog}
        path = self.address(thread_id).removeprefix(self.url) + "trackback/"
        return str(self._guest.ask("POST", path, urlencode(fields).encode()))

    def send_pings(self) -> None:
        """Let WordPress tell the pages that its new articles link to."""
        run(["php", _INSIDE / "manage.php", "ping"], _INSIDE, self._environment)

    def send_trackback(self, thread_id: str, address: str) -> None:
        """Let WordPress send a trackback about an article of its own."""
        command = ["php", _INSIDE / "manage.php", "trackback", thread_id, address]
        run(command, _INSIDE, self._environment)

    def _write(self, by: str, path: str, **fields: Any) -> Any:
        return self._people[by].ask("POST", f"/wp-json/wp/v2{path}", fields)


def install(home: Path) -> None:
    """Copy what Debian installed, because WordPress looks for its settings where its code is."""
    if installed(home):
        return
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(_PACKAGED, home / "new", ignore_dangling_symlinks=True)
    (home / "new" / "wp-content" / "mu-plugins").mkdir(exist_ok=True)
    shutil.copy(_INSIDE / "loopback.php", home / "new" / "wp-content" / "mu-plugins")
    shutil.copy(_INSIDE / "wp-config.php", home / "new")
    (home / "new").rename(home / "blog")


def installed(home: Path) -> bool:
    """Whether the copy is there, and what it runs on."""
    return (home / "blog").is_dir() and all(map(shutil.which, _NEEDED))


@contextmanager
def start(home: Path) -> Iterator[WordPressSite]:
    """Run an empty blog."""
    with scratch() as folder, _database() as database:
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        environment = {
            "KULANZ_DATABASE": database,
            "KULANZ_URL": url,
            "KULANZ_BLOG": str(home / "blog"),
            "KULANZ_PASSWORD": PASSWORD,
            "PHP_CLI_SERVER_WORKERS": "3",
        }
        printed = run(["php", _INSIDE / "manage.php", "install"], folder, environment)
        keys = dict(line.split(" ", 1) for line in printed.splitlines() if " " in line)
        command = ["php", "-S", f"{LOOPBACK}:{port}", "-t", home / "blog"]
        with running(Program(command=command, port=port, folder=folder, environment=environment)):
            yield WordPressSite(url, keys, environment)


@contextmanager
def _database() -> Iterator[str]:
    """A new MariaDB with an empty database ``wordpress``; yields its host and port."""
    owner = "mysql" if os.geteuid() == 0 else None
    with scratch(owner) as folder:
        data, port = folder / "data", free_port()
        as_owner = [f"--user={owner}"] if owner else []
        run(
            [
                "mariadb-install-db", "--no-defaults", *as_owner, f"--datadir={data}", "--skip-test-db",
                "--auth-root-authentication-method=normal",
            ],
            folder,
        )  # fmt: skip
        first = folder / "first.sql"
        first.write_text("CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;\n", "utf-8")
        command = [
            "mariadbd", "--no-defaults", *as_owner, f"--datadir={data}", f"--bind-address={LOOPBACK}",
            f"--port={port}", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}",
            f"--init-file={first}",            "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin",
        ]  # fmt: skip
        with running(Program(command=command, port=port, folder=folder)):
            yield f"{LOOPBACK}:{port}"


def _authorised(name: str, key: str) -> dict[str, str]:
    pair = b64encode(f"{name}:{key}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
