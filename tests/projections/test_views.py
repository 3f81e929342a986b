"""Pages of the read side: who may see them, and what each look leaves in the access ledger."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from records import access
from records.events import AccessRefused, ChartViewed
from tests.cast import Member
from tests.projections.pages import head, page, seen_since, text_of
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)

OF_ONE_PATIENT = ("chart", "medications", "allergies", "timeline", "moment", "replay")


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


@pytest.mark.parametrize("name", OF_ONE_PATIENT)
def test_a_look_at_a_patient_is_recorded_before_it_is_shown(client: Client, chart: Chart, name: str) -> None:
    before = head()
    assert page(client, name, chart).status_code == 200
    assert seen_since(before) == [ChartViewed(patient_id=chart.patient_id, page=name, version=chart.version)]


@pytest.mark.parametrize("name", OF_ONE_PATIENT)
def test_no_page_of_a_patient_is_shown_when_the_look_cannot_be_recorded(
    client: Client, chart: Chart, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise access.AccessNotRecorded("ChartViewed")

    monkeypatch.setattr(access, "record_access", fails)
    response = page(client, name, chart)
    assert response.status_code == 503
    assert b"Moreau" not in response.content
    assert b"MOREAU" not in response.content


@pytest.mark.parametrize("name", OF_ONE_PATIENT)
def test_whoever_may_not_see_records_is_refused_and_the_refusal_is_recorded(
    account_administrator: Member, chart: Chart, name: str
) -> None:
    before = head()
    response = page(account_administrator.client(), name, chart)
    assert response.status_code == 403
    assert "MOREAU" not in text_of(response)
    (refused,) = seen_since(before)
    assert isinstance(refused, AccessRefused)
    assert (refused.page, refused.patient_id) == (name, chart.patient_id)


@pytest.mark.parametrize("name", ["patients", "who-takes-it", "compliance-report"])
def test_nobody_sees_a_list_without_signing_in(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("sign-in"))


def test_a_clinician_may_not_open_the_compliance_report(client: Client) -> None:
    assert client.get(reverse("compliance-report")).status_code == 403


def test_a_patient_who_does_not_exist_is_not_found_and_not_recorded(client: Client) -> None:
    before = head()
    assert client.get(reverse("chart", args=[uuid4()])).status_code == 404
    assert seen_since(before) == []
