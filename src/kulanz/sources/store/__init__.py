"""The local store of what was fetched: one SQLite file in the folder that `kulanz fetch` fills."""

from kulanz.sources.store.health import Health, State
from kulanz.sources.store.keeping import Kept
from kulanz.sources.store.source import SourceStore
from kulanz.sources.store.store import Store

__all__ = ["Health", "Kept", "SourceStore", "State", "Store"]
