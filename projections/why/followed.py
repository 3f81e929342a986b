"""What is known of one value through time, and what the timeline knows of the entries about a thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from eventstore import store
from eventstore.store import RecordedEvent
from projections.course_history import CourseHistory
from projections.models import TimelineEntry
from projections.moments.record_at import holds, standing
from projections.why import names


@dataclass(frozen=True)
class Step:
    """A value as an entry left it. order: what steps are sorted by."""

    event_id: str
    at: datetime
    version: int
    value: str


@dataclass(frozen=True)
class Mark:
    """An entry about the same thing, as the timeline keeps it. corrected_by: what marked it in error."""

    event_id: str
    version: int
    at: datetime
    event_type: str
    corrected_by: str | None


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A value and how it came to be.

    Shape: subject: what it is a value of, in words; steps: oldest first, those that count now; wrong: entries
    that said something of it and are marked in error; said_by: what a wrong entry said of it; source: the
    value comes from a source that reported it; gone: all of it was entered in error; ran_out: its last day
    has passed, which no entry says; course: of a prescription.
    """

    kind: str
    name: str
    subject: str
    value: str
    stated: bool
    steps: Sequence[Step]
    wrong: Sequence[Mark] = ()
    said_by: Callable[[RecordedEvent], str] = field(default=lambda _event: "")
    reported: bool = False
    gone: bool = False
    ran_out: bool = False
    course: CourseHistory | None = None

    @property
    def label(self) -> str:
        return str(names.LABELS[self.kind][self.name])

    @property
    def setting(self) -> int:
        """Where in the steps the value became what it is: later ones said the same again. -1 for none."""
        at = len(self.steps) - 1
        while at > 0 and self.steps[at - 1].value == self.steps[at].value:
            at -= 1
        return at


@dataclass(frozen=True)
class Moments:
    """Known at and true at; None is now."""

    known_at: datetime | None = None
    true_at: datetime | None = None

    @property
    def past(self) -> bool:
        return self.known_at is not None or self.true_at is not None

    def known(self, recorded_at: datetime) -> bool:
        return self.known_at is None or recorded_at <= self.known_at

    def true(self, occurred_at: datetime) -> bool:
        return self.true_at is None or occurred_at <= self.true_at


NOW = Moments()


def step_of(event: RecordedEvent, value: str) -> Step:
    return Step(str(event.event_id), event.occurred_at, event.version, value)


# --- What the timeline knows -------------------------------------------------------------------------

MERGES = ("PatientsMerged", "PatientsUnmerged")


def marks_of(
    patient_id: UUID, moments: Moments, *, subject: UUID | None = None, kinds: Sequence[str] = ()
) -> list[Mark]:
    """Entries about one thing or of some kinds, and merges, by version; wrong as far as that was known."""
    wanted = Q(event_type__in=MERGES) | Q(kind__in=kinds)
    if subject is not None:
        wanted |= Q(subject_id=subject) | Q(other_subject_id=subject)
    rows = TimelineEntry.objects.filter(wanted, patient_id=patient_id).order_by("version")
    found = [
        row
        for row in rows.values_list(
            "event_id", "version", "occurred_at", "recorded_at", "event_type", "corrected_by"
        )
        if moments.known(row[3])
    ]
    known = {row[0] for row in found}
    return [
        Mark(str(event_id), version, at, event_type, str(corrected_by) if corrected_by in known else None)
        for event_id, version, at, _recorded_at, event_type, corrected_by in found
    ]


def said_by_them(marks: Sequence[Mark], moments: Moments) -> list[RecordedEvent]:
    """What these entries say, as far as it was true, without what was marked in error.

    A merge stands for the entries that it brought.
    """
    entries = store.read_events([UUID(mark.event_id) for mark in marks])
    return [entry for entry in standing(entries) if moments.true_at is None or holds(entry, moments.true_at)]


def wrong_ones(marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark.corrected_by]
