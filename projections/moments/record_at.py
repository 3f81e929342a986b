"""The record as it was known at one moment and as it was true at another, folded anew from its entries.

Known is what had been recorded by then (created_at): a correction that came later does not count yet,
and the wrong entry still stands. True is, of what was known, what held by then (occurred_at): an entry
marked in error, as far as that was known, never held. Where all of it holds, the fold is the write
side's own, so that now's record is the chart's.
Must not know: requests, and the read models' rows as stored.
Source: bitemporal data (Snodgrass, Developing Time-Oriented Database Applications in SQL): transaction
time and valid time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone

from eventstore import store
from eventstore.store import RecordedEvent
from projections import carried, patients, words
from projections.course_history import CourseHistory, evolve, opened
from projections.entries import moment_of
from projections.entries.correction import corrected, part
from projections.models import PatientState
from projections.patient_state import current_row
from records import carried as brought
from records import events, fold, partial_dates
from records.codes import MergeRole
from records.fold import Patient
from records.identity import Demographics
from records.values import values

_MERGES = events.PatientsMerged | events.PatientsUnmerged

#: One current prescription at a moment: what `PatientState` keeps of it, unsaved.
Row = PatientState


@dataclass(frozen=True)
class RecordAt:
    """A record at a moment.

    Shape: patient: folded with what has ended; courses: all that are not entered in error, oldest
    first; current: those of them that ran then, by medication; allergies: active ones, worst first,
    as in `projections.models.Patient`; allergy_status as there; known_at, true_at: as asked, None for
    now; version: of the last entry that was known, 0 where none was.
    """

    patient: Patient
    courses: tuple[CourseHistory, ...]
    current: tuple[Row, ...]
    allergies: list[dict[str, Any]]
    allergy_status: str
    known_at: datetime | None
    true_at: datetime | None
    version: int

    @property
    def day(self) -> date:
        """The clinic's calendar day on which it is asked what holds."""
        return words.clinic_day(self.true_at or timezone.now())


def record_at(
    patient_id: UUID,
    *,
    known_at: datetime | None = None,
    true_at: datetime | None = None,
    version: int | None = None,
) -> RecordAt:
    """As recorded by known_at and true by true_at, None being now; version: as known right after it."""
    entries = store.read_stream(f"patient-{patient_id}", until=version, recorded_until=known_at)
    return as_of(patient_id, tuple(entries), known_at=known_at, true_at=true_at)


def as_of(
    patient_id: UUID,
    entries: Sequence[RecordedEvent],
    *,
    known_at: datetime | None = None,
    true_at: datetime | None = None,
) -> RecordAt:
    """The same from entries that are at hand: all of a stream from its first on, or more than was known."""
    known = [entry for entry in entries if known_at is None or entry.created_at <= known_at]
    told = Telling(str(patient_id), known)
    if true_at is not None and (later := _not_yet(known, true_at)):
        told = _at(told, [entry for entry in standing(known) if entry.event_id not in later], true_at)
    day = words.clinic_day(true_at or timezone.now())
    return RecordAt(
        patient=told.patient,
        courses=tuple(history for history, _ in told.courses.values()),
        current=() if told.patient.merged_into else _current(told.courses.values(), day),
        allergies=_allergies(told.patient, {entry.version: entry for entry in known}),
        allergy_status=_allergy_status(told.patient),
        known_at=known_at,
        true_at=true_at,
        version=known[-1].version if known else 0,
    )


def true_from(entry: RecordedEvent) -> datetime | None:
    """Since when what an entry says holds; None: at any time.

    Why: who someone is does not begin with the record, and an allergy holds from its onset, where
    that is stated, whenever somebody told of it.
    """
    match entry.data:
        case events.PatientRegistered():
            return None
        case events.AllergyRecorded() if span := partial_dates.known_span(entry.data.onset):
            onset = datetime.combine(span[1], time(), timezone.get_default_timezone())
            return min(onset, entry.occurred_at)
    return entry.occurred_at


def holds(entry: RecordedEvent, true_at: datetime) -> bool:
    since = true_from(entry)
    return since is None or since <= true_at


def unfolded(known: Iterable[RecordedEvent]) -> Iterator[RecordedEvent]:
    """The entries with those that a merge brought in its place, known since the merge."""
    for entry in known:
        if not isinstance(entry.data, _MERGES):
            yield entry
            continue
        for told in brought.entries(entry.data):
            yield replace(
                entry,
                event_id=UUID(told.event_id),
                event_type=type(told.data).__name__,
                occurred_at=told.occurred_at,
                data=told.data,
            )


def marked(known: Iterable[RecordedEvent]) -> frozenset[UUID]:
    """Ids of the entries that never held: marked in error, or brought by a merge that was taken back."""
    wrong: set[UUID] = set()
    came: dict[str, set[UUID]] = {}
    replacing: set[UUID] = set()  # what takes the place of a course that leaves stays
    for entry in known:
        match entry.data:
            case events.PrescriptionChanged():
                replacing.add(entry.event_id)
            case events.EntryMarkedInError():
                wrong.add(UUID(entry.data.target_event_id))
            case events.PatientsMerged():
                ids = {UUID(told.event_id) for told in brought.entries(entry.data)}
                came[entry.data.other_id] = ids
                wrong -= ids
            case events.PatientsUnmerged(role=MergeRole.SURVIVOR):
                wrong |= came.pop(entry.data.other_id, set())
                wrong |= {UUID(key) for key in entry.data.meanwhile} - replacing
    return frozenset(wrong)


def standing(known: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """What nobody had marked in error; the marks themselves are spent by that."""
    wrong = marked(known)
    return [
        entry
        for entry in unfolded(known)
        if not isinstance(entry.data, events.EntryMarkedInError) and entry.event_id not in wrong
    ]


def _not_yet(known: Sequence[RecordedEvent], true_at: datetime) -> frozenset[UUID]:
    return frozenset(entry.event_id for entry in standing(known) if not holds(entry, true_at))


# --- The fold --------------------------------------------------------------------------------------


class Telling:
    """Entries told one after the other, as the write side and its read models follow them.

    Shape: courses: by prescription id the history and the entry that last shaped it.
    """

    def __init__(self, patient_id: str, entries: Iterable[RecordedEvent] = ()) -> None:
        self.patient = Patient(patient_id=patient_id, remember=True)
        self.courses: dict[str, tuple[CourseHistory, RecordedEvent]] = {}
        for entry in entries:
            self.tell(entry)

    def tell(self, entry: RecordedEvent) -> None:
        self.patient = fold.evolve(self.patient, entry)
        data, moment = entry.data, moment_of(entry)
        if isinstance(data, events.EntryMarkedInError):
            self._correct(entry)
            return
        if isinstance(data, _MERGES):
            self._merge(entry)
            return
        key = getattr(data, "prescription_id", None)
        if key in self.courses and not isinstance(data, events.PrescriptionAdded):
            self.courses[key] = evolve(self.courses[key][0], data, moment), entry
        if isinstance(data, events.PrescriptionAdded | events.PrescriptionChanged):
            history = opened(data, moment)
            self.courses[history.prescription_id] = history, entry

    def _correct(self, entry: RecordedEvent) -> None:
        wrong = entry.data.target_event_id
        touched = [key for key, (history, _) in self.courses.items() if history.has_step(wrong)]
        for key in dict.fromkeys((*part(entry.data, "prescriptions"), *touched)):
            known = self.courses[key][0] if key in self.courses else None
            history = corrected(key, known, entry.data, moment_of(entry))
            if history is not None:
                self.courses[key] = history, entry
            else:
                self.courses.pop(key, None)

    def _merge(self, entry: RecordedEvent) -> None:
        """What comes with a merge stands here as if it always had; what a separation lets go is gone."""
        if isinstance(entry.data, events.PatientsUnmerged):
            for gone in part(entry.data, "prescriptions"):
                self.courses.pop(gone, None)
            if entry.data.role == MergeRole.MERGED:
                self.courses |= {
                    key: (history, entry) for key, (history, _) in self.courses.items() if history.now.is_open
                }
        for prescription_id, history in carried.histories(entry.data).items():
            self.courses[prescription_id] = history, entry


def _at(known: Telling, holding: Sequence[RecordedEvent], true_at: datetime) -> Telling:
    """What held by then of what was known; how many of its entries were wrong is known at any time."""
    told = Telling(known.patient.patient_id, holding)
    for key, (history, entry) in told.courses.items():
        if key in known.courses:
            in_error = known.courses[key][0].entries_in_error
            told.courses[key] = replace(history, entries_in_error=in_error), entry
    told.patient = replace(
        told.patient,
        version=known.patient.version,
        demographics=_person(told.patient.demographics, known.patient.demographics, true_at),
        merged=known.patient.merged,
        merged_into=known.patient.merged_into,
    )
    return told


def _person(then: Demographics | None, known: Demographics | None, true_at: datetime) -> Demographics | None:
    """Who it was. A birth date is true at any time, and a death from its own day on."""
    if then is None or known is None:
        return then
    died = known.deceased and then.deceased
    if known.deceased and known.deceased_date:
        died = not partial_dates.surely_before(words.clinic_day(true_at), known.deceased_date)
    return replace(
        then,
        birth_date=known.birth_date,
        deceased=died,
        deceased_date=known.deceased_date if died else None,
    )


# --- As the pages print it -------------------------------------------------------------------------


def _current(courses: Iterable[tuple[CourseHistory, RecordedEvent]], day: date) -> tuple[Row, ...]:
    running = [
        current_row(history, entry)
        for history, entry in courses
        if history.now.is_open and (history.ends_on is None or history.ends_on >= day)
    ]
    for row in running:
        row.dosage = row.dosage[:]  # plain text, as a row that was stored
    running.sort(key=lambda row: (words.plain(row.medication), row.opened_at, str(row.prescription_id)))
    return tuple(running)


def _allergies(patient: Patient, entries: dict[int, RecordedEvent]) -> list[dict[str, Any]]:
    """event_id: of the entry that set the present values, None where a correction did."""
    known = [
        {
            **values(allergy),
            "recorded_on": words.clinic_day(allergy.recorded_at).isoformat(),
            "event_id": str(entries[allergy.known_version].event_id)
            if allergy.known_version in entries
            else None,
        }
        for allergy in patient.active_allergies
    ]
    return sorted(known, key=patients.worst_first)


def _allergy_status(patient: Patient) -> str:
    if patient.active_allergies:
        return patients.KNOWN
    return patients.NONE_KNOWN if patient.none_known else patients.NOT_RECORDED
