"""kulanz train."""

from __future__ import annotations

import click


@click.group()
def train() -> None:
    """Make models from labelled files."""
