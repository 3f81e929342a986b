"""One value through time: the entries that set it, the wrong ones that said otherwise, and what it is.

A prescription's steps are those of its history in the read models, so that asking costs the same for ten
entries and for ten thousand. Allergies and identity have few entries and are folded from them anew, with the
write side's own fold. In the past everything is asked of the record as it was known and true then.
Must not know: words beyond the values' own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eventstore import store
from eventstore.store import RecordedEvent
from projections import words
from projections.course_history import CourseHistory
from projections.models import MedicationCourse, TimelineEntry
from projections.moments.record_at import holds, record_at, standing
from projections.why import names
from records import allergies, courses, events, fold, identity
from records.allergies import Allergy
from records.carried import ALLERGIES
from records.courses import Course
from records.fold import Patient


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


def follow(patient_id: UUID, subject: UUID | None, name: str, moments: Moments = NOW) -> Followed | None:
    """The value of that name; None where the record has no such thing. subject: None for the patient."""
    if subject is None:
        if name == "allergies":
            return _allergy_list(patient_id, moments)
        return _person(patient_id, name, moments) if name in names.LABELS[names.PATIENT] else None
    if name in names.LABELS[names.PRESCRIPTION]:
        found = _prescription(patient_id, subject, name, moments)
        if found:
            return found
    return _allergy(patient_id, subject, name, moments) if name in names.LABELS[names.ALLERGY] else None


# --- Prescriptions ---------------------------------------------------------------------------------

ORDERS = ("PrescriptionAdded", "PrescriptionChanged")
#: Which entries say something of a value besides the order itself.
_SAY = {
    "dose": ("DosageAdjusted",),
    "route": ("DosageAdjusted",),
    "frequency": ("DosageAdjusted",),
    "end": ("PrescriptionRenewed",),
    "status": (
        "PrescriptionHeld",
        "PrescriptionResumed",
        "PrescriptionDiscontinued",
    ),
}
_BECOMES = {
    "PrescriptionHeld": courses.HELD,
    "PrescriptionResumed": courses.ACTIVE,
    "PrescriptionDiscontinued": courses.DISCONTINUED,
}


def _prescription(patient_id: UUID, subject: UUID, name: str, moments: Moments) -> Followed | None:
    history, gone = _history(patient_id, subject, moments)
    if history is None:
        return None
    marks = _marks(patient_id, moments, subject=subject)
    opener = next((mark for mark in marks if _opens(mark, history)), None)
    about = [mark for mark in marks if mark.event_type in (*ORDERS, *_SAY.get(name, ()))]
    now = history.now
    steps = list(_course_steps(history, name, opener))
    ran_out = _ran_out(history, moments) if name == "status" else None
    if ran_out:
        steps.append(ran_out)
    return Followed(
        kind=names.PRESCRIPTION,
        name=name,
        subject=words.joined((now.medication, words.coded(now.form)), " "),
        value=ran_out.value if ran_out else names.of_prescription(name, now),
        stated=_is_stated(name, now),
        steps=steps,
        wrong=[mark for mark in _wrong(about) if moments.true(mark.at)],
        said_by=lambda event: _said_of_prescription(event, now, name),
        reported=now.reported,
        gone=gone,
        ran_out=ran_out is not None,
        course=history,
    )


def _history(patient_id: UUID, subject: UUID, moments: Moments) -> tuple[CourseHistory | None, bool]:
    """(the prescription, whether it was entered in error). Where no read model has it, from its entries."""
    if not moments.past:
        row = MedicationCourse.objects.filter(patient_id=patient_id, prescription_id=subject).first()
        if row is not None:
            return CourseHistory.from_json(row.course), row.status == "entered in error"
    then = record_at(patient_id, known_at=moments.known_at, true_at=moments.true_at)
    return next((each for each in then.courses if each.prescription_id == str(subject)), None), False


def _opens(mark: Mark, history: CourseHistory) -> bool:
    """The order that opened it: a change opens what it changes to."""
    return (
        mark.event_type in ORDERS
        and mark.event_id in history.last_days
        and (mark.event_type == ("PrescriptionChanged" if history.now.replaces else "PrescriptionAdded"))
    )


def _course_steps(history: CourseHistory, name: str, opener: Mark | None) -> Iterator[Step]:
    now = history.now
    if name in names.OF_DOSAGE:
        for each in history.dosages:
            moment = each.moment
            value = names.of_prescription(name, replace(now, **each.values))
            yield Step(moment.event_id, moment.at, moment.version, value)
    elif name == "status":
        for each in history.statuses:
            moment = each.moment
            value = str(words.coded(each.values["status"]))
            yield Step(moment.event_id, moment.at, moment.version, value)
    else:
        first = history.dosages[0].moment
        event_id, at, version = (
            (opener.event_id, opener.at, opener.version)
            if opener
            else (first.event_id, first.at, first.version)
        )
        yield Step(event_id, at, version, names.of_prescription(name, now))


def _ran_out(history: CourseHistory, moments: Moments) -> Step | None:
    """That its last day has passed: no entry says so, but one order reached until then."""
    ends_on, day = history.ends_on, words.clinic_day(moments.true_at or timezone.now())
    if not history.now.is_open or not ends_on or ends_on >= day:
        return None
    event_id = max(history.last_days, key=lambda each: history.last_days[each] or "")
    last = datetime.combine(ends_on, time.max, timezone.get_default_timezone())
    return Step(event_id, last, 0, str(words.coded(courses.COMPLETED)))


def _is_stated(name: str, course: Course) -> bool:
    if name == "frequency":
        return bool(course.frequency) or course.as_needed
    if name == "end":
        return bool(course.end or course.duration_days)
    if name == "start" and not course.reported:
        return True
    return name == "as_needed" or bool(getattr(course, name))


def _said_of_prescription(event: RecordedEvent, now: Course, name: str) -> str:
    """What an entry says of one value, whatever became of it."""
    match event.data:
        case events.PrescriptionAdded() | events.PrescriptionChanged():
            order = courses.prescribed(event.data, event.occurred_at)
            if order.prescription_id != now.prescription_id:
                return str(words.coded(courses.CHANGED))
            return names.of_prescription(name, order)
        case events.DosageAdjusted():
            stated = {part: getattr(event.data, part) for part in ("dose", "unit", "route", "frequency")}
            return names.of_prescription(name, replace(now, **stated))
        case events.PrescriptionRenewed():
            return str(words.day(event.data.renewed_on, reported=event.data.reported))
    return str(words.coded(_BECOMES.get(event.event_type, "")))


# --- Allergies and identity --------------------------------------------------------------------------


def _allergy(patient_id: UUID, subject: UUID, name: str, moments: Moments) -> Followed | None:
    marks = _marks(patient_id, moments, subject=subject)
    state: Allergy | None = None
    steps: list[Step] = []
    for event in _standing(marks, moments):
        if getattr(event.data, "allergy_id", None) != str(subject):
            continue
        before, state = state, _after(state, event)
        if state is not None and state is not before:
            steps.append(_step(event, names.of_allergy(name, state)))
    gone = state is None
    if state is None:
        # Every entry of it is wrong: what the first one said is still what is asked about.
        state = _recorded_in_error(marks, subject)
    if state is None:
        return None
    shown = state
    return Followed(
        kind=names.ALLERGY,
        name=name,
        subject=_("allergy to {substance}").format(substance=shown.substance),
        value=names.of_allergy(name, shown),
        stated=name in ("status", "whole_class") or bool(getattr(shown, name)),
        steps=steps,
        wrong=_wrong(marks),
        said_by=lambda event: _said_of_allergy(event, shown, name),
        reported=shown.reported,
        gone=gone,
    )


def _recorded_in_error(marks: Sequence[Mark], subject: UUID) -> Allergy | None:
    entries = store.read_events([UUID(mark.event_id) for mark in _wrong(marks)])
    said = (each for each in entries if getattr(each.data, "allergy_id", None) == str(subject))
    opening = next((each for each in said if isinstance(each.data, events.AllergyRecorded)), None)
    return _after(None, opening) if opening else None


def _after(state: Allergy | None, event: RecordedEvent) -> Allergy | None:
    if isinstance(event.data, events.AllergyRecorded):
        return allergies.recorded(event.data, event.occurred_at, event.version)
    return allergies.after(state, event.data, event.occurred_at, event.version) if state else None


def _said_of_allergy(event: RecordedEvent, now: Allergy, name: str) -> str:
    match event.data:
        case events.AllergyRecorded():
            return names.of_allergy(name, allergies.recorded(event.data, event.occurred_at))
        case events.AllergyRevised():
            stated = {part: getattr(event.data, part) for part in allergies.STATED}
            return names.of_allergy(name, replace(now, **stated))
        case events.AllergyRefuted():
            return str(words.coded(allergies.REFUTED)) if name == "status" else ""
        case events.AllergyResolved():
            return str(words.coded(allergies.RESOLVED)) if name == "status" else ""
    return ""


def _person(patient_id: UUID, name: str, moments: Moments) -> Followed | None:
    marks = _marks(patient_id, moments, kinds=("demographics", "correction"))
    steps: list[Step] = []
    shown: RecordedEvent | None = None
    for event in filter(_identifies, _standing(marks, moments)):
        shown = event
        steps.append(_step(event, _said_of_person(event, name)))
    if shown is None:
        return None
    person = identity.stated(shown.data)
    parts = (person.family, person.given) if name == "name" else (getattr(person, name),)
    return Followed(
        kind=names.PATIENT,
        name=name,
        subject=names.of_person("name", person, reported=shown.data.reported),
        value=steps[-1].value,
        stated=any(parts),
        steps=steps,
        wrong=_wrong(marks),
        said_by=lambda event: _said_of_person(event, name),
        reported=shown.data.reported,
    )


def _identifies(event: RecordedEvent) -> bool:
    return isinstance(event.data, events.PatientRegistered | events.DemographicsCorrected)


def _said_of_person(event: RecordedEvent, name: str) -> str:
    if not _identifies(event):
        return ""
    return names.of_person(name, identity.stated(event.data), reported=event.data.reported)


def _allergy_list(patient_id: UUID, moments: Moments) -> Followed:
    """How many allergies are known, or that none are, or that nobody asked."""
    marks = _marks(patient_id, moments, kinds=("allergy", "correction"))
    patient = Patient(patient_id=str(patient_id))
    steps: list[Step] = []
    for event in filter(_is_of_allergies, _standing(marks, moments)):
        patient = fold.evolve(patient, event)
        steps.append(_step(event, _known(patient)))
    return Followed(
        kind=names.PATIENT,
        name="allergies",
        subject=_("allergies"),
        value=_known(patient),
        stated=bool(patient.active_allergies or patient.none_known),
        steps=steps,
        wrong=_wrong(marks),
        said_by=lambda event: getattr(event.data, "substance", ""),
    )


def _is_of_allergies(event: RecordedEvent) -> bool:
    return isinstance(event.data, (*ALLERGIES, events.NoKnownAllergiesAsserted))


def _known(patient: Patient) -> str:
    count = len(patient.active_allergies)
    if count:
        return ngettext("{count} known", "{count} known", count).format(count=count)
    return _("none known") if patient.none_known else _("not recorded")


def _step(event: RecordedEvent, value: str) -> Step:
    return Step(str(event.event_id), event.occurred_at, event.version, value)


# --- What the timeline knows -------------------------------------------------------------------------

MERGES = ("PatientsMerged", "PatientsUnmerged")


def _marks(
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


def _standing(marks: Sequence[Mark], moments: Moments) -> list[RecordedEvent]:
    """What these entries say, as far as it was true, without what was marked in error.

    A merge stands for the entries that it brought.
    """
    entries = store.read_events([UUID(mark.event_id) for mark in marks])
    return [entry for entry in standing(entries) if moments.true_at is None or holds(entry, moments.true_at)]


def _wrong(marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark.corrected_by]
