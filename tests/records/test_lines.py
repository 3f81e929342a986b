"""How an entry reads before it is recorded, and how one reads to the person who was slower."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string

from eventstore.registry import Unknown
from records import events, lines
from records.fold import Patient, fold
from tests import factories
from tests.records.scenario import recorded


def said(event: Any, patient: Patient) -> str:
    line = lines.line(event, patient)
    context = {"line": line, "event": line.event, "before": line.before}
    return " ".join(render_to_string(line.template, context).split())


@pytest.fixture
def added() -> events.PrescriptionAdded:
    event: events.PrescriptionAdded = factories.PrescriptionAddedFactory(
        medication="digoxin", dose="125", unit="mcg"
    )
    return event


@pytest.fixture
def patient(added: events.PrescriptionAdded) -> Patient:
    return fold("somebody", recorded(factories.PatientRegisteredFactory(), added))


def test_a_change_is_said_from_what_to_what(added: events.PrescriptionAdded, patient: Patient) -> None:
    event = factories.DosageAdjustedFactory(
        prescription_id=added.prescription_id, dose="62.5", unit="mcg", frequency="every other day"
    )
    line = lines.line(event, patient)
    assert [(change.label, change.before, change.after) for change in line.changes] == [
        ("Dose", "125\xa0mcg", "62.5\xa0mcg"),
        ("Frequency", "once daily", "every other day"),
    ]
    assert line.unchanged == ("route",)
    assert line.sentence == (
        "Adjusted digoxin: dose 125\xa0mcg changed to 62.5\xa0mcg; "
        "frequency once daily changed to every other day."
    )


def test_the_sentence_after_recording_holds_nothing_personal(patient: Patient) -> None:
    registered = factories.PatientRegisteredFactory(family="Lindqvist", mrn="4471")
    note = factories.NoteAddedFactory(text="Drinks.")
    prescribed = factories.PrescriptionAddedFactory(indication="cellulitis", note_to_patient="With food.")
    sentences = " ".join(lines.line(event, patient).sentence for event in (registered, note, prescribed))
    for personal in ("Lindqvist", "4471", "Drinks", "cellulitis", "With food"):
        assert personal not in sentences


def test_a_prescription_that_the_record_no_longer_remembers_is_said_without_its_name(
    patient: Patient,
) -> None:
    gone = factories.PrescriptionHeldFactory(reason_code=None, reason=None)
    assert lines.line(gone, patient).sentence == "Held the prescription: reason not stated."
    assert said(gone, patient) == "Hold This prescription – reason not stated"


def test_an_entry_of_a_kind_that_is_not_known_is_said_to_be_one(patient: Patient) -> None:
    unknown = Unknown(event_type="TeaServed", schema_version=1, data={})
    assert "TeaServed" in said(unknown, patient)


def test_each_entry_reads_as_the_ones_before_it_left_the_record(added: events.PrescriptionAdded) -> None:
    adjusted = [
        factories.DosageAdjustedFactory(prescription_id=added.prescription_id, dose=dose, unit="mcg")
        for dose in ("250", "62.5")
    ]
    entries = recorded(factories.PatientRegisteredFactory(), added, *adjusted)
    changes = [line.changes for line in lines.lines(entries, Patient(patient_id="somebody"))]
    assert [(change.before, change.after) for change in changes[-1]] == [("250\xa0mcg", "62.5\xa0mcg")]


def test_a_correction_says_what_holds_without_the_wrong_entry(patient: Patient) -> None:
    event = events.EntryMarkedInError(
        target_event_id="x",
        target_event_type="PrescriptionAdded",
        reason="wrong patient",
        restores={"prescriptions": {"p": None}, "no_known_allergies": True},
    )
    words = said(event, patient)
    assert "Without it there is no such prescription." in words
    assert "Without it: no known allergies." in words


@pytest.mark.parametrize("event_type", lines.SENTENCES, ids=lambda event_type: event_type.__name__)
def test_every_event_of_a_patient_can_be_said_even_as_a_source_left_it(
    event_type: type, patient: Patient
) -> None:
    """A source states little: whatever may be absent is absent here, and no line reads None."""
    stated = {
        "medication": "digoxin", "substance": "latex", "text": "x", "category": "clinical", "restores": {},
        "changed": (), "deceased": False, "as_needed": False, "whole_class": False,
    }  # fmt: skip
    names = event_type.__dataclass_fields__  # type: ignore[attr-defined]
    event = event_type(
        **{name: stated.get(name) for name in names if name not in {"reported", "source_text"}}
    )
    words = said(event, patient)
    assert words
    assert "None" not in words
