"""Importing again: nothing for what is the same, a correction for what changed, a refusal by name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from records import commands, handlers
from records.author import Author, Origin
from tests.factories import RegisterPatientFactory
from tests.records.fhir.source import Source, allergy, bundle, dosage, no_known, patient, request, write

pytestmark = pytest.mark.django_db(transaction=True)

JONES = Author(user_id=str(uuid4()), name="Dr Ada Jones", role="clinician", license="LIC-1")


def day(number: int) -> str:
    return f"2024-01-{number:02}T08:00:00Z"


def here(source: Source, command: Any) -> None:
    """A clinician records something on the imported patient."""
    handlers.handle(
        command, command_id=uuid4(), seen_version=source.record().version, author=JONES, origin=Origin()
    )


def only_course(source: Source) -> Any:
    (course,) = source.record().courses.values()
    return course


def test_the_same_again_adds_nothing(source: Source) -> None:
    said = (
        patient(),
        allergy(),
        request("m1", authoredOn=day(1)),
        request("m2", authoredOn=day(2), status="stopped"),
    )
    source.says(*said)
    before = len(source.entries())
    report = source.says(*said)
    assert (report.patients, report.events, report.unchanged, report.refused) == (0, {}, 4, [])
    assert len(source.entries()) == before


def test_the_same_from_another_folder_adds_nothing(source: Source) -> None:
    source.says(patient(), request())
    moved = Source(source.folder / "moved" / "elsewhere", name=source.name)
    assert moved.says(patient(), request(), file="renamed.json").events == {}


def test_a_new_copy_of_the_same_content_is_no_change(source: Source) -> None:
    source.says(patient(), request())
    meta = {"versionId": "9", "lastUpdated": "2026-11-01T00:00:00Z"}
    report = source.says(
        patient(meta=meta), request(meta=meta, text={"status": "generated", "div": "<div/>"})
    )
    assert (report.events, report.unchanged) == ({}, 2)


def test_a_folder_with_two_versions_of_one_resource_settles(source: Source) -> None:
    old = bundle(patient(meta={"lastUpdated": "2025-01-01"}))
    new = bundle(patient(meta={"lastUpdated": "2026-01-01"}, gender="male"))
    write(source.folder / "a.json", new)
    write(source.folder / "b.json", old)
    assert source.imported().events == {"PatientRegistered": 1, "DemographicsCorrected": 1}
    assert source.record().demographics.sex == "male"
    assert source.imported().events == {}


def test_what_goes_back_to_an_earlier_state_goes_back_here(source: Source) -> None:
    for number, sex in enumerate(("female", "male", "female"), start=1):
        source.says(patient(gender=sex))
        assert len(source.entries()) == number
    assert source.record().demographics.sex == "female"


# --- Patients -------------------------------------------------------------------------------------


def test_a_changed_patient_is_corrected_in_what_changed(source: Source) -> None:
    source.says(patient())
    report = source.says(patient(birthDate="1961-03-21", deceasedDateTime="2026-01-05"))
    assert report.events == {"DemographicsCorrected": 1}
    (corrected,) = source.events("DemographicsCorrected")
    assert corrected.changed == ("birth_date", "deceased", "deceased_date")
    assert (corrected.birth_date, corrected.family, corrected.reason) == (
        "1961-03-21", "Okafor", "Changed at the source",
    )  # fmt: skip


def test_a_correction_made_here_is_not_undone(source: Source) -> None:
    source.says(patient())
    now = source.record().demographics
    here(
        source,
        commands.CorrectDemographics(
            patient_id=source.patient_id(), mrn=f"H-{uuid4()}"[:20], family="Okafor-Smith", given=now.given,
            birth_date=now.birth_date, sex=now.sex, deceased=False, deceased_date=None,
            other_names=None, phone="555-7", address=None, reason="She told us",
        ),
    )  # fmt: skip
    source.says(patient(gender="other"))
    (*_, corrected) = source.events("DemographicsCorrected")
    assert (corrected.family, corrected.phone, corrected.sex) == ("Okafor-Smith", "555-7", "other")
    assert corrected.changed == ("sex",)
    source.says(patient(gender="other", birthDate="1961-03-21"))
    assert source.record().demographics.family == "Okafor-Smith"


def test_a_change_that_has_no_place_on_the_chart_is_a_note(source: Source) -> None:
    source.says(patient())
    report = source.says(patient(maritalStatus={"text": "Divorced"}))
    assert report.events == {"NoteAdded": 1}
    (note,) = source.events("NoteAdded")
    assert note.text == "Changed at the source: maritalStatus.text: absent → Divorced"
    assert source.says(patient(maritalStatus={"text": "Divorced"})).events == {}


def test_a_changed_record_number_moves_the_reservation(source: Source) -> None:
    numbers = [f"{letter}-{uuid4().hex[:8]}" for letter in "AB"]
    for each in numbers:
        source.says(patient(identifier=[{"system": "urn:h", "value": each}]))
    assert source.record().demographics.mrn == numbers[1]
    taken = Source(source.folder / "taken")
    taken.says(patient(identifier=[{"system": "urn:h", "value": numbers[0]}]))
    assert taken.record().demographics.mrn == numbers[0]


# --- Allergies ------------------------------------------------------------------------------------


def test_a_changed_allergy_is_revised(source: Source) -> None:
    source.says(patient(), allergy())
    assert source.says(allergy(criticality="high")).events == {"AllergyRevised": 1}
    (known,) = source.record().active_allergies
    assert (known.criticality, known.substance) == ("high", "Penicillin G")


@pytest.mark.parametrize(
    ("codes", "event"),
    [
        ({"clinicalStatus": "resolved"}, "AllergyResolved"),
        ({"verificationStatus": "refuted"}, "AllergyRefuted"),
        ({"verificationStatus": "entered-in-error"}, "EntryMarkedInError"),
    ],
)
def test_an_allergy_that_no_longer_holds_leaves_the_chart(
    source: Source, codes: dict[str, str], event: str
) -> None:
    source.says(patient(), allergy())
    statuses: dict[str, Any] = {name: {"coding": [{"code": code}]} for name, code in codes.items()}
    changed = allergy(**statuses)
    assert source.says(changed).events == {event: 1}
    assert not source.record().active_allergies
    assert source.says(changed).events == {}


def test_an_allergy_that_holds_again_comes_back(source: Source) -> None:
    resolved = allergy(clinicalStatus={"coding": [{"code": "resolved"}]})
    source.says(patient(), resolved)
    assert source.says(allergy()).events == {"AllergyRecorded": 1}
    assert len(source.record().active_allergies) == 1


def test_an_allergy_refuted_here_stays_refuted_when_something_else_changes(source: Source) -> None:
    source.says(patient(), allergy())
    (known,) = source.record().active_allergies
    here(
        source,
        commands.RefuteAllergy(
            patient_id=source.patient_id(), allergy_id=known.allergy_id, reason="Tolerates it"
        ),
    )
    assert source.says(allergy(criticality="high")).events == {"NoteAdded": 1}
    assert not source.record().active_allergies


def test_a_denial_beside_an_allergy_on_record_is_a_note(source: Source) -> None:
    source.says(patient(), allergy())
    assert source.says(no_known()).events == {"NoteAdded": 1}
    assert source.record().none_known is None


def test_an_allergy_entered_in_error_gives_the_denial_back(source: Source) -> None:
    source.says(patient(), no_known())
    source.says(allergy())
    assert source.record().none_known is None
    source.says(allergy(verificationStatus={"coding": [{"code": "entered-in-error"}]}))
    assert source.record().none_known is not None


def test_a_denial_of_drug_allergies_leaves_the_status_as_it_was(source: Source) -> None:
    source.says(patient(), no_known(code="409137002"))
    assert source.kinds()["NoKnownAllergiesAsserted"] == 1
    assert source.record().none_known is None


# --- Prescriptions ----------------------------------------------------------------------------------


def test_new_renewals_extend_the_course(source: Source) -> None:
    source.says(patient(), request("m1", authoredOn=day(1), dosageInstruction=[dosage(1)]))
    report = source.says(request("m2", authoredOn=day(9), dosageInstruction=[dosage(2)]))
    assert report.events == {"PrescriptionRenewed": 1, "DosageAdjusted": 1}
    course = only_course(source)
    assert (course.renewals, course.dose, course.is_open) == (1, "2", True)


def test_a_second_dosage_beside_one_that_goes_on_is_a_second_course(source: Source) -> None:
    morning = request("m1", authoredOn=day(1), dosageInstruction=[dosage(1)])
    source.says(patient(), morning)
    evening = request("m2", authoredOn=day(9), dosageInstruction=[dosage(2)])
    assert source.says(morning, evening).events == {"PrescriptionAdded": 1}
    assert sorted(str(course.dose) for course in source.record().open_courses) == ["1", "2"]


def test_an_older_request_that_comes_late_renews_and_changes_nothing_else(source: Source) -> None:
    source.says(patient(), request("m2", authoredOn=day(9), dosageInstruction=[dosage(2)]))
    late = request("m1", authoredOn=day(1), status="stopped", dosageInstruction=[dosage(1)])
    assert source.says(late).events == {"PrescriptionRenewed": 1}
    assert (only_course(source).dose, only_course(source).is_open) == ("2", True)


def test_the_usual_second_export_replaces_the_old_request_by_a_new_one(source: Source) -> None:
    source.says(patient(), request("m1", authoredOn=day(1)))
    report = source.says(
        request("m1", authoredOn=day(1), status="completed"), request("m2", authoredOn=day(9))
    )
    assert report.events == {"PrescriptionRenewed": 1, "NoteAdded": 1}
    assert only_course(source).is_open


@pytest.mark.parametrize("status", ["stopped", "completed", "cancelled"])
def test_a_request_that_ends_ends_the_course(source: Source, status: str) -> None:
    source.says(patient(), request())
    report = source.says(request(status=status, statusReason={"coding": [{"code": "salg"}]}))
    assert report.events == {"PrescriptionDiscontinued": 1, "NoteAdded": 1}
    (ended,) = source.events("PrescriptionDiscontinued")
    assert (ended.source_status, ended.reason_code, ended.undated) == (status, "allergy", False)
    assert not only_course(source).is_open


def test_a_drug_that_is_ordered_again_after_its_end_is_a_new_course(source: Source) -> None:
    source.says(patient(), request("m1", authoredOn=day(1), status="stopped"))
    assert source.says(request("m2", authoredOn=day(9))).events == {"PrescriptionAdded": 1}
    assert len(source.record().open_courses) == 1


def test_a_hold_and_its_end_are_followed(source: Source) -> None:
    source.says(patient(), request())
    source.says(request(status="on-hold"))
    assert only_course(source).status == "held"
    report = source.says(request(status="active"))
    assert report.events == {"PrescriptionResumed": 1, "NoteAdded": 1}
    assert only_course(source).status == "active"


def test_an_end_that_the_source_takes_back_was_an_error(source: Source) -> None:
    source.says(patient(), request(status="stopped"))
    report = source.says(request(status="active"))
    assert report.events == {"EntryMarkedInError": 1, "NoteAdded": 1}
    assert only_course(source).is_open


def test_an_end_that_was_recorded_here_is_not_taken_back_by_a_source(source: Source) -> None:
    source.says(patient(), request(status="on-hold"))
    here(
        source,
        commands.DiscontinuePrescription(
            patient_id=source.patient_id(), prescription_id=only_course(source).prescription_id,
            reason_code="side effect", reason="Cough",
        ),
    )  # fmt: skip
    report = source.says(request(status="active"))
    (refused,) = report.refused
    assert refused["resource"] == "MedicationRequest/m1"
    assert refused["reason"].startswith("lisinopril 10 MG Oral Tablet was ended here")
    assert not only_course(source).is_open


def test_a_changed_dosage_adjusts_the_course(source: Source) -> None:
    source.says(patient(), request(dosageInstruction=[dosage(1)]))
    report = source.says(request(dosageInstruction=[dosage(2)]))
    assert report.events == {"DosageAdjusted": 1, "NoteAdded": 1}
    assert only_course(source).dose == "2"


def test_a_dosage_that_the_source_no_longer_states_stays_as_it_was(source: Source) -> None:
    source.says(patient(), request(dosageInstruction=[dosage(1)]))
    assert source.says(request()).events == {"NoteAdded": 1}
    assert only_course(source).dose == "1"


def test_a_dose_adjusted_here_is_not_undone_when_something_else_changes(source: Source) -> None:
    source.says(patient(), request(dosageInstruction=[dosage(1)]))
    course = only_course(source)
    here(
        source,
        commands.AdjustDosage(
            patient_id=source.patient_id(), prescription_id=course.prescription_id, dose="3", unit="tablet",
            route="oral", frequency="once daily", reason="Pressure too high",
        ),
    )  # fmt: skip
    source.says(request(dosageInstruction=[dosage(1)], priority="urgent"))
    assert only_course(source).dose == "3"


def test_a_request_entered_in_error_leaves_the_chart(source: Source) -> None:
    source.says(patient(), request())
    assert source.says(request(status="entered-in-error")).events == {"EntryMarkedInError": 1}
    assert not source.record().courses


def test_a_request_that_was_no_error_after_all_is_prescribed_again(source: Source) -> None:
    source.says(patient(), request())
    source.says(request(status="entered-in-error"))
    assert source.says(request()).events == {"PrescriptionAdded": 1}
    assert only_course(source).is_open


def test_what_was_marked_in_error_here_is_not_brought_back_by_a_source(source: Source) -> None:
    source.says(patient(), request())
    wrong = source.entries()[-1]
    here(
        source,
        commands.MarkEntryInError(
            patient_id=source.patient_id(), target_event_id=str(wrong.event_id), reason="Not hers"
        ),
    )
    assert source.says(request(priority="urgent")).events == {"NoteAdded": 1}
    assert not source.record().courses


def test_a_renewal_entered_in_error_is_no_renewal(source: Source) -> None:
    source.says(patient(), request("m1", authoredOn=day(1)), request("m2", authoredOn=day(2)))
    source.says(request("m2", authoredOn=day(2), status="entered-in-error"))
    assert only_course(source).renewals == 0


def test_the_first_request_of_a_renewed_course_cannot_vanish(source: Source) -> None:
    source.says(patient(), request("m1", authoredOn=day(1)), request("m2", authoredOn=day(2)))
    report = source.says(request("m1", authoredOn=day(1), status="entered-in-error"))
    (refused,) = report.refused
    assert "1 renewals of lisinopril 10 MG Oral Tablet go on from it" in refused["reason"]


def test_another_drug_under_the_same_request_replaces_it(source: Source) -> None:
    source.says(patient(), request(drug="lisinopril"))
    assert source.says(request(drug="losartan")).events == {"PrescriptionChanged": 1}
    (course,) = source.record().open_courses
    assert course.medication == "losartan"


def test_another_drug_under_one_of_several_requests_is_refused_by_name(source: Source) -> None:
    source.says(patient(), request("m1", authoredOn=day(1)), request("m2", authoredOn=day(2)))
    report = source.says(request("m2", authoredOn=day(2), drug="losartan"))
    (refused,) = report.refused
    assert refused["resource"] == "MedicationRequest/m2"
    assert "changed from lisinopril 10 MG Oral Tablet to losartan" in refused["reason"]


def test_a_prescription_that_becomes_an_order_not_to_give_is_refused_by_name(source: Source) -> None:
    source.says(patient(), request())
    (refused,) = source.says(request(doNotPerform=True)).refused
    assert "doNotPerform: absent → true" in refused["reason"]


def test_a_draft_that_becomes_an_order_is_prescribed(source: Source) -> None:
    source.says(patient(), request(status="draft"))
    assert source.says(request(status="active")).events == {"PrescriptionAdded": 1}


def test_what_was_prescribed_here_is_not_run_into_by_a_source(source: Source) -> None:
    source.says(patient())
    prescription = commands.AddPrescription(
        patient_id=source.patient_id(),
        prescription_id=str(uuid4()),
        medication="lisinopril 10 MG Oral Tablet",
        code=None,
        code_system=None,
        form=None,
        dose="10",
        unit="mg",
        route="oral",
        frequency="once daily",
        as_needed=False,
        as_needed_reason=None,
        start=datetime.now(UTC).date().isoformat(),
        end=None,
        duration_days=None,
        indication="Hypertension",
        note_to_patient=None,
    )
    here(source, prescription)
    assert source.says(request()).events == {"PrescriptionAdded": 1}
    assert {course.reported for course in source.record().open_courses} == {True, False}


def test_news_for_a_record_that_was_merged_into_another_is_refused_by_name(source: Source) -> None:
    source.says(patient(), request("m1", authoredOn=day(1)))
    survivor = RegisterPatientFactory(patient_id=str(uuid4()))
    press: dict[str, Any] = {"author": JONES, "origin": Origin()}
    handlers.handle(survivor, command_id=uuid4(), seen_version=0, **press)
    merge = commands.MergePatients(
        patient_id=survivor.patient_id, other_id=source.patient_id(), reason="Same passport.",
        other_version=source.record().version,
    )  # fmt: skip
    handlers.handle(merge, command_id=uuid4(), seen_version=1, **press)
    report = source.says(patient(), request("m1", authoredOn=day(1)), request("m2", authoredOn=day(2)))
    assert report.events == {}
    assert [(each["resource"], "merged into" in each["reason"]) for each in report.refused] == [
        ("MedicationRequest/m2", True)
    ]
