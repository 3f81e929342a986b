"""A row per change of a prescription, with what held before and after it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from projections.models import MedicationHistory
from tests import factories as make
from tests.projections.record import JONES, Record, day

pytestmark = pytest.mark.django_db(transaction=True)


def prescribed(record: Record, **values: Any) -> str:
    order: Any = make.PrescriptionAddedFactory(**{"medication": "bisoprolol", "dose": "2.5", **values})
    record.add(order)
    return str(order.prescription_id)


def row(event_id: UUID) -> MedicationHistory:
    return MedicationHistory.objects.get(event_id=event_id)


def test_every_kind_of_change_is_one_row(record: Record) -> None:
    key = prescribed(record)
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"))
    record.add(make.PrescriptionHeldFactory(prescription_id=key))
    record.add(make.PrescriptionResumedFactory(prescription_id=key))
    record.add(make.PrescriptionRenewedFactory(prescription_id=key))
    change: Any = make.PrescriptionChangedFactory(prescription_id=key, medication="candesartan")
    record.add(change)
    (wrong,) = record.add(make.PrescriptionDiscontinuedFactory(prescription_id=change.replacement_id))
    record.mark(wrong)
    record.add(make.NoteAddedFactory())
    found = MedicationHistory.objects.filter(patient_id=record.patient_id).order_by("version")
    assert [(each.change, each.medication) for each in found] == [
        ("prescribed", "bisoprolol"),
        ("dose adjusted", "bisoprolol"),
        ("held", "bisoprolol"),
        ("resumed", "bisoprolol"),
        ("renewed", "bisoprolol"),
        ("changed", "bisoprolol"),
        ("discontinued", "candesartan"),
        ("corrected", "candesartan"),
    ]


def test_a_change_says_what_held_before_and_after_in_words(record: Record) -> None:
    key = prescribed(record, form="tablet", as_needed=True, as_needed_reason="palpitations")
    (event_id,) = record.add(
        make.DosageAdjustedFactory(prescription_id=key, dose="5", frequency="twice daily"), at=day(9)
    )
    found = row(event_id)
    assert found.before == {
        "medication": "bisoprolol", "form": "tablet", "dosage": "2.5 mg", "route": "oral",
        "frequency": "once daily as needed for palpitations", "status": "active",
    }  # fmt: skip
    assert found.after == {
        **found.before, "dosage": "5 mg", "frequency": "twice daily as needed for palpitations",
    }  # fmt: skip
    assert (found.changed_at, found.changed_by, found.changed_by_name) == (day(9), JONES, "Dr Jones")


def test_a_prescription_has_nothing_before_it(record: Record) -> None:
    prescribed(record)
    found = MedicationHistory.objects.get(patient_id=record.patient_id)
    assert (found.before, found.after["dosage"]) == ({}, "2.5 mg")


def test_a_hold_changes_the_status_alone(record: Record) -> None:
    key = prescribed(record)
    (held,) = record.add(
        make.PrescriptionHeldFactory(prescription_id=key, reason_code="other", reason="contrast CT")
    )
    found = row(held)
    assert (found.before["status"], found.after["status"], found.reason) == ("active", "held", "contrast CT")
    assert found.after == {**found.before, "status": "held"}


def test_a_dose_recorded_late_stands_where_it_was_true(record: Record) -> None:
    key = prescribed(record)
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="10"), at=day(90))
    (late,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"), at=day(30))
    found = row(late)
    assert (found.before["dosage"], found.after["dosage"], found.changed_at) == ("2.5 mg", "5 mg", day(30))
    by_time = MedicationHistory.objects.filter(prescription_id=key).order_by("changed_at")
    assert [each.after["dosage"] for each in by_time] == ["2.5 mg", "5 mg", "10 mg"]


def test_a_correction_marks_the_row_and_says_what_holds_again(record: Record) -> None:
    key = prescribed(record)
    (wrong,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="25"))
    correction = record.mark(wrong, reason="decimal point")
    struck, found = row(wrong), row(correction)
    assert (struck.in_error, struck.corrected_by, struck.after["dosage"]) == (True, correction, "25 mg")
    assert (found.change, found.corrects, found.reason) == ("corrected", wrong, "decimal point")
    assert (found.before["dosage"], found.after["dosage"]) == ("25 mg", "2.5 mg")


def test_nothing_holds_after_a_prescription_entered_in_error(record: Record) -> None:
    order: Any = make.PrescriptionAddedFactory()
    (wrong,) = record.add(order)
    correction = record.mark(wrong)
    assert (row(correction).before["status"], row(correction).after) == ("active", {})


def test_nothing_holds_either_when_a_later_entry_of_it_is_marked_too(record: Record) -> None:
    order: Any = make.PrescriptionAddedFactory()
    (wrong,) = record.add(order)
    (adjusted,) = record.add(make.DosageAdjustedFactory(prescription_id=order.prescription_id, dose="40"))
    record.mark(wrong)
    correction = record.mark(adjusted)
    assert (row(correction).before, row(correction).after) == ({}, {})


def test_a_correction_of_something_else_is_no_change_of_medication(record: Record) -> None:
    (wrong,) = record.add(make.NoteAddedFactory())
    record.mark(wrong)
    assert not MedicationHistory.objects.filter(patient_id=record.patient_id).exists()


def test_reported_changes_say_what_the_source_did_not(record: Record) -> None:
    key = prescribed(record, dose=None, unit=None, route=None, reported=True)
    found = MedicationHistory.objects.get(prescription_id=key)
    assert (found.reported, found.after["dosage"], found.after["route"]) == (
        True, "not stated by source", "not stated by source",
    )  # fmt: skip
