"""Pages about two records of one person: finding the other, both side by side, merging and separating."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from projections.models import Patient, PatientState
from records.events import ChartViewed, PatientsSearched
from tests import factories as make
from tests.cast import Member
from tests.projections.pages import head, seen_since, text_of
from tests.projections.record import Record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def one() -> Record:
    record = Record()
    record.add(
        make.PatientRegisteredFactory(
            family="Lindqvist", given="Helena", mrn="4471 0293", birth_date="1961-11-24", sex="female"
        ),
        make.PrescriptionAddedFactory(medication="lisinopril"),
    )
    return record


@pytest.fixture
def other() -> Record:
    record = Record()
    record.add(
        make.PatientRegisteredFactory(
            family="Lindquist", given="Helena", mrn="4471 0239", birth_date="1961-11-24", sex="female"
        ),
        make.PrescriptionAddedFactory(medication="furosemide", dose="40"),
        make.AllergyRecordedFactory(substance="amoxicillin", severity="severe", reactions="hives"),
    )
    return record


@pytest.fixture
def admin(records_administrator: Member) -> Client:
    return records_administrator.client()


def address(name: str, one: Record, other: Record) -> str:
    return reverse(name, args=[one.patient_id, other.patient_id])


def typed(one: Record, other: Record, **more: str) -> dict[str, Any]:
    return {
        "command_id": str(uuid4()),
        "seen_version": one.version,
        "other_version": other.version,
        "reason": "Passport seen.",
        **more,
    }


def merged(admin: Client, one: Record, other: Record) -> None:
    response = admin.post(address("merge-patients", one, other), typed(one, other, confirm="yes"))
    assert response.status_code == 303, text_of(response)
    one.version += 1
    other.version += 1


def test_two_records_stand_side_by_side_with_what_differs(admin: Client, one: Record, other: Record) -> None:
    before = head()
    said = text_of(admin.get(address("compare-records", one, other)))
    assert "Name differs LINDQVIST, Helena LINDQUIST, Helena" in said
    assert "Born 24-Nov-1961 24-Nov-1961" in said
    assert "Allergies differs not recorded amoxicillin, severe, hives" in said
    viewed = [event.patient_id for event in seen_since(before) if isinstance(event, ChartViewed)]
    assert viewed == [str(one.patient_id), str(other.patient_id)]


def test_a_record_beside_itself_or_nobody_is_not_there(admin: Client, one: Record) -> None:
    for other_id in (one.patient_id, uuid4()):
        address = reverse("compare-records", args=[one.patient_id, other_id])
        assert admin.get(address).status_code == 404


def test_the_other_record_is_offered_and_searched(admin: Client, one: Record, other: Record) -> None:
    before = head()
    page = reverse("other-records", args=[one.patient_id])
    assert "the family names differ by one letter" in text_of(admin.get(page))
    assert "LINDQUIST, Helena" in text_of(admin.post(page, {"words": "lindquist"}))
    searched = [event for event in seen_since(before) if isinstance(event, PatientsSearched)]
    assert searched[-1].words == "lindquist"
    assert str(other.patient_id) in searched[-1].patient_ids


def test_a_merge_is_read_back_and_recorded(admin: Client, one: Record, other: Record) -> None:
    page = address("merge-patients", one, other)
    assert admin.get(page).status_code == 200
    read_back = text_of(admin.post(page, typed(one, other)))
    assert "Current medications that come with it: furosemide." in read_back
    assert "Allergies that come with it: amoxicillin." in read_back
    merged(admin, one, other)
    chart = text_of(admin.get(reverse("chart", args=[one.patient_id])))
    assert "furosemide" in chart
    assert "amoxicillin" in chart
    assert "Holds the record of LINDQUIST, Helena, MRN 4471 0239, too." in chart


def test_the_merged_record_says_where_to_go_and_takes_nothing(
    admin: Client, one: Record, other: Record, clinician: Member
) -> None:
    merged(admin, one, other)
    assert "Merged into LINDQVIST, Helena, MRN 4471 0293." in text_of(
        admin.get(reverse("chart", args=[other.patient_id]))
    )
    refused = clinician.client().post(
        reverse("add-note", args=[other.patient_id]),
        {"command_id": str(uuid4()), "seen_version": other.version, "category": "clinical", "text": "Hello"},
    )
    assert refused.status_code == 422
    assert "merged into LINDQVIST, Helena, MRN 4471 0293" in text_of(refused)


def test_an_allergy_of_the_merged_record_interrupts_a_prescription_on_the_survivor(
    admin: Client, one: Record, other: Record, clinician: Member
) -> None:
    merged(admin, one, other)
    asked = {
        "command_id": str(uuid4()), "seen_version": one.version, "medication": "amoxicillin", "dose": "500",
        "unit": "mg", "route": "oral", "frequency": "three times daily", "indication": "cellulitis",
        "start": "24-Nov-2026",
    }  # fmt: skip
    response = clinician.client().post(reverse("add-prescription", args=[one.patient_id]), asked)
    assert response.status_code == 422
    assert "Allergy to amoxicillin" in text_of(response)


def test_a_merge_of_a_record_that_changed_meanwhile_is_compared_again(
    admin: Client, one: Record, other: Record
) -> None:
    stale = typed(one, other, confirm="yes")
    other.add(make.NoteAddedFactory())
    response = admin.post(address("merge-patients", one, other), stale)
    assert response.status_code == 422
    assert "Someone changed the other record while you compared them." in text_of(response)
    assert f'name="other_version" value="{other.version}"' in response.content.decode()
    assert Patient.objects.get(patient_id=one.patient_id).merged == []


def test_a_separation_gives_both_back(admin: Client, one: Record, other: Record) -> None:
    merged(admin, one, other)
    page = address("unmerge-patients", one, other)
    assert "How you know that they are two people" in text_of(admin.get(page))
    read_back = text_of(admin.post(page, typed(one, other)))
    assert "What came from that record leaves this one." in read_back
    response = admin.post(page, typed(one, other, confirm="yes"))
    assert response.status_code == 303
    assert "This record is closed" not in text_of(admin.get(reverse("chart", args=[other.patient_id])))


def test_a_clinician_compares_and_does_not_merge(clinician: Member, one: Record, other: Record) -> None:
    client = clinician.client()
    assert "tell a records administrator" in text_of(client.get(address("compare-records", one, other)))
    assert client.get(address("merge-patients", one, other)).status_code == 403


@pytest.mark.parametrize("name", ["chart", "medications", "allergies", "timeline", "replay", "moment"])
def test_every_page_of_both_records_shows_after_a_merge_and_a_separation(
    name: str, admin: Client, one: Record, other: Record
) -> None:
    merged(admin, one, other)
    pages = [reverse(name, args=[record.patient_id]) for record in (one, other)]
    assert [admin.get(page).status_code for page in pages] == [200, 200]
    response = admin.post(address("unmerge-patients", one, other), typed(one, other, confirm="yes"))
    assert response.status_code == 303
    assert [admin.get(page).status_code for page in pages] == [200, 200]


def test_why_is_answered_for_what_was_carried_over(admin: Client, one: Record, other: Record) -> None:
    merged(admin, one, other)
    row = PatientState.objects.get(patient_id=one.patient_id, medication="furosemide")
    allergy = Patient.objects.get(patient_id=one.patient_id).allergies[0]["allergy_id"]
    for subject, value in (
        (row.prescription_id, "dose"),
        (row.prescription_id, "status"),
        (allergy, "severity"),
    ):
        response = admin.get(reverse("why", args=[one.patient_id, subject, value]))
        assert response.status_code == 200, (subject, value)
