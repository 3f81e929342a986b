"""What is stored with an entry, as names and values in the order in which people ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from eventstore import registry
from eventstore.registry import Unknown
from eventstore.store import RecordedEvent
from projections import words
from projections.chain import grouped
from records.units import ucum


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
        Fact(_("event id"), str(event.event_id)),
        Fact(
            _("stream"),
            _("{stream}, version {version}").format(stream=event.aggregate_id, version=event.version),
        ),
        Fact(_("type"), _type(event)),
        Fact(_("position"), f"{event.position:,}"),
        Fact(_("created at"), moment(event.created_at)),
        Fact(_("occurred at"), _occurred(event)),
        Fact(_("user"), words.joined(metadata.get(key) for key in ("user_name", "user_role", "user_id"))),
        Fact(_("address"), words.joined((metadata.get("ip"), _session(metadata))) or _("none")),
        Fact(_("caused by"), words.joined(caused_by, " ") or str(words.absent(reported=False))),
        Fact(_("seen"), _seen(metadata)),
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
        *_coded_units(event.data),
    ]


def _coded_units(data: object) -> list[Fact]:
    """The UCUM code of each unit, apart from its label. Source: unitsofmeasure.org."""
    labels = (("unit", _("unit, in UCUM")), ("quantity_unit", _("unit of the quantity, in UCUM")))
    found = [(label, getattr(data, name, None)) for name, label in labels]
    return [Fact(label, ucum(unit) or _("none: a source's own word")) for label, unit in found if unit]


def moment(at: datetime) -> str:
    """2026-05-19 14:42:07.318000 UTC: exactly as the database keeps it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"


def _occurred(event: RecordedEvent) -> str:
    literal = event.metadata.get("occurred_at_literal")
    at = moment(event.occurred_at)
    return _("{at}; the source said “{literal}”").format(at=at, literal=literal) if literal else at


def _type(event: RecordedEvent) -> str:
    """Whether it is read in the shape in which it is stored."""
    known = None if isinstance(event.data, Unknown) else registry.named(event.event_type)
    said = (
        _("{type}, schema version {version}, stored as written")
        if known is None or known.version == event.schema_version
        else _("{type}, schema version {version}, read as version {read}")
    )
    read = known.version if known else ""
    return said.format(type=event.event_type, version=event.schema_version, read=read)


def _session(metadata: dict[str, Any]) -> str:
    session = metadata.get("session") or ""
    return _("session {digest}…").format(digest=session[:8]) if session else ""


def _seen(metadata: dict[str, Any]) -> str:
    version, alerts = metadata.get("seen_version"), metadata.get("alerts") or []
    if version is None:
        return _("not stated")
    if not alerts:
        return _("version {version}, alerts: none").format(version=version)
    interrupting = sum(bool(alert.get("interrupts")) for alert in alerts)
    said = _("version {version}, alerts: {interrupting} interrupting, {passive} passive")
    return said.format(version=version, interrupting=interrupting, passive=len(alerts) - interrupting)
