"""What had ended by a moment, in the shape of the chart's list of past medications."""

from __future__ import annotations

from uuid import UUID

from projections import queries
from projections.models import MedicationCourse
from projections.moments.record_at import RecordAt


def past(record: RecordAt, patient_id: UUID) -> list[queries.PastCourse]:
    rows = [
        MedicationCourse(
            prescription_id=UUID(course.prescription_id),
            patient_id=patient_id,
            medication=course.medication,
            status=course.now.status,
            status_at=course.now.status_at,
            ends_on=course.ends_on,
            replaced_by=UUID(course.now.replaced_by) if course.now.replaced_by else None,
            course=course.to_json(),
            version=record.version,
            event_id=UUID(course.statuses[-1].moment.event_id),
        )
        for course in record.courses
    ]
    return queries.past_medications(patient_id, rows=rows, on=record.day)
