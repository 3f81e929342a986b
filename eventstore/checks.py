"""System checks: what must be right before the event store may be used."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from eventstore import registry
from eventstore.projector import projectors


@register()
def upcasters_are_complete(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every older schema version leads step by step to the latest one."""
    return [
        Error(
            f"{name} has no upcaster from schema version {version} to {version + 1}.",
            hint="Register the step with eventstore.registry.upcaster.",
            id="eventstore.E001",
        )
        for name, version in registry.missing_steps()
    ]


@register()
def projectors_have_names_of_their_own(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A projector's name is its checkpoint key for ever: two may not share one."""
    names = [projector.name for projector in projectors()]
    return [
        Error(f"Two projectors are named {name}.", id="eventstore.E002")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
