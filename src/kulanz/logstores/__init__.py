"""Where the files of a public log lie, and how those of another's are read."""

from kulanz.logstores.folder import FolderStore
from kulanz.logstores.reading import read_folder, reader_of

__all__ = ["FolderStore", "read_folder", "reader_of"]
