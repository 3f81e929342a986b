"""The patient aggregate: what a command makes of a record, and how the record is kept between commands.

Folding is in fold.py (with courses.py, allergies.py, identity.py), the rules of each part in
identity_rules.py, prescription_rules.py and allergy_rules.py; corrections, which need the whole
stream, in corrections.py. Pure; knows nothing of Django.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from records import (
    allergy_rules,
    codes,
    commands,
    events,
    fold,
    identity_rules,
    prescription_rules,
    stated,
    times,
)
from records.alerts import flagged
from records.allergies import Allergy
from records.author import Author
from records.courses import Course
from records.decision import Decision, Rejected
from records.duplicates import Candidate
from records.fold import Patient, evolve
from records.merged import closed
from records.speech import _

__all__ = ["STREAM", "Allergy", "Author", "Course", "Patient", "Rejected", "decide", "evolve", "stream"]

STREAM = "patient-"


def stream(patient_id: str) -> str:
    """The name of a patient's stream."""
    return f"{STREAM}{patient_id}"


def decide(
    patient: Patient,
    command: commands.PatientCommand,
    author: Author,
    now: datetime,
    *,
    alike: Sequence[Candidate] = (),
) -> Decision:
    """What the command makes of the record. Personal text in `patient` is in clear.

    Shape: now is aware, in the clinic's time zone. alike: records that may be the person's who is
    to be registered. MarkEntryInError is decided in corrections.py, merging and separating in merging.py.
    Raises: Rejected, with a sentence that says what to do instead.
    """
    if isinstance(command, commands.RegisterPatient):
        return identity_rules.register(patient, command, author, now, alike)
    rule = _RULES[type(command)]
    if patient.merged_into:
        raise closed(patient.merged_into)
    if patient.demographics is None:
        raise Rejected(_("There is no such patient. Find the patient, or register them first."))
    return rule(patient, command, author, now)


def _add_note(patient: Patient, command: commands.AddNote, _author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    event = events.NoteAdded(
        text=stated.required(command.text, "text", _("Write the note."), limit=stated.PAGE),
        category=stated.required_code(
            codes.NoteCategory, command.category, "category", _("Choose what kind of note it is.")
        ),
    )
    return Decision(events=(event,), occurred_at=at, alerts=flagged(event.text))


_RULES: Mapping[type, Callable[[Patient, Any, Author, datetime], Decision]] = {
    commands.CorrectDemographics: identity_rules.correct,
    commands.AddPrescription: prescription_rules.add,
    commands.ChangePrescription: prescription_rules.change,
    commands.AdjustDosage: prescription_rules.adjust,
    commands.RenewPrescription: prescription_rules.renew,
    commands.HoldPrescription: prescription_rules.hold,
    commands.ResumePrescription: prescription_rules.resume,
    commands.DiscontinuePrescription: prescription_rules.discontinue,
    commands.RecordAllergy: allergy_rules.record,
    commands.ReviseAllergy: allergy_rules.revise,
    commands.RefuteAllergy: allergy_rules.refute,
    commands.ResolveAllergy: allergy_rules.resolve,
    commands.AssertNoKnownAllergies: allergy_rules.assert_none_known,
    commands.AddNote: _add_note,
}


class PatientAggregate:
    """How a patient's stream is folded and kept as a snapshot (eventstore.snapshots.Aggregate)."""

    @cached_property
    def fingerprint(self) -> str:
        return fold.fingerprint()

    def initial(self, aggregate_id: str) -> Patient:
        return Patient(patient_id=aggregate_id.removeprefix(STREAM))

    def evolve(self, state: Patient, event: fold.Entry) -> Patient:
        return evolve(state, event)

    def to_json(self, state: Patient) -> dict[str, Any]:
        return fold.to_json(state)

    def from_json(self, state: dict[str, Any]) -> Patient:
        return fold.from_json(state)
