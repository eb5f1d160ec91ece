from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk's one app."""

    name = "kulanz.desk"
    label = "desk"
    verbose_name = "Kulanz"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have unsafe settings told, indexes and triggers kept in place, and the login put on record."""
        from django.db.models.signals import post_migrate  # noqa: PLC0415

        from kulanz.desk import checks  # noqa: F401, PLC0415 - registers itself
        from kulanz.desk.models import waking, wordindex  # noqa: PLC0415 - models are ready now
        from kulanz.desk.web import signing_in  # noqa: F401, PLC0415 - hears the login from now on

        for part in (wordindex, waking):
            post_migrate.connect(part.put_in_place, sender=self)
