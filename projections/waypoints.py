"""States of a stream, kept on the way through it: one more step costs a few entries and not all of them.

An entry never changes, so neither does the state after it: what is kept is exact for as long as this program
runs. Personal text stays sealed in it, and is opened for the page that shows it. A place that was never
visited is reached from the nearest one before it.
Must not know: words.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from uuid import UUID

from eventstore import envelope, store
from eventstore.store import RecordedEvent
from projections import carried
from projections.course_history import CourseHistory, Moment, evolve, opened, restored
from projections.entries.correction import part
from records import events, fold
from records.fold import Patient

#: A state is kept every so many entries, for so many records.
EVERY = 200
RECORDS = 16

Courses = Mapping[str, CourseHistory]


@dataclass(frozen=True)
class Waypoint:
    """A record after an entry. courses: how far the orders of each reach, which the record does not keep."""

    patient: Patient
    courses: Courses = field(default_factory=dict)

    @property
    def version(self) -> int:
        return self.patient.version

    def after(self, event: RecordedEvent) -> Waypoint:
        return Waypoint(fold.evolve(self.patient, event), _followed(self.courses, event))

    def ran_out(self, day: date) -> frozenset[str]:
        """Prescriptions whose last day lay before this one."""
        return frozenset(
            prescription_id
            for prescription_id, history in self.courses.items()
            if history.ends_on and history.ends_on < day
        )

    def in_clear(self) -> Waypoint:
        """With its personal text opened: for one page, and not to be kept."""
        return Waypoint(fold.opened(self.patient, envelope.opened_json), self.courses)


def at(patient_id: UUID, version: int) -> Waypoint:
    """The record after this version, or after its last entry; personal text sealed."""
    here = _kept.nearest(patient_id, version)
    for event in store.read_stream(f"patient-{patient_id}", after=here.version, until=version, opened=False):
        here = here.after(event)
        if here.version % EVERY == 0:
            _kept.keep(patient_id, here)
    _kept.keep(patient_id, here)
    return here


def begin(patient_id: str) -> Waypoint:
    return Waypoint(Patient(patient_id=patient_id))


def _followed(courses: Courses, event: RecordedEvent) -> Courses:
    data, moment = event.data, Moment(event.occurred_at, event.version, str(event.event_id))
    if isinstance(data, events.PatientsUnmerged):
        gone = part(data, "prescriptions")
        courses = {key: course for key, course in courses.items() if key not in gone}
    changed = dict(_changes(courses, data, moment))
    return {**courses, **changed} if changed else courses


def _changes(courses: Courses, data: object, moment: Moment) -> Iterator[tuple[str, CourseHistory]]:
    known = courses.get(getattr(data, "prescription_id", ""))
    if known:
        yield known.prescription_id, evolve(known, data, moment)
    if isinstance(data, events.PrescriptionAdded | events.PrescriptionChanged):
        history = opened(data, moment)
        yield history.prescription_id, history
    if isinstance(data, events.PatientsMerged):
        yield from carried.histories(data).items()
    if isinstance(data, events.EntryMarkedInError):
        for prescription_id, values in part(data, "prescriptions").items():
            if values:
                before = courses.get(prescription_id)
                yield prescription_id, restored(values, before, data.target_event_id, moment)


class _Kept:
    """Waypoints by record, the records asked for last. Threads share it."""

    def __init__(self) -> None:
        self._records: OrderedDict[UUID, dict[int, Waypoint]] = OrderedDict()
        self._lock = Lock()

    def nearest(self, patient_id: UUID, version: int) -> Waypoint:
        with self._lock:
            record = self._records.get(patient_id, {})
            before = max((each for each in record if each <= version), default=0)
            return record[before] if before else begin(str(patient_id))

    def keep(self, patient_id: UUID, waypoint: Waypoint) -> None:
        with self._lock:
            record = self._records.setdefault(patient_id, {})
            self._records.move_to_end(patient_id)
            record[waypoint.version] = waypoint
            for version in _superfluous(record, waypoint.version):
                del record[version]
            while len(self._records) > RECORDS:
                self._records.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._records.clear()


def _superfluous(record: Iterable[int], newest: int) -> list[int]:
    """All but the regular places and the one that was reached last."""
    return [version for version in record if version % EVERY and version != newest]


_kept = _Kept()
