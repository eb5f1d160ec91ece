"""The tables of the local store, and how its file is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from kulanz.sources.errors import SourceError

VERSION: Final = 1
_BUSY_SECONDS: Final = 30.0

# What is looked for has a column; the rest of a post or thread is one JSON object in `kept`.
_TABLES: Final = """
CREATE TABLE source (
    name TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT 'active', reason TEXT, state_since TEXT,
    last_success TEXT, last_error TEXT, last_error_at TEXT, errors INTEGER NOT NULL DEFAULT 0,
    not_before TEXT, next_run TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE run (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
    requests INTEGER NOT NULL DEFAULT 0, pages INTEGER NOT NULL DEFAULT 0, outcome TEXT
) STRICT;
CREATE INDEX run_of_source ON run (source, id);
CREATE TABLE cursor (
    source TEXT NOT NULL, lane TEXT NOT NULL, cursor BLOB, ended INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, lane)
) STRICT, WITHOUT ROWID;
CREATE TABLE body (hash BLOB PRIMARY KEY, packed BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE answer (
    source TEXT NOT NULL, url TEXT NOT NULL, hash BLOB NOT NULL REFERENCES body, status INTEGER NOT NULL,
    media_type TEXT NOT NULL, fetched_at TEXT NOT NULL, PRIMARY KEY (source, url, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE thread (
    source TEXT NOT NULL, thread_id TEXT NOT NULL, kept BLOB NOT NULL, gone INTEGER NOT NULL,
    marker TEXT, read_at TEXT, PRIMARY KEY (source, thread_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE act (
    source TEXT NOT NULL, thread_id TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (source, thread_id, kind, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE post (
    source TEXT NOT NULL, post_id TEXT NOT NULL, thread_id TEXT NOT NULL, created_at TEXT,
    removed INTEGER NOT NULL, first_run INTEGER NOT NULL, kept BLOB NOT NULL, PRIMARY KEY (source, post_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_of_thread ON post (source, thread_id, created_at);
CREATE TABLE revision (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, thread_id TEXT NOT NULL, post_id TEXT, kind TEXT NOT NULL,
    found_at TEXT NOT NULL, revision BLOB NOT NULL
) STRICT;
CREATE INDEX revision_of_thread ON revision (source, thread_id);
"""


def opened(path: Path) -> sqlite3.Connection:
    """Open a store's file, and make its tables where it is new.

    Raise SourceError where the file is none of ours, damaged, or of a newer version.
    """
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise SourceError(f"{path}: expected a store made by kulanz fetch, got: {error}") from error
    except SourceError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in filter(str.strip, _TABLES.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
    if version > VERSION:
        raise SourceError(
            f"{path}: is a store of version {version}, this Kulanz knows {VERSION}: use a newer Kulanz"
        )
