"""The write side: what may be recorded, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string

from records import duplicates, speech


def _likely(who: Mapping[str, str | None]) -> tuple[duplicates.Candidate, ...]:
    """What the function that the setting names answers; found when asked, since it is imported from above."""
    found: tuple[duplicates.Candidate, ...] = import_string(settings.LIKELY_DUPLICATES)(who)
    return found


class RecordsConfig(AppConfig):
    name = "records"

    def ready(self) -> None:
        speech.speaks(translation)
        duplicates.asks(_likely)
        # Importing registers: the checks, the event types, their upcasters and what these look up.
        for module in ("checks", "events", "licenses", "upcasters"):
            import_module(f"records.{module}")
