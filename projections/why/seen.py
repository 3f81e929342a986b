"""The screen behind an entry: the chart that its author had before them, and what they were shown.

The chart is folded anew from the entries up to the version that was on the screen, as it stood on the day of
the entry. What the author could not know is named too: what was true already and recorded only later, and
what they saw that was marked in error afterwards. Where nobody's screen is known, nothing is rebuilt.
Must not know: requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from eventstore.registry import Unknown
from eventstore.store import RecordedEvent
from projections.models import TimelineEntry
from projections.moments.record_at import RecordAt, record_at
from projections.why.behind import Behind, behind
from records import lines
from records.lines import Line

#: As many entries of a kind are listed; the rest is counted.
SHOWN = 12


@dataclass(frozen=True)
class Listed:
    """Entries, the newest first, and how many more there are."""

    rows: Sequence[TimelineEntry]
    left_out: int


@dataclass(frozen=True)
class Seen:
    """What was there, and what was not.

    Shape: chart: None where no screen is known; known_at: when its newest entry was recorded; line: the entry
    as it was read back, None for one of an unknown kind; between: recorded by others after the screen and
    before the entry; later: true by then and recorded after it; withdrawn: on the screen, and marked in error
    after it.
    """

    entry: Behind
    told: TimelineEntry | None
    chart: RecordAt | None
    known_at: datetime | None
    line: Line | None
    between: Listed
    later: Listed
    withdrawn: Listed


def seen(patient_id: UUID, event: RecordedEvent) -> Seen:
    entry = behind(event)
    version = entry.seen
    chart = record_at(patient_id, version=version, true_at=event.created_at) if version is not None else None
    on_screen = version or 0
    rows = TimelineEntry.objects.filter(patient_id=patient_id)
    after = rows.filter(version__gt=event.version)
    return Seen(
        entry=entry,
        told=rows.filter(event_id=event.event_id).first(),
        chart=chart,
        known_at=rows.filter(version=on_screen).values_list("recorded_at", flat=True).first(),
        line=_line(event, chart),
        between=_listed(
            rows.filter(version__gt=on_screen, version__lt=event.version).exclude(
                recorded_at=event.created_at
            )
            if chart
            else rows.none()
        ),
        later=_listed(
            after.filter(occurred_at__lte=event.created_at, in_error=False).exclude(kind="correction")
        ),
        withdrawn=_listed(
            rows.filter(
                version__lte=on_screen,
                corrected_by__in=after.filter(kind="correction").values("event_id"),
            )
        ),
    )


def _line(event: RecordedEvent, chart: RecordAt | None) -> Line | None:
    """As a form reads it back: upon the chart that it was written for."""
    if chart is None or isinstance(event.data, Unknown):
        return None
    return lines.line(event.data, chart.patient)


def _listed(rows: QuerySet[TimelineEntry]) -> Listed:
    total = rows.count()
    return Listed(list(rows.order_by("-occurred_at", "-version")[:SHOWN]), max(0, total - SHOWN))
