"""The version, where every package may read it."""

from typing import Final

VERSION: Final = "0.1.0"
