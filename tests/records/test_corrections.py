"""Entries marked in error: which may be, and what holds without them. No database."""

from __future__ import annotations

from typing import Any

from records import events
from records.courses import Course
from records.fold import fold
from records.values import values
from tests.factories import (
    AdjustDosageFactory,
    AllergyRecordedFactory,
    AllergyRefutedFactory,
    DemographicsCorrectedFactory,
    DosageAdjustedFactory,
    MarkEntryInErrorFactory,
    NoKnownAllergiesAssertedFactory,
    NoteAddedFactory,
    PatientRegisteredFactory,
    PrescriptionAddedFactory,
    PrescriptionChangedFactory,
    PrescriptionDiscontinuedFactory,
    PrescriptionHeldFactory,
    PrescriptionRenewedFactory,
    new_id,
)
from tests.records.scenario import CLINIC, Scenario, at, given

ID = new_id()
OTHER = new_id()


def registered(*more: Any) -> Scenario:
    return given(PatientRegisteredFactory(family="Moreau"), *more)


def mark(story: Scenario, version: int, **values: Any) -> Scenario:
    """Mark the entry of this version in error."""
    target = story.entries[version - 1]
    return story.when(MarkEntryInErrorFactory(target_event_id=str(target.event_id), **values))


def restored(story: Scenario) -> dict[str, Any]:
    event = story.event()
    assert isinstance(event, events.EntryMarkedInError)
    return event.restores


def course(story: Scenario, key: str = ID) -> Course:
    return story.patient.courses[key]


# --- What holds without the entry ----------------------------------------------------------------


def test_a_wrong_dose_gives_way_to_the_dose_before_it() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID, dose="10"),
        DosageAdjustedFactory(prescription_id=ID, dose="100"),
    )
    mark(story, 3, reason="ten times too much")
    assert story.event().target_event_id == str(story.entries[2].event_id)
    assert story.event().target_event_type == "DosageAdjusted"
    assert restored(story)["prescriptions"][ID]["dose"] == "10"
    assert course(story).dose == "10"
    assert course(story).dose_since == course(story).since


def test_a_restored_course_is_stated_with_all_its_values() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID),
        PrescriptionHeldFactory(prescription_id=ID, reason="colonoscopy"),
        PrescriptionRenewedFactory(prescription_id=ID),
    )
    stated = restored(mark(story, 4))["prescriptions"][ID]
    assert stated == values(course(story))
    assert (stated["status"], stated["status_reason"], stated["renewals"]) == ("held", "colonoscopy", 0)


def test_a_wrong_dose_that_was_overtaken_restores_nothing() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID, dose="10"),
        DosageAdjustedFactory(prescription_id=ID, dose="100"),
        DosageAdjustedFactory(prescription_id=ID, dose="20"),
    )
    assert restored(mark(story, 3)) == {}
    assert course(story).dose == "20"


def test_the_second_correction_knows_of_the_first() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID, dose="10"),
        DosageAdjustedFactory(prescription_id=ID, dose="100"),
        DosageAdjustedFactory(prescription_id=ID, dose="200"),
    )
    mark(story, 3)
    mark(story, 4)
    assert course(story).dose == "10"


def test_a_wrong_prescription_disappears_and_later_entries_on_it_stay_recorded() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID), DosageAdjustedFactory(prescription_id=ID)
    )
    assert restored(mark(story, 2)) == {"prescriptions": {ID: None}}
    assert story.patient.courses == {}
    story.when(AdjustDosageFactory(prescription_id=ID)).then_rejected("not current.*marked in error")


def test_a_wrong_stop_gives_the_course_back_with_what_happened_before_it() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID, dose="10"),
        DosageAdjustedFactory(prescription_id=ID, dose="20"),
        PrescriptionDiscontinuedFactory(prescription_id=ID),
    )
    assert story.patient.courses == {}
    mark(story, 4, reason="stopped the wrong one")
    assert (course(story).status, course(story).dose) == ("active", "20")
    story.when(AdjustDosageFactory(prescription_id=ID, dose="40")).accepted()


def test_a_wrong_dose_of_a_course_that_has_ended_since_is_put_right_there() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID, dose="10"),
        DosageAdjustedFactory(prescription_id=ID, dose="100"),
        PrescriptionDiscontinuedFactory(prescription_id=ID),
    )
    stated = restored(mark(story, 3))["prescriptions"][ID]
    assert (stated["status"], stated["dose"]) == ("discontinued", "10")
    assert story.patient.courses == {}


def test_a_wrong_replacement_restores_the_old_course_and_takes_the_new_one_away() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID),
        PrescriptionChangedFactory(prescription_id=ID, replacement_id=OTHER),
    )
    stated = restored(mark(story, 3))["prescriptions"]
    assert stated[OTHER] is None
    assert stated[ID]["replaced_by"] is None
    assert list(story.patient.courses) == [ID]
    assert course(story).status == "active"


def test_an_allergy_recorded_in_error_gives_none_known_back() -> None:
    story = registered(
        NoKnownAllergiesAssertedFactory(asked_by="Nurse Kim"), AllergyRecordedFactory(allergy_id=ID)
    )
    found = restored(mark(story, 3))
    assert found["allergies"] == {ID: None}
    assert (found["no_known_allergies"], found["asked_by"]) == (True, "Nurse Kim")
    assert story.patient.none_known is not None
    assert story.patient.none_known.asked_at.astimezone(CLINIC) == story.entries[1].occurred_at


def test_a_refutation_in_error_brings_the_allergy_back_and_outweighs_none_known() -> None:
    story = registered(
        AllergyRecordedFactory(allergy_id=ID),
        AllergyRefutedFactory(allergy_id=ID),
        NoKnownAllergiesAssertedFactory(),
    )
    found = restored(mark(story, 3))
    assert found["allergies"][ID]["status"] == "active"
    assert found["no_known_allergies"] is False
    assert [allergy.allergy_id for allergy in story.patient.active_allergies] == [ID]
    assert story.patient.none_known is None


def test_a_correction_of_identity_in_error_restores_who_the_patient_is() -> None:
    story = registered(DemographicsCorrectedFactory(family="Wrong"))
    assert restored(mark(story, 2))["demographics"]["family"] == "Moreau"
    assert story.patient.demographics is not None
    assert story.patient.demographics.family == "Moreau"


def test_a_note_in_error_restores_nothing_else() -> None:
    assert restored(mark(registered(NoteAddedFactory()), 2)) == {}


def test_late_entries_still_find_their_place_after_a_correction() -> None:
    story = registered(
        (PrescriptionAddedFactory(prescription_id=ID, dose="10"), at("2026-10-26 09:00")),
        (DosageAdjustedFactory(prescription_id=ID, dose="20"), at("2026-11-01 09:00")),
        (DosageAdjustedFactory(prescription_id=ID, dose="100"), at("2026-11-10 09:00")),
    )
    mark(story, 4)
    late = AdjustDosageFactory(prescription_id=ID, dose="15", occurred_at=at("2026-10-28 09:00"))
    story.when(late).accepted()
    assert course(story).dose == "20"


def test_what_a_correction_restores_is_the_fold_without_the_entry() -> None:
    story = registered(
        PrescriptionAddedFactory(prescription_id=ID),
        AllergyRecordedFactory(allergy_id=OTHER),
        PrescriptionHeldFactory(prescription_id=ID),
    )
    entries = list(story.entries)
    mark(story, 4)
    without = fold(story.patient_id, entries[:-1])
    assert (story.patient.courses, story.patient.allergies) == (without.courses, without.allergies)


# --- What may not be marked ----------------------------------------------------------------------


def test_an_entry_is_marked_once() -> None:
    story = registered(NoteAddedFactory())
    mark(story, 2).accepted()
    mark(story, 2).then_rejected("marked in error already")


def test_a_registration_is_corrected_not_marked() -> None:
    mark(registered(), 1).then_rejected("Correct what is wrong in it instead")


def test_a_correction_is_not_marked_itself() -> None:
    story = registered(NoteAddedFactory())
    mark(story, 2)
    mark(story, 3).then_rejected("record it anew")


def test_an_entry_of_another_record_cannot_be_marked_here() -> None:
    registered().when(MarkEntryInErrorFactory()).then_rejected("not in this patient's record")


def test_an_entry_that_is_not_understood_cannot_be_marked() -> None:
    mark(registered({"of": "another program"}), 2).then_rejected("another version of the program")


def test_a_correction_needs_a_reason_and_a_record() -> None:
    mark(registered(NoteAddedFactory()), 2, reason=" ").then_rejected("Say what was wrong", field="reason")
    given().when(MarkEntryInErrorFactory()).then_rejected("no such patient")
