"""The write side: what may be recorded, and by whom."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils import translation

from records import speech


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        speech.speaks(translation)
        # Importing registers: the checks, the event types, their upcasters and what these look up.
        for module in ("checks", "events", "licenses", "upcasters"):
            import_module(f"records.{module}")
