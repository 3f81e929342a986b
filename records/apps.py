"""The write side: what may be recorded, and by whom."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        from records import checks  # noqa: F401 - registers the checks
