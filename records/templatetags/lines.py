"""How a line that is read back prints the values of an event."""

from __future__ import annotations

from typing import Any

from django import template

from records.lines import value
from records.missing import Missing

register = template.Library()


@register.filter
def reads(of: Any, name: str) -> str:
    """One value of an event or a part of the record, in words: `event|reads:"dose"` is "1,250 mg"."""
    return value(of, name)


@register.filter
def is_missing(found: Any) -> bool:
    """Whether this is a word for what is not filled in yet."""
    return isinstance(found, Missing)
