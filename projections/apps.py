"""The read side: what is shown, derived from the ledger and rebuilt from it at any time."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectionsConfig(AppConfig):
    name = "projections"
    verbose_name = "What is shown"
