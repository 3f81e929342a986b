"""A mark of an entry in error, in words: what held with the wrong entry, and what holds without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eventstore.store import RecordedEvent
from projections import words
from projections.course_history import CourseHistory, Moment, Values, restored
from projections.entries import medication, person
from projections.entries.told import Told, Wrong, change
from projections.subjects import Subjects
from records import events
from records.allergies import Allergy
from records.speech import capital, coded, joined, say
from records.values import part_of, values

GONE = say("not in the record without it")


def tell(event: RecordedEvent, moment: Moment, subjects: Subjects, wrong: Wrong) -> Told:
    correction: events.EntryMarkedInError = event.data
    person_id = person.person_of(event.aggregate_id)
    return Told(
        kind="correction",
        icon="correction",
        title=say("Marked as entered in error: {entry}", entry=wrong.title),
        about=wrong.about,
        changes=[
            *_prescriptions(correction, wrong, moment, subjects),
            *_allergies(correction, subjects),
            *_demographics(correction, person_id, subjects),
        ],
        reason=correction.reason,
    )


def part(correction: events.EntryMarkedInError | events.PatientsUnmerged, name: str) -> dict[str, Any]:
    """One part of what a correction restores: by id the values, None for what does not exist without it."""
    found = correction.restores.get(name)
    return found if isinstance(found, dict) else {}


def _prescriptions(
    correction: events.EntryMarkedInError, wrong: Wrong, moment: Moment, subjects: Subjects
) -> Iterator[Values]:
    for prescription_id in dict.fromkeys((*part(correction, "prescriptions"), *wrong.subject_ids)):
        before = subjects.course(prescription_id)
        after = corrected(prescription_id, before, correction, moment)
        if after is not None:
            subjects.keep_course(after)
        elif before is not None:
            subjects.forget(prescription_id)
        if before is not None:
            yield from _course_changes(before, after)


def corrected(
    prescription_id: str,
    known: CourseHistory | None,
    correction: events.EntryMarkedInError,
    moment: Moment,
) -> CourseHistory | None:
    """A course without the wrong entry; None where it does not exist without it, or never did.

    Why: a wrong entry that changed nothing (a dose recorded late) restores nothing, and yet is one
    step less in what was.
    """
    restores = part(correction, "prescriptions")
    if prescription_id in restores:
        stored = restores[prescription_id]
    else:
        stored = values(known.now) if known else None
    return restored(stored, known, correction.target_event_id, moment) if stored else None


def _course_changes(before: CourseHistory, after: CourseHistory | None) -> Iterator[Values]:
    if after is None:
        yield change(before.medication, coded(before.now.status), GONE)
        return
    changes, _ = medication.compared(before, before.dosage, after, after.dosage)
    for label, was, now in changes:
        yield change(capital(label), was, now)
    if before.now.status != after.now.status:
        yield change(say("Status"), coded(before.now.status), coded(after.now.status))
    if before.now.renewals != after.now.renewals:
        yield change(say("Renewals"), str(before.now.renewals), str(after.now.renewals))


def _allergies(correction: events.EntryMarkedInError, subjects: Subjects) -> Iterator[Values]:
    for allergy_id, stored in part(correction, "allergies").items():
        before = subjects.allergy(allergy_id)
        after = part_of(Allergy, stored) if stored else None
        if after is not None:
            subjects.keep_allergy(after)
        if before is None:
            continue
        if after is None:
            yield change(before.substance, coded(before.status), GONE)
        elif before.status != after.status:
            yield change(before.substance, coded(before.status), coded(after.status))
        elif before.severity != after.severity or before.substance != after.substance:
            was, now = (joined((each.substance, coded(each.severity))) for each in (before, after))
            yield change(say("Allergy"), was, now)
    if correction.restores.get("no_known_allergies") is True:
        yield change(say("Allergies"), say(words.UNKNOWN), coded("none known"))


def _demographics(
    correction: events.EntryMarkedInError, person_id: str, subjects: Subjects
) -> Iterator[Values]:
    stored = part(correction, "demographics")
    if not stored:
        return
    before = subjects.person(person_id)
    after = {**stored, "reported": bool(before and before["reported"])}
    subjects.keep_person(person_id, after)
    if before is not None:
        yield from person.changes(before, after)
