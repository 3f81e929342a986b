"""What is stored with an entry, as names and values in the order in which people ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventstore.store import RecordedEvent
from projections import words
from projections.chain import grouped


@dataclass(frozen=True)
class Fact:
    """mono: an id, a hash, a position."""

    label: str
    value: str
    mono: bool = True


def with_it(event: RecordedEvent) -> list[Fact]:
    """What a replay shows beside the states."""
    metadata = event.metadata
    caused_by = ((metadata.get("command") or {}).get("type"), metadata.get("causation_id"))
    return [
        Fact("event id", str(event.event_id)),
        Fact("stream", f"{event.aggregate_id}, version {event.version}"),
        Fact("type", f"{event.event_type}, schema version {event.schema_version}"),
        Fact("position", f"{event.position:,}"),
        Fact("created at", moment(event.created_at)),
        Fact("occurred at", _occurred(event)),
        Fact("user", words.joined(metadata.get(key) for key in ("user_name", "user_role", "user_id"))),
        Fact("address", words.joined((metadata.get("ip"), _session(metadata))) or "none"),
        Fact("caused by", words.joined(caused_by, " ") or words.UNKNOWN),
        Fact("seen", _seen(metadata)),
    ]


def columns(event: RecordedEvent) -> list[Fact]:
    """Every column of the row but the two JSON ones, by their own names."""
    return [
        Fact("position", f"{event.position:,}"),
        Fact("event_id", str(event.event_id)),
        Fact("aggregate_type", event.aggregate_type),
        Fact("aggregate_id", event.aggregate_id),
        Fact("version", str(event.version)),
        Fact("event_type", event.event_type),
        Fact("schema_version", str(event.schema_version)),
        Fact("occurred_at", _occurred(event)),
        Fact("created_at", moment(event.created_at)),
        Fact("hash", grouped(event.hash)),
    ]


def moment(at: datetime) -> str:
    """2026-05-19 14:42:07.318000 UTC: exactly as the database keeps it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"


def _occurred(event: RecordedEvent) -> str:
    literal = event.metadata.get("occurred_at_literal")
    said = f"; the source said “{literal}”" if literal else ""
    return f"{moment(event.occurred_at)}{said}"


def _session(metadata: dict[str, Any]) -> str:
    session = metadata.get("session") or ""
    return f"session {session[:8]}…" if session else ""


def _seen(metadata: dict[str, Any]) -> str:
    version, alerts = metadata.get("seen_version"), metadata.get("alerts") or []
    return "not stated" if version is None else f"version {version}, alerts: {len(alerts) or 'none'}"
