"""The configuration as an app, for its management commands."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Running Anamnesis"
