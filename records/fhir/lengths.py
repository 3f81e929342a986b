"""How long a value of a record can be: what a source writes beyond that is shown shortened.

No name, drug or code is this long; a page, an index or a line on paper cannot hold it. The whole of
it stays in the source's own words beside the entry, and a note says so.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

_LINE, _PARAGRAPH = 300, 2000
_LIMITS = {
    "family": _LINE, "given": _LINE, "other_names": _LINE, "phone": _LINE, "address": _LINE,
    "medication": _LINE, "substance": _LINE, "form": _LINE, "route": _LINE, "prescriber": _LINE,
    "recorder": _LINE, "unit": 40, "quantity_unit": 40,
    "frequency": _PARAGRAPH, "as_needed_reason": _PARAGRAPH, "note_to_patient": _PARAGRAPH,
    "indication": _PARAGRAPH, "reactions": _PARAGRAPH, "status_reason": _PARAGRAPH,
}  # fmt: skip
#: A longer code is none: half of it would mean something else.
_CODES = {"code": 100, "code_system": _LINE, "status_code": 100}


def bounded(said: T) -> tuple[T, tuple[str, ...]]:
    """The same values, none longer than it can be; and the names of those that were, in words."""
    if not is_dataclass(said):
        return said, ()
    changes: dict[str, Any] = {}
    names: list[str] = []
    for field in fields(said):
        value = getattr(said, field.name)
        if is_dataclass(value):
            inner, longer = bounded(value)
            if longer:
                changes[field.name] = inner
                names.extend(longer)
        elif isinstance(value, str) and len(value) > _LIMITS.get(field.name, len(value)):
            changes[field.name] = value[: _LIMITS[field.name] - 1] + "…"
            names.append(field.name.replace("_", " "))
        elif isinstance(value, str) and len(value) > _CODES.get(field.name, len(value)):
            changes[field.name] = None
            names.append(field.name.replace("_", " "))
    return (replace(said, **changes), tuple(names)) if changes else (said, ())  # type: ignore[type-var]


def note_of(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What to say of them with the entry."""
    if not names:
        return ()
    return (("not understood", f"Longer than a record can show: {', '.join(names)}"),)
