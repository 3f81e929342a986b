"""How lines and lists say that a drug is known by its words only."""

from __future__ import annotations

from typing import Any

from django import template

from records.catalogue.naming import is_free_text
from records.missing import Missing

register = template.Library()


@register.filter
def is_free(of: Any) -> bool:
    """Whether a prescription's drug is free text: no code, and nothing that the list of drugs knows."""
    name = of.medication
    return bool(name) and not isinstance(name, Missing) and is_free_text(name, getattr(of, "code", None))
