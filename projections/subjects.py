"""The memory of a projector that tells entries in words: what earlier entries said of each subject.

A subject is a prescription, an allergy, a person. Each telling projector keeps its own table of
them (`projections.models.Subject`), so that it can be rebuilt alone.
Shape of `known`: {"course": …} (`CourseHistory.to_json`), {"allergy": …}
(`values` of `records.allergies.Allergy`) or {"person": …} (identity, or a clinician's name).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from eventstore.rows import Rows
from eventstore.store import RecordedEvent
from projections.course_history import CourseHistory
from projections.models import Subject
from records.allergies import Allergy
from records.values import part_of

Values = dict[str, Any]

#: The fields by which an event names what it is about.
NAMES = ("prescription_id", "replacement_id", "allergy_id")


def named(events: Iterable[RecordedEvent]) -> set[UUID]:
    """The ids of all that these events are about: people, prescriptions, allergies."""
    people = {event.aggregate_id.partition("-")[2] for event in events}
    things = {getattr(event.data, name, None) for event in events for name in NAMES}
    return {identity for text in people | things if (identity := _uuid(text))}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:  # a record number's stream, or what an unknown kind calls an id
        return None


class Subjects:
    """Reads and keeps what is known, for one event at a time."""

    def __init__(self, rows: Rows, table: type[Subject], version: int) -> None:
        self.rows, self.table, self.version = rows, table, version

    def course(self, prescription_id: str) -> CourseHistory | None:
        known = self._known(prescription_id, "course")
        return CourseHistory.from_json(known) if isinstance(known, dict) else known

    def allergy(self, allergy_id: str) -> Allergy | None:
        known = self._known(allergy_id, "allergy")
        return part_of(Allergy, known) if isinstance(known, dict) else known

    def person(self, person_id: str) -> Values | None:
        person: Values | None = self._known(person_id, "person")
        return person

    def keep_course(self, course: CourseHistory) -> None:
        self._keep(course.prescription_id, {"course": course})

    def forget(self, subject_id: str) -> None:
        """It should never have been on the record: nothing holds of it, whatever is corrected later."""
        self._keep(subject_id, {})

    def keep_allergy(self, allergy: Allergy) -> None:
        self._keep(allergy.allergy_id, {"allergy": allergy})

    def keep_person(self, person_id: str, person: Values) -> None:
        self._keep(person_id, {"person": person})

    def _known(self, subject_id: str, kind: str) -> Any:
        """As it was put within this batch, or as it is stored."""
        subject = self.rows.get(self.table, UUID(subject_id))
        return subject.known.get(kind) if subject else None

    def _keep(self, subject_id: str, known: Values) -> None:
        self.rows.put(self.table(subject_id=UUID(subject_id), known=known, version=self.version))
