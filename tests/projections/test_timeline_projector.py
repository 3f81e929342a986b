"""The timeline: every event is an entry in clinical words; none is left out, none is rewritten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from projections.models import TimelineEntry
from tests import factories as make
from tests.projections.record import JONES, Record, day

pytestmark = pytest.mark.django_db(transaction=True)


def entry(event_id: UUID) -> TimelineEntry:
    return TimelineEntry.objects.get(event_id=event_id)


def prescribed(record: Record, **values: object) -> str:
    """A prescription on the record; its id."""
    order: Any = make.PrescriptionAddedFactory(**{"medication": "bisoprolol", "dose": "2.5", **values})
    record.add(order)
    return str(order.prescription_id)


def test_a_prescription_is_told_with_its_whole_line(record: Record) -> None:
    (event_id,) = record.add(
        make.PrescriptionAddedFactory(
            medication="lorazepam",
            dose="0.5",
            frequency="at bedtime",
            as_needed=True,
            as_needed_reason="sleep",
            start="2026-09-30",
            indication="insomnia",
        ),
        at=day(3),
    )
    told = entry(event_id)
    assert (told.kind, told.title, told.who, told.who_id, told.role) == (
        "medication", "lorazepam prescribed", "Dr Jones", JONES, "clinician",
    )  # fmt: skip
    assert told.entry["strong"] == "0.5 mg"
    assert told.entry["line"] == "oral, at bedtime as needed for sleep, from 30-Sep-2026"
    assert {"label": "Indication", "value": "insomnia"} in told.entry["facts"]
    assert (told.occurred_at, told.version) == (day(3), 2)


def test_an_adjusted_dose_reads_before_and_after_and_says_the_rest_once(record: Record) -> None:
    key = prescribed(record, dose="20", medication="furosemide")
    (event_id,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="40", reason="oedema"))
    told = entry(event_id)
    assert told.title == "Dose of furosemide adjusted"
    assert told.entry["changes"] == [{"label": "Dose", "before": "20 mg", "after": "40 mg"}]
    assert told.entry["unchanged"] == "Route and frequency unchanged: oral, once daily"
    assert told.reason == "oedema"


def test_what_else_was_adjusted_stands_in_the_title(record: Record) -> None:
    key = prescribed(record, medication="metformin", dose="1000")
    (event_id,) = record.add(
        make.DosageAdjustedFactory(prescription_id=key, dose="1000", frequency="twice daily")
    )
    told = entry(event_id)
    assert told.title == "Frequency of metformin adjusted"
    assert told.entry["unchanged"] == "Dose and route unchanged: 1,000 mg, oral"


def test_a_dose_recorded_late_says_what_held_when_it_was_true(record: Record) -> None:
    key = prescribed(record, dose="2.5")
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="10"), at=day(90))
    (late,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"), at=day(30))
    assert entry(late).entry["changes"] == [{"label": "Dose", "before": "2.5 mg", "after": "5 mg"}]
    assert entry(late).occurred_at == day(30)
    (newest,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="20"), at=day(120))
    assert entry(newest).entry["changes"][0]["before"] == "10 mg"


def test_a_change_of_drug_names_both(record: Record) -> None:
    key = prescribed(record, medication="ramipril", dose="5")
    change: Any = make.PrescriptionChangedFactory(
        prescription_id=key, medication="candesartan", dose="8", frequency="once daily", reason="Dry cough."
    )
    (event_id,) = record.add(change)
    told = entry(event_id)
    assert told.title == "ramipril changed to candesartan"
    assert told.entry["changes"] == [
        {"label": "Medication", "before": "ramipril 5 mg", "after": "candesartan 8 mg"}
    ]
    assert told.entry["unchanged"] == "Route and frequency unchanged: oral, once daily"
    assert (str(told.subject_id), str(told.other_subject_id)) == (key, change.replacement_id)


def test_held_resumed_renewed_and_discontinued_name_the_medication(record: Record) -> None:
    key = prescribed(record, medication="apixaban", dose="5", frequency="twice daily")
    (held,) = record.add(make.PrescriptionHeldFactory(prescription_id=key))
    (resumed,) = record.add(make.PrescriptionResumedFactory(prescription_id=key))
    (renewed,) = record.add(
        make.PrescriptionRenewedFactory(
            prescription_id=key, quantity="60", quantity_unit="tablet", duration_days=30
        )
    )
    (stopped,) = record.add(make.PrescriptionDiscontinuedFactory(prescription_id=key))
    assert [entry(each).title for each in (held, resumed, renewed, stopped)] == [
        "apixaban held", "apixaban resumed", "apixaban renewed", "apixaban discontinued",
    ]  # fmt: skip
    assert (entry(held).entry["tag"], entry(stopped).entry["tag"]) == ("Held", "Discontinued")
    assert entry(held).entry["line"] == "5 mg, oral, twice daily"
    assert (entry(held).entry["because"], entry(held).reason) == ("procedure", "colonoscopy tomorrow")
    assert entry(renewed).entry["line"] == "renewed 01-Nov-2026, 60 tablets, for 30 days"


def test_what_a_source_calls_completed_is_not_called_discontinued(record: Record) -> None:
    key = prescribed(record, medication="doxycycline", reported=True)
    (event_id,) = record.add(
        make.PrescriptionDiscontinuedFactory(
            prescription_id=key, reason_code=None, reason=None, reported=True, source_status="completed"
        )
    )
    told = entry(event_id)
    assert (told.title, told.entry["tag"], told.entry["icon"]) == (
        "doxycycline completed", "Completed", "completed",
    )  # fmt: skip


def test_allergies_are_told_with_severity_apart(record: Record) -> None:
    allergy: Any = make.AllergyRecordedFactory(
        substance="penicillins",
        severity="severe",
        reactions="anaphylaxis",
        criticality="high",
        whole_class=True,
    )
    (recorded,) = record.add(allergy)
    (revised,) = record.add(
        make.AllergyRevisedFactory(
            allergy_id=allergy.allergy_id,
            substance="penicillins",
            severity="moderate",
            reactions="anaphylaxis",
            criticality="high",
            whole_class=True,
        )
    )
    (refuted,) = record.add(make.AllergyRefutedFactory(allergy_id=allergy.allergy_id))
    first = entry(recorded)
    assert (first.title, first.entry["severity"], first.entry["icon"]) == (
        "Allergy recorded: penicillins", "severe", "allergy",
    )  # fmt: skip
    assert first.entry["line"] == "anaphylaxis, confirmed, high criticality; holds for the whole class"
    assert entry(revised).entry["changes"] == [{"label": "Severity", "before": "severe", "after": "moderate"}]
    assert entry(refuted).title == "Allergy refuted: penicillins"


def test_identity_notes_and_the_question_for_allergies_are_entries_too(record: Record) -> None:
    (corrected,) = record.add(make.DemographicsCorrectedFactory(family="Lindquist", given="Helena"))
    (asked,) = record.add(make.NoKnownAllergiesAssertedFactory())
    (note,) = record.add(make.NoteAddedFactory(text="Sleeps better.", category="pharmacy"))
    changes = entry(corrected).entry["changes"]
    assert {"label": "Family name", "before": "Lindqvist", "after": "Lindquist"} in changes
    assert (entry(asked).kind, entry(asked).title) == ("allergy", "No known allergies")
    assert (entry(note).kind, entry(note).title) == ("note", "Pharmacy note")
    assert entry(note).entry["said"] == "Sleeps better."


def test_what_a_source_does_not_say_is_called_so(record: Record) -> None:
    (event_id,) = record.add(
        make.PrescriptionAddedFactory(
            medication="warfarin",
            dose=None,
            unit=None,
            route=None,
            frequency=None,
            reported=True,
            source_text="Take as directed",
        )
    )
    told = entry(event_id)
    assert told.reported
    assert told.entry["strong"] == ""
    assert told.entry["line"] == "dose, route and frequency not stated by source"
    assert told.entry["source"] == "Take as directed"


def test_what_a_source_leaves_out_is_not_called_unchanged(record: Record) -> None:
    key = prescribed(record, dose=None, unit=None, route=None, frequency="once daily", reported=True)
    (event_id,) = record.add(
        make.DosageAdjustedFactory(
            prescription_id=key, dose=None, unit=None, route=None, frequency="twice daily", reported=True
        )
    )
    assert entry(event_id).entry["unchanged"] == "Dose and route not stated by source"


def test_alerts_and_the_reason_for_going_on_stay_with_the_entry(record: Record) -> None:
    (event_id,) = record.add(
        make.PrescriptionAddedFactory(medication="amoxicillin"),
        alerts=[{"kind": "allergy", "text": "penicillins, severe"}],
        override_reason="Tolerated it in 2024.",
    )
    assert entry(event_id).entry["alerts"] == ["penicillins, severe"]
    assert entry(event_id).entry["override"] == "Tolerated it in 2024."


def test_a_correction_marks_the_wrong_entry_and_counts_what_relied_on_it(record: Record) -> None:
    key = prescribed(record, medication="digoxin", dose="125", unit="mcg")
    (wrong,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="250", unit="mcg"))
    other = prescribed(record, medication="furosemide")
    (relied,) = record.add(make.PrescriptionHeldFactory(prescription_id=key))
    record.add(make.DosageAdjustedFactory(prescription_id=other, dose="5"))
    correction = record.mark(wrong)
    struck, mark = entry(wrong), entry(correction)
    assert (struck.in_error, struck.corrected_by, struck.title) == (
        True, correction, "Dose of digoxin adjusted",
    )  # fmt: skip
    assert struck.entry["corrected_by"]["event_id"] == str(correction)
    assert struck.entry["changes"] == [{"label": "Dose", "before": "125 mcg", "after": "250 mcg"}]
    assert (mark.kind, mark.corrects, mark.reason) == ("correction", wrong, "meant for another patient")
    assert mark.title == "Marked as entered in error: Dose of digoxin adjusted"
    assert {"label": "Dose", "before": "250 mcg", "after": "125 mcg"} in mark.entry["changes"]
    assert [each["event_id"] for each in mark.entry["relied_on"]] == [str(relied)]


def test_a_mark_on_what_is_withdrawn_already_tells_of_no_change(record: Record) -> None:
    order: Any = make.PrescriptionAddedFactory()
    (wrong,) = record.add(order)
    (adjusted,) = record.add(make.DosageAdjustedFactory(prescription_id=order.prescription_id, dose="40"))
    record.mark(wrong)
    assert entry(record.mark(adjusted)).entry["changes"] == []


def test_a_late_dose_that_changed_nothing_leaves_no_trace_once_marked(record: Record) -> None:
    """What it restores is empty; what was true in between must not be told from it any more."""
    key = prescribed(record, dose="2.5")
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="10"), at=day(90))
    (wrong,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="7.5"), at=day(30))
    record.mark(wrong)
    (late,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"), at=day(60))
    assert entry(late).entry["changes"][0]["before"] == "2.5 mg"


def test_an_entry_of_an_unknown_kind_is_kept_and_shown(record: Record) -> None:
    told = entry(record.add_unknown())
    assert (told.kind, told.title) == ("unknown", "Entry of an unknown kind: CareHandedOver")
    assert told.entry["data"] == {"into": "somebody"}
