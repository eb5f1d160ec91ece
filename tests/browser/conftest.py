"""A real browser before a real desk."""

from __future__ import annotations

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")
pytest.importorskip("playwright", reason="needs playwright, which the lock names")
