"""HyperKitty's settings, and what a test's site needs of its inside; runs in its environment, not ours."""

from __future__ import annotations

import os
import sys

from mailman_web.settings.base import *  # noqa: F403 - a settings module is its names
from mailman_web.settings.mailman import *  # noqa: F403 - the same

SECRET_KEY = MAILMAN_ARCHIVER_KEY = "for-a-test-alone"  # noqa: S105
MAILMAN_ARCHIVER_FROM = ("127.0.0.1",)
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["KULANZ_TEST_DATABASE"]}}
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HYPERKITTY_MBOX_EXPORT = "KULANZ_TEST_NO_EXPORT" not in os.environ
COMPRESS_ENABLED = False
COMPRESS_PRECOMPILERS = ()
Q_CLUSTER = {"sync": True, "orm": "default"}
LOGGING = {"version": 1}


def prepare() -> None:
    """Create the tables."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def take(place: str, mbox: str) -> None:
    """Take an mbox into the archive of a list."""
    from django.core.management import call_command

    call_command("hyperkitty_import", mbox, "-l", place, "--no-sync-mailman", verbosity=0)


def delete(place: str, *message_ids: str) -> None:
    """Delete messages as the archive's page does for a moderator."""
    from hyperkitty.models import Email

    for message_id in message_ids:
        Email.objects.get(mailinglist__name=place, message_id=message_id).delete()


def serve(port: str) -> None:
    from mailman_web.wsgi import application
    from waitress import serve as wait

    wait(application, host="127.0.0.1", port=int(port), threads=4)


if __name__ == "__main__":
    import django

    django.setup()
    {"prepare": prepare, "take": take, "delete": delete, "serve": serve}[sys.argv[1]](*sys.argv[2:])
