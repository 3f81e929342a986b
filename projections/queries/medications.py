"""What a patient is prescribed now, and what ended.

A prescription whose last day has passed ran out: it is "completed" and on the past list from the
next day on, without any event. Whether it did is asked of the clinic's calendar day, here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projections import words
from projections.course_history import CourseHistory
from projections.models import MedicationCourse, PatientState
from records import courses, partial_dates
from records.speech import coded, say

RECENT = timedelta(days=30)

IN_ERROR = "entered in error"


@dataclass(frozen=True)
class Current:
    """The current list. Shape: rows are `PatientState` by medication; held counts those on hold."""

    rows: Sequence[PatientState]
    held: int

    @property
    def total(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class PastCourse:
    """A prescription that ended.

    Shape: status: "discontinued", "completed", "changed to candesartan" or "entered in error", other:
    the drug it was changed to, or ""; status_reason: why in one line, said and coded_reason its parts;
    ended_at: a moment, or for a completed one its last day, None where a source does not date it (it
    ended after last_known_at); dosage: the last one; the rest as in
    `PatientState`.
    """

    prescription_id: UUID
    medication: str
    form: str | None
    dose: str | None
    dosage: str
    route: str | None
    frequency: str | None
    as_needed: bool
    as_needed_reason: str | None
    indication: str | None
    prescriber: str | None
    since: str | None
    opened_at: datetime
    status: str
    ended_at: datetime | date | None
    last_known_at: datetime
    status_reason: str
    renewals: int
    last_renewed_on: str | None
    reported: bool
    event_id: UUID
    other: str = ""
    said: str = ""
    coded_reason: str = ""

    @property
    def is_in_error(self) -> bool:
        return self.status == IN_ERROR

    @property
    def icon(self) -> str:
        return "in-error" if self.is_in_error else "arrow" if self.other else self.status

    @property
    def tag(self) -> str:
        """The status as its tag says it; what it was changed to stands below."""
        return words.capital(str(coded(courses.CHANGED if self.other else self.status)))

    @property
    def status_words(self) -> str:
        """The status in running text."""
        return _("changed to {other}").format(other=self.other) if self.other else str(coded(self.status))

    @property
    def frequency_words(self) -> str:
        return words.frequency(
            self.frequency,
            as_needed=self.as_needed,
            as_needed_reason=self.as_needed_reason,
            reported=self.reported,
        )

    @property
    def ended_on(self) -> date:
        """The day it ended; of an end that a source does not date, the last day it is known to have run."""
        ended = self.ended_at or self.last_known_at
        return words.clinic_day(ended) if isinstance(ended, datetime) else ended


def today() -> date:
    return words.clinic_day(timezone.now())


def current_medications(patient_id: UUID, *, on: date | None = None) -> Current:
    rows = list(running(PatientState.objects.filter(patient_id=patient_id), on or today()))
    rows.sort(key=lambda row: (words.plain(row.medication), row.opened_at, str(row.prescription_id)))
    return Current(rows=rows, held=sum(row.status == courses.HELD for row in rows))


def course_rows(patient_id: UUID) -> list[MedicationCourse]:
    """Every course, current and past, as it is kept."""
    return list(MedicationCourse.objects.filter(patient_id=patient_id))


def past_medications(
    patient_id: UUID, *, on: date | None = None, rows: Sequence[MedicationCourse] | None = None
) -> list[PastCourse]:
    """All that ended, the newest end first; those entered in error too.

    rows: where they were read already.
    """
    rows = course_rows(patient_id) if rows is None else rows
    names = {row.prescription_id: row.medication for row in rows}
    past = [course for row in rows if (course := _past(row, names, on or today()))]
    return sorted(past, key=lambda course: (course.ended_on, str(course.prescription_id)), reverse=True)


def recently_stopped(past: Sequence[PastCourse], *, on: date | None = None) -> list[PastCourse]:
    """Those of the last 30 days; what was entered in error never ran, so it did not stop either."""
    first = (on or today()) - RECENT
    return [course for course in past if course.ended_on >= first and course.status != IN_ERROR]


def not_started(row: PatientState, *, on: date | None = None) -> bool:
    """Whether its stated start surely lies ahead."""
    return partial_dates.surely_before(on or today(), row.start)


def running(rows: QuerySet[PatientState], on: date) -> QuerySet[PatientState]:
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def _past(row: MedicationCourse, names: dict[UUID, str], on: date) -> PastCourse | None:
    """The row as it is printed; None while it is current."""
    runs_on = row.ends_on is None or row.ends_on >= on
    if row.status in courses.OPEN and runs_on:
        return None
    course = CourseHistory.from_json(row.course)
    now = course.now
    ended_at: datetime | date | None = None if now.status_undated else row.status_at
    status, reason = row.status, words.because(now.status_reason_code, now.status_reason)
    said, other = now.status_reason or "", ""
    if row.status in courses.OPEN:
        status, ended_at, reason = courses.COMPLETED, row.ends_on, _("its last day has passed")
        said = ""
    elif row.status == courses.CHANGED:
        other = (names.get(row.replaced_by) if row.replaced_by else None) or _("another drug")
        status = say("changed to {other}", other=other)
    return PastCourse(
        prescription_id=row.prescription_id,
        medication=now.medication,
        form=now.form,
        dose=now.dose,
        dosage=words.dosage(now.dose, now.unit, reported=now.reported),
        route=now.route,
        frequency=now.frequency,
        as_needed=now.as_needed,
        as_needed_reason=now.as_needed_reason,
        indication=now.indication,
        prescriber=now.prescriber,
        since=now.start,
        opened_at=now.since,
        status=status,
        ended_at=ended_at,
        last_known_at=max(now.since, now.renewed_at or now.since),
        status_reason=reason,
        renewals=now.renewals,
        last_renewed_on=now.last_renewed_on,
        reported=now.reported,
        event_id=row.event_id,
        other=other,
        said=said,
        coded_reason=now.status_reason_code if said and now.status_reason_code not in (None, "other") else "",
    )
