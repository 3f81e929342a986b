"""Why a value is there: which entry set it, who made it, why, and what they had before them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.cast import Member
from tests.projections.pages import text_of
from tests.projections.record import Record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def record() -> Record:
    record = Record()
    record.add(make.PatientRegisteredFactory(family="Lindqvist", given="Helena", mrn=None))
    return record


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


def why(client: Client, record: Record, subject: object, value: str, query: str = "", **options: Any) -> Any:
    return client.get(reverse("why", args=[record.patient_id, subject, value]) + query, **options)


def prescribed(record: Record, **values: Any) -> str:
    order = make.PrescriptionAddedFactory(
        **{"medication": "bisoprolol", "dose": "2.5", "unit": "mg", "frequency": "once daily", **values}
    )
    record.add(order, user_name="Dr Osei", seen_version=record.version)
    return str(order.prescription_id)


def adjusted(prescription_id: str, dose: str, **values: Any) -> Any:
    return make.DosageAdjustedFactory(
        **{
            "prescription_id": prescription_id,
            "dose": dose,
            "unit": "mg",
            "route": "oral",
            "frequency": "once daily",
            "reason": "Resting rate 92 per minute.",
            **values,
        }
    )


def test_a_dose_that_was_adjusted_says_who_when_why_and_what_it_was_before(
    client: Client, record: Record
) -> None:
    bisoprolol = prescribed(record)
    record.add(adjusted(bisoprolol, "5"), user_license="NY 214 882", seen_version=2)
    response = why(client, record, bisoprolol, "dose")
    said = text_of(response)
    assert "Why 5 mg?" in said
    assert "Dr Jones adjusted the dose on" in said


def test_the_screen_behind_an_entry_is_rebuilt_as_it_was(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    (event_id,) = record.add(adjusted(bisoprolol, "5"), seen_version=2)
    record.add(adjusted(bisoprolol, "10"), seen_version=3)
    response = client.get(reverse("seen", args=[event_id]))
    said = text_of(response)
    assert response.status_code == 200
    assert "Their screen: chart version 2" in said
    assert "2.5 mg" in said
    assert "10 mg" not in said
