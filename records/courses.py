"""A medication course: what one prescription has become, entry by entry.

Pure values and steps; what may be done to a course is decided in prescription_rules.py. Never
looks inside personal text, which may be sealed. Knows nothing of Django.
Why: entries can be recorded late, so each group of values (dosage, status, renewal) follows the
entry with the latest (occurred_at, version). Versions only rise along a fold, hence "not earlier
than the group's last entry" is the whole comparison. A course that has ended takes no more
entries: only a correction opens it again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from records import events

ACTIVE = "active"
HELD = "held"
DISCONTINUED = "discontinued"
COMPLETED = "completed"  # as a source reported it; here a course that ran out is derived, not recorded
CHANGED = "changed"

#: Statuses in which a course takes entries and stands on the current list.
OPEN = frozenset({ACTIVE, HELD})


@dataclass(frozen=True, kw_only=True)
class Course:
    """One prescription as it stands.

    Shape: since, dose_since and status_at are the occurred_at of the entry that set the group,
    renewed_at that of the latest renewal; last_renewed_on is the latest day stated by one; status
    is one of the words above, its reason as coded and in words; replaces and replaced_by are
    prescription ids. answered_version: the stream's version at the last order made here, when its
    alerts were answered; 0 if none was. reported: as a source stated it.
    """

    prescription_id: str
    medication: str
    code: str | None
    code_system: str | None
    form: str | None
    dose: str | None
    unit: str | None
    route: str | None
    frequency: str | None
    as_needed: bool
    as_needed_reason: str | None
    start: str | None
    end: str | None
    duration_days: int | None
    indication: str | None
    prescriber: str | None
    prescriber_license: str | None
    note_to_patient: str | None
    reported: bool
    status: str
    status_reason_code: str | None = None
    status_reason: str | None = None
    status_at: datetime
    since: datetime
    dose_since: datetime
    renewals: int = 0
    last_renewed_on: str | None = None
    renewed_at: datetime | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    answered_version: int = 0
    status_undated: bool = False

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


_PRESCRIBED = (
    "medication", "code", "code_system", "form", "dose", "unit", "route", "frequency", "as_needed",
    "as_needed_reason", "start", "end", "duration_days", "indication", "prescriber",
    "prescriber_license", "note_to_patient", "reported",
)  # fmt: skip


def prescribed(
    event: events.PrescriptionAdded | events.PrescriptionChanged, at: datetime, version: int = 0
) -> Course:
    """The course that a prescription, or the replacement of another, opens."""
    if isinstance(event, events.PrescriptionChanged):
        key, replaces = event.replacement_id, event.prescription_id
    else:
        key, replaces = event.prescription_id, None
    return Course(
        prescription_id=key,
        status=ACTIVE,
        status_at=at,
        since=at,
        dose_since=at,
        replaces=replaces,
        answered_version=0 if event.reported else version,
        **{name: getattr(event, name) for name in _PRESCRIBED},
    )


def after(course: Course, event: object, at: datetime, version: int = 0) -> Course:
    """The course after one more entry on it; an ended course stays as it ended."""
    if not course.is_open:
        return course
    if isinstance(event, events.DosageAdjusted):
        return _adjusted(course, event, at)
    if isinstance(event, events.PrescriptionRenewed):
        return _renewed(course, event, at, version)
    return _in_new_status(course, event, at)


def _adjusted(course: Course, event: events.DosageAdjusted, at: datetime) -> Course:
    if at < course.dose_since:
        return course
    return replace(
        course, dose=event.dose, unit=event.unit, route=event.route, frequency=event.frequency, dose_since=at
    )


def _renewed(course: Course, event: events.PrescriptionRenewed, at: datetime, version: int) -> Course:
    """Every renewal counts, in whatever order they were recorded."""
    return replace(
        course,
        renewals=course.renewals + 1,
        last_renewed_on=max(filter(None, (course.last_renewed_on, event.renewed_on)), default=None),
        renewed_at=max(course.renewed_at or at, at),
        answered_version=course.answered_version if event.reported else version,
    )


def _in_new_status(course: Course, event: object, at: datetime) -> Course:
    match event:
        case events.PrescriptionHeld():
            status = HELD
        case events.PrescriptionResumed():
            status = ACTIVE
        case events.PrescriptionDiscontinued():
            status = COMPLETED if event.source_status == COMPLETED else DISCONTINUED
        case events.PrescriptionChanged():
            status = CHANGED
        case _:
            return course
    if at < course.status_at:
        return course
    return replace(
        course,
        status=status,
        status_reason_code=getattr(event, "reason_code", None),
        status_reason=event.reason,
        status_at=at,
        replaced_by=getattr(event, "replacement_id", None),
        status_undated=getattr(event, "undated", False),
    )
