"""Event types, their schema versions, and the way between stored JSON and dataclasses.

A stored type is the class's name and nothing else, never an import path; old shapes are lifted by
upcasters, one step at a time, wherever events are read; what is not known here is kept and shown
as `Unknown`. Knows nothing of Django, of the database or of any one aggregate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from eventstore.errors import DecodeError

T = TypeVar("T")
Json = dict[str, Any]


# --- Personal text -------------------------------------------------------------------------------


class SealedContext(NamedTuple):
    """What a sealed text is bound to: whose key, and the event, type and field it was sealed in."""

    keyring: str
    event_id: str
    event_type: str
    path: str


class Sealed(str):
    """Ciphertext standing in for a personal text that was not opened. Never shown, never compared."""

    __slots__ = ("context",)
    context: SealedContext

    def __new__(cls, token: str, context: SealedContext) -> Self:
        sealed = super().__new__(cls, token)
        sealed.context = context
        return sealed

    def __repr__(self) -> str:
        return f"<sealed {self.context.path} of {self.context.event_type}>"


def sealed_to_json(value: Any) -> Any:
    """Replace each `Sealed` at any depth by plain JSON that `sealed_from_json` turns back."""
    if isinstance(value, Sealed):
        return {"sealed": str(value), "of": list(value.context)}
    if isinstance(value, Mapping):
        return {key: sealed_to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [sealed_to_json(item) for item in value]
    return value


def sealed_from_json(value: Any) -> Any:
    """The inverse of `sealed_to_json` (tuples come back as lists)."""
    if isinstance(value, dict):
        if value.keys() == {"sealed", "of"}:
            return Sealed(value["sealed"], SealedContext(*value["of"]))
        return {key: sealed_from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [sealed_from_json(item) for item in value]
    return value


# --- Types ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventType:
    """What is known of one event type. personal: field names sealed at any depth."""

    name: str
    aggregate_type: str
    version: int
    personal: frozenset[str]
    cls: type


@dataclass(frozen=True)
class Unknown:
    """An event that this code cannot decode: a type or a version it does not know, or a wrong shape.

    Shape: problem is None for what is merely unknown, else it says what is wrong with the content.
    """

    event_type: str
    schema_version: int
    data: Json
    problem: str | None = None


@dataclass(frozen=True)
class Stored:
    """An event in an older shape, to be written as it once was (seeding and tests only)."""

    event_type: str
    schema_version: int
    data: Json


@dataclass(frozen=True)
class Recording:
    """What an upcaster may know of the event besides its data."""

    position: int
    created_at: datetime
    metadata: Json


class Lookup(Protocol):
    """Answers one question about a key as of a position in the ledger, from events alone."""

    def __call__(self, key: str, position: int) -> str | None: ...


Upcaster = Callable[..., Json]

_types: dict[str, EventType] = {}
_upcasters: dict[tuple[str, int], Upcaster] = {}
_lookups: dict[str, Lookup] = {}


def event_type(
    aggregate_type: str, *, version: int = 1, personal: frozenset[str] = frozenset()
) -> Callable[[type[T]], type[T]]:
    """Register a dataclass as an event type; its stored name is the class's name.

    Raises: ValueError where the name is taken by another class.
    """

    def register(cls: type[T]) -> type[T]:
        known = _types.get(cls.__name__)
        if known and (known.cls.__module__, known.cls.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(f"event type {cls.__name__} is registered twice")
        _types[cls.__name__] = EventType(cls.__name__, aggregate_type, version, personal, cls)
        return cls

    return register


def upcaster(name: str, *, from_version: int) -> Callable[[Upcaster], Upcaster]:
    """Register the step of type `name` from schema version n to n + 1.

    The step is pure: `step(data, recording=Recording, lookups=Mapping[str, Lookup]) -> data`.
    """

    def register(step: Upcaster) -> Upcaster:
        _upcasters[name, from_version] = step
        return step

    return register


def lookup_source(name: str) -> Callable[[Lookup], Lookup]:
    """Register what upcasters may look up under this name."""

    def register(lookup: Lookup) -> Lookup:
        _lookups[name] = lookup
        return lookup

    return register


def known_types() -> Iterator[EventType]:
    return iter(tuple(_types.values()))


def type_of(event: object) -> EventType:
    """The registered type of an event object. Raises: DecodeError where it has none."""
    known = _types.get(type(event).__name__)
    if known is None or known.cls is not type(event):
        raise DecodeError(f"{type(event).__name__} is not a registered event type")
    return known


def named(name: str) -> EventType | None:
    return _types.get(name)


def missing_steps() -> Iterator[tuple[str, int]]:
    """(type, version) for which no upcaster leads on: `manage.py check` fails on each."""
    for known in known_types():
        for version in range(1, known.version):
            if (known.name, version) not in _upcasters:
                yield known.name, version


def snake_case(name: str) -> str:
    """PrescriptionAdded -> prescription_added: the name of a projector's method and a template."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


# --- Codec ---------------------------------------------------------------------------------------


def encode(event: object) -> tuple[EventType, int, Json]:
    """An event as (type, schema version, JSON-ready data), personal text still in clear."""
    if isinstance(event, Stored):
        known = _types.get(event.event_type)
        if known is None:
            raise DecodeError(f"{event.event_type} is not a registered event type")
        return known, event.schema_version, _json(event.data)
    known = type_of(event)
    return known, known.version, {f.name: _json(getattr(event, f.name)) for f in fields(event)}  # type: ignore[arg-type]


def decode(name: str, schema_version: int, data: Json, recording: Recording) -> object:
    """Stored data as the latest shape of its type, or `Unknown`. Never raises."""
    known = _types.get(name)
    if known is None or schema_version > known.version or schema_version < 1:
        return Unknown(name, schema_version, data)
    try:
        for version in range(schema_version, known.version):
            data = _upcasters[name, version](dict(data), recording=recording, lookups=_lookups)
        return _build(known.cls, data)
    except (DecodeError, KeyError, TypeError, ValueError) as error:
        return Unknown(name, schema_version, data, problem=f"{type(error).__name__}: {error}")


def _build(cls: type, data: Json) -> object:
    values: Json = {}
    for f in fields(cls):
        if f.name in data:
            value = data[f.name]
            values[f.name] = tuple(value) if isinstance(value, list) else value
        elif f.default is MISSING and f.default_factory is MISSING:
            raise DecodeError(f"{cls.__name__} lacks {f.name}")
    extra = data.keys() - values.keys()
    if extra:
        raise DecodeError(f"{cls.__name__} does not know {', '.join(sorted(extra))}")
    return cls(**values)


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) and not isinstance(value, Sealed) else value
    if isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    raise TypeError(f"an event may hold JSON natives only (numbers as text), not {type(value).__name__}")
