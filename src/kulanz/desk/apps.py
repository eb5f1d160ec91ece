from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk's one app."""

    name = "kulanz.desk"
    label = "desk"
    verbose_name = "Kulanz"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the unsafe combinations of settings told at start."""
        from kulanz.desk import checks  # noqa: F401, PLC0415 - registers itself
