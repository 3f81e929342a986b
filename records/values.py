"""Parts of a record's state as JSON values and back: what snapshots and corrections hold.

Times are ISO text in UTC. Values of a field that is not known here are left out, so that a later
version of the program may add one. Knows nothing of Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Part = TypeVar("Part", bound="DataclassInstance")


def values(part: DataclassInstance) -> dict[str, Any]:
    """Every field of a part as a JSON native."""
    return {name: _written(getattr(part, name)) for name in _names(type(part))}


def part_of(cls: type[Part], stored: Mapping[str, Any]) -> Part:
    """The inverse of `values`."""
    times = _times(cls)
    known: dict[str, Any] = {
        name: datetime.fromisoformat(stored[name]) if name in times and stored[name] else stored[name]
        for name in _names(cls)
        if name in stored
    }
    return cls(**known)


@cache
def _names(cls: type[DataclassInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


@cache
def _times(cls: type[DataclassInstance]) -> frozenset[str]:
    return frozenset(field.name for field in fields(cls) if "datetime" in str(field.type))


def _written(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
