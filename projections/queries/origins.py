"""From where an entry came: the system that a source named, and the address that it was recorded from."""

from __future__ import annotations

from collections.abc import Sequence

from projections.models import ComplianceEntry, TimelineEntry


def with_origins(rows: Sequence[TimelineEntry], *, addresses: bool) -> None:
    """Sets on each row: source, the system that reported it, or ""; address, where addresses may be shown."""
    found = ComplianceEntry.objects.filter(event_id__in=[row.event_id for row in rows])
    origins = {event_id: rest for event_id, *rest in found.values_list("event_id", "source", "ip")}
    for row in rows:
        row.source, address = origins.get(row.event_id, ("", ""))
        row.address = address if addresses else ""
