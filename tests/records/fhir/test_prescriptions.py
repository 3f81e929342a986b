"""MedicationRequests become courses, renewals and steps; what is no order becomes a note."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.records.fhir.source import RXNORM, bundle, dosage, patient, request, told, told_of, write


def day(number: int) -> str:
    return f"2024-01-{number:02}T08:00:00Z"


def test_a_prescription_keeps_what_the_source_says_and_adds_nothing(tmp_path: Path) -> None:
    event = told(tmp_path, patient(), request()).only("PrescriptionAdded")
    assert event.medication == "lisinopril 10 MG Oral Tablet"
    unsaid = (event.code, event.form, event.dose, event.unit, event.route, event.frequency, event.start)
    assert unsaid == (None,) * 7
    assert (event.indication, event.prescriber, event.prescriber_license) == (None, None, None)
    assert event.reported
    assert "intent: order" in event.source_text


def test_the_same_drug_again_renews_the_course(tmp_path: Path) -> None:
    supply = {"quantity": {"value": 90, "unit": "TAB"}, "expectedSupplyDuration": {"value": 3, "code": "wk"}}
    later = request("m2", authoredOn=day(9), dispenseRequest=supply)
    found = told(tmp_path, patient(), later, request("m1", authoredOn=day(1)))
    assert found.kinds() == ["PatientRegistered", "PrescriptionAdded", "PrescriptionRenewed"]
    renewal = found.only("PrescriptionRenewed")
    assert renewal.prescription_id == found.only("PrescriptionAdded").prescription_id
    assert (renewal.renewed_on, renewal.source_id) == ("2024-01-09", "m2")
    assert (renewal.quantity, renewal.quantity_unit, renewal.duration_days) == ("90", "tablet", 21)


def test_a_drug_is_the_same_by_its_code_whatever_it_is_called(tmp_path: Path) -> None:
    def coded(key: str, name: str) -> dict[str, Any]:
        concept = {"coding": [{"system": RXNORM, "code": "314076"}], "text": name}
        return request(key, medicationCodeableConcept=concept)

    assert told(tmp_path, patient(), coded("m1", "Lisinopril"), coded("m2", "LISINOPRIL 10")).kinds() == [
        "PatientRegistered", "PrescriptionAdded", "PrescriptionRenewed",
    ]  # fmt: skip


def test_two_nameless_drugs_are_never_the_same(tmp_path: Path) -> None:
    nameless = [request(key, medicationCodeableConcept={}) for key in ("m1", "m2")]
    names = [event.medication for event in told(tmp_path, patient(), *nameless).events("PrescriptionAdded")]
    assert names == ["not stated by source"] * 2


def test_a_differing_dosage_is_a_step(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        patient(),
        request("m1", authoredOn=day(1), status="stopped", dosageInstruction=[dosage(1)]),
        request("m2", authoredOn=day(2), status="stopped"),
        request("m3", authoredOn=day(3), dosageInstruction=[dosage(2)]),
    )
    assert found.kinds()[1:] == [
        "PrescriptionAdded", "PrescriptionRenewed", "PrescriptionRenewed", "DosageAdjusted",
    ]  # fmt: skip
    assert (found.only("DosageAdjusted").dose, found.only("DosageAdjusted").frequency) == ("2", "once daily")


def test_two_dosages_in_force_at_once_are_two_prescriptions(tmp_path: Path) -> None:
    monday = dosage(5, "mg", dayOfWeek=["mon"])
    tuesday = dosage(2, "mg", dayOfWeek=["tue"])
    found = told(
        tmp_path,
        patient(),
        request("m1", authoredOn=day(1), dosageInstruction=[monday]),
        request("m2", authoredOn=day(1), dosageInstruction=[tuesday]),
        request("m3", authoredOn=day(5), dosageInstruction=[monday]),
    )
    assert [event.dose for event in found.events("PrescriptionAdded")] == ["5", "2"]
    assert len(found.events("PrescriptionRenewed")) == 1
    assert not found.events("DosageAdjusted")


def test_the_newest_request_says_how_the_course_stands(tmp_path: Path) -> None:
    stopped = told(tmp_path, patient(), request("m1", authoredOn=day(1)) | {"status": "stopped"},
                   request("m2", authoredOn=day(2), status="stopped"))  # fmt: skip
    assert stopped.only("PrescriptionDiscontinued").source_status == "stopped"
    going_on = told(tmp_path, patient(), request("m1", authoredOn=day(1), status="stopped"),
                    request("m2", authoredOn=day(2)))  # fmt: skip
    assert not going_on.events("PrescriptionDiscontinued")


def test_a_request_that_is_still_active_keeps_the_course_open(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        patient(),
        request("m1", authoredOn=day(1)),
        request("m2", authoredOn=day(2), status="completed"),
    )
    assert found.kinds() == ["PatientRegistered", "PrescriptionAdded", "PrescriptionRenewed"]


def test_a_hold_carries_the_sources_reason(tmp_path: Path) -> None:
    reason = {"coding": [{"code": "surg", "display": "Scheduled surgery"}]}
    held = told(tmp_path, patient(), request(status="on-hold", statusReason=reason)).only("PrescriptionHeld")
    assert (held.reason_code, held.reason) == ("procedure", "Scheduled surgery")


def test_a_completed_course_ends_on_its_stated_last_day_as_completed(tmp_path: Path) -> None:
    bounds: dict[str, Any] = {"boundsPeriod": {"start": "2024-01-01", "end": "2024-01-10"}}
    said = request(authoredOn=day(1), status="completed", dosageInstruction=[dosage(1, **bounds)])
    found = told(tmp_path, patient(), said)
    ended = found.draft("PrescriptionDiscontinued")
    assert (ended.data.source_status, ended.data.reason_code, ended.data.reason) == ("completed", None, None)
    assert not ended.data.undated
    assert (ended.dated.at.isoformat(), ended.dated.literal) == ("2024-01-11T00:00:00+00:00", "2024-01-10")
    assert (found.only("PrescriptionAdded").start, found.only("PrescriptionAdded").end) == (
        "2024-01-01", "2024-01-10",
    )  # fmt: skip


def test_an_ending_without_a_date_dates_from_the_import_and_says_so(tmp_path: Path) -> None:
    ended = told(tmp_path, patient(), request(status="stopped")).draft("PrescriptionDiscontinued")
    assert ended.data.undated
    assert ended.metadata()["occurred_at_literal"] is None
    assert ended.metadata()["alerts"][0]["text"] == "When this came about is not stated by the source"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"intent": "proposal"}, "Proposed, not ordered"),
        ({"intent": "option"}, "Proposed, not ordered"),
        ({"intent": "plan"}, "Planned, not ordered"),
        ({"status": "draft"}, "Drafted, not ordered"),
        ({"doNotPerform": True}, "Not to be given, as the source orders"),
    ],
)
def test_what_is_no_order_is_a_note_and_never_a_prescription(
    tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    found = told(tmp_path, patient(), request(dosageInstruction=[dosage(1)], **more))
    assert found.kinds() == ["PatientRegistered", "NoteAdded"]
    assert found.only("NoteAdded").text.startswith(
        f"{words}: lisinopril 10 MG Oral Tablet — 1 tablet — once daily"
    )


def test_a_plan_that_is_reported_as_taken_is_a_prescription(tmp_path: Path) -> None:
    found = told(tmp_path, patient(), request(intent="plan", reportedBoolean=True))
    assert found.kinds() == ["PatientRegistered", "PrescriptionAdded"]


@pytest.mark.parametrize(
    ("status", "ending"),
    [("cancelled", "PrescriptionDiscontinued"), ("entered-in-error", "EntryMarkedInError")],
)
def test_what_was_never_taken_does_not_run_into_the_course_that_is(
    tmp_path: Path, status: str, ending: str
) -> None:
    found = told(
        tmp_path,
        patient(),
        request("bad", status=status, authoredOn=day(3)),
        request("good", authoredOn=day(1)),
    )
    assert found.kinds() == ["PatientRegistered", "PrescriptionAdded", "PrescriptionAdded", ending]


@pytest.mark.parametrize("status", ["unknown", None, "whatever"])
def test_a_drug_that_may_be_taken_is_shown_with_the_doubt(tmp_path: Path, status: str | None) -> None:
    draft = told(tmp_path, patient(), request(status=status)).draft("PrescriptionAdded")
    assert draft.alerts[0][0] == "status"


def test_a_request_dated_outside_a_life_is_kept_and_marked(tmp_path: Path) -> None:
    dead = patient(deceasedDateTime="2019-05-14")
    found = told(
        tmp_path, dead, request("late", drug="a"), request("early", drug="b", authoredOn="1950-01-01")
    )
    texts = [draft.alerts[0][1] for draft in found.drafts if draft.alerts]
    assert texts == [
        "Dated 1950-01-01, before the birth date 1961-03-12",
        "Dated 2024-03-05, after the date of death 2019-05-14",
    ]


# --- Where the drug, the prescriber and the reason stand ----------------------------------------------


def test_a_contained_medication_names_the_drug_by_its_ingredients(tmp_path: Path) -> None:
    ingredients = [{"itemCodeableConcept": {"text": name}} for name in ("Sulfamethoxazole", "Trimethoprim")]
    contained = {"resourceType": "Medication", "id": "med", "ingredient": ingredients}
    said = request(contained=[contained], medicationReference={"reference": "#med"})
    del said["medicationCodeableConcept"]
    event = told(tmp_path, patient(), said).only("PrescriptionAdded")
    assert event.medication == "Sulfamethoxazole + Trimethoprim"
    assert "contained[0].ingredient[1].itemCodeableConcept.text: Trimethoprim" in event.source_text


def test_a_medication_in_the_bundle_is_found_by_its_address(tmp_path: Path) -> None:
    said = request(medicationReference={"reference": "urn:uuid:77"})
    del said["medicationCodeableConcept"]
    medication = {
        "resourceType": "Medication",
        "code": {"coding": [{"system": RXNORM, "code": "1", "display": "gel"}]},
    }
    content = bundle(patient(), said, medication)
    content["entry"][2]["fullUrl"] = "urn:uuid:77"
    write(tmp_path / "f.json", content)
    event = told_of(tmp_path).only("PrescriptionAdded")
    assert (event.medication, event.code, event.code_system) == ("gel", "1", RXNORM)
    assert "medicationReference.resolved.code.coding[0].display: gel" in event.source_text


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ({"reference": "Medication/gone", "display": "Amoxil"}, "Amoxil"),
        ({"reference": "Medication/gone"}, "Medication/gone"),
        ({"identifier": {"value": "NDC-1"}}, "NDC-1"),
        ({}, "not stated by source"),
    ],
)
def test_a_medication_that_is_nowhere_keeps_the_words_of_the_reference(
    tmp_path: Path, reference: dict[str, Any], name: str
) -> None:
    said = request(medicationReference=reference)
    del said["medicationCodeableConcept"]
    assert told(tmp_path, patient(), said).only("PrescriptionAdded").medication == name


def test_a_prescriber_is_found_by_identifier_in_another_file_of_the_folder(tmp_path: Path) -> None:
    practitioner = {
        "resourceType": "Practitioner",
        "identifier": [{"system": "urn:npi", "value": "170"}],
        "name": [{"prefix": ["Dr."], "given": ["Maryjo"], "family": "Osinski"}],
    }
    write(tmp_path / "z.json", bundle(practitioner))
    said = request(requester={"reference": "Practitioner?identifier=urn:npi|170"})
    event = told(tmp_path, patient(), said).only("PrescriptionAdded")
    assert event.prescriber == "Dr. Maryjo Osinski"
    assert "requester.resolved.identifier[0]: urn:npi|170" in event.source_text


def test_a_reason_may_stand_in_a_condition(tmp_path: Path) -> None:
    condition = {"resourceType": "Condition", "id": "c1", "code": {"text": "Essential hypertension"}}
    said = request(reasonReference=[{"reference": "Condition/c1"}], reasonCode=[{"text": "High pressure"}])
    event = told(tmp_path, patient(), said, condition).only("PrescriptionAdded")
    assert event.indication == "High pressure; Essential hypertension"


def test_the_shape_of_stu3_is_understood(tmp_path: Path) -> None:
    said = request(
        requester={"agent": {"display": "Dr Old"}},
        dosageInstruction=[{"doseQuantity": {"value": 1, "unit": "g"}}],
    )
    event = told(tmp_path, patient(), said).only("PrescriptionAdded")
    assert (event.prescriber, event.dose, event.unit) == ("Dr Old", "1", "g")


def test_nothing_of_any_shape_makes_it_raise(tmp_path: Path) -> None:
    shapes: list[Any] = ["text", 7, True, [], {}, ["x"], [[{}]], {"coding": "x"}, [{"timing": 1}]]
    for rubbish in shapes:
        said = request() | dict.fromkeys(
            ("medicationCodeableConcept", "dosageInstruction", "requester", "reasonCode", "reasonReference",
             "dispenseRequest", "status", "intent", "authoredOn", "statusReason", "contained", "meta"),
            rubbish,
        )  # fmt: skip
        assert told(tmp_path, patient(), said).kinds()[0] == "PatientRegistered"
