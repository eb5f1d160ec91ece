"""The desk's settings as the tests run them; DATABASE_URL may name a PostgreSQL server."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("KULANZ_MODE", "demo")
os.environ.setdefault("KULANZ_DATA", tempfile.mkdtemp(prefix="kulanz-tests-"))
os.environ.setdefault("KULANZ_SECRET_KEY", "tests only, tests only, tests only, tests only")

from kulanz.desk.project.settings import *  # noqa: F403 - settings are made of settings

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405 - whitenoise warns of a folder that is not there
