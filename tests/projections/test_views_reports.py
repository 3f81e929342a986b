"""Pages over many patients: the list, the search, who takes it, the compliance report."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.events import PatientsSearched, ReportViewed
from tests import factories
from tests.cast import Member
from tests.projections.pages import HTMX, head, seen_since, text_of
from tests.projections.record import Record
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


def test_the_list_names_everyone_that_it_showed_in_the_access_ledger(client: Client, chart: Chart) -> None:
    before = head()
    response = client.get(reverse("patients"))
    assert "MOREAU, Élise" in text_of(response)
    assert seen_since(before) == [PatientsSearched(words="", patient_ids=(chart.patient_id,))]


def test_a_search_finds_by_words_in_any_order_and_is_recorded_with_them(
    client: Client, chart: Chart, clinician: Member
) -> None:
    other = open_chart(clinician.author)
    other.record(
        factories.CorrectDemographicsFactory(
            mrn=f"M-{uuid4().hex[:8]}", family="Okafor", given="Chidi", reason="as on the passport"
        )
    )
    before = head()
    response = client.post(reverse("patients"), {"words": "chidi oka"})
    assert "OKAFOR, Chidi" in text_of(response)
    assert "MOREAU" not in text_of(response)
    assert seen_since(before) == [PatientsSearched(words="chidi oka", patient_ids=(other.patient_id,))]


def test_a_search_that_finds_nobody_says_what_to_try(client: Client, chart: Chart) -> None:
    before = head()
    response = client.post(reverse("patients"), {"words": "zzz"})
    assert "Nobody is found for “zzz”" in text_of(response)
    assert seen_since(before) == [PatientsSearched(words="zzz", patient_ids=())]


def test_the_list_goes_on_by_a_cursor_that_names_nobody(client: Client, clinician: Member) -> None:
    for number in range(51):
        record = Record()
        record.add(factories.PatientRegisteredFactory(family=f"Family{number:02}"))
    first = client.get(reverse("patients"))
    assert "1 to 50 of 51" in text_of(first)
    (next_page,) = re.findall(r'href="(/patients/\?after=[^"]*)"', first.content.decode())
    assert "amily" not in next_page
    second = client.get(next_page)
    assert "51 to 51 of 51" in text_of(second)
    assert "FAMILY50" in text_of(second)


def test_htmx_gets_the_found_part_alone(client: Client, chart: Chart) -> None:
    response = client.post(reverse("patients"), {"words": "moreau"}, headers=HTMX)
    assert response.content.lstrip().startswith(b'<section class="section" id="found"')
    assert "HX-Request" in response.headers["Vary"]
    assert "no-store" in response.headers["Cache-Control"]


def test_who_takes_it_names_everyone_and_records_whom_it_showed(client: Client, chart: Chart) -> None:
    before = head()
    response = client.get(reverse("who-takes-it"), {"medication": "lisinopril", "dosage": "10 mg"})
    assert "MOREAU, Élise" in text_of(response)
    assert seen_since(before) == [
        ReportViewed(report="who-takes-it", patient_ids=(chart.patient_id,), detail="lisinopril 10 mg")
    ]


def test_who_takes_it_says_that_nobody_does(client: Client, chart: Chart) -> None:
    said = text_of(client.get(reverse("who-takes-it"), {"medication": "lisinopril", "dosage": "11 mg"}))
    assert "Nobody has a current prescription of lisinopril, 11 mg." in said


def test_the_report_filters_by_person_patient_kind_and_period(
    compliance_officer: Member, chart: Chart, clinician: Member
) -> None:
    today = timezone.localdate()
    asked = {
        "person": str(clinician.user.pk),
        "patient": chart.patient_id,
        "kind": "allergy",
        "since": today.isoformat(),
        "until": today.isoformat(),
    }
    before = head()
    response = compliance_officer.client().get(reverse("compliance-report"), asked)
    said = text_of(response)
    assert "1 entry" in said
    assert "Allergy recorded" in said
    assert "of MOREAU, Élise" in said
    assert "by Dr. Alma Jones; allergy; since" in said
    recorded = seen_since(before)[-1]
    assert isinstance(recorded, ReportViewed)
    assert recorded.patient_ids == (chart.patient_id,)
    assert "by Dr. Alma Jones; allergy; since" in str(recorded.detail)


def test_the_report_of_a_patient_that_nobody_knows_is_empty_and_says_so(
    compliance_officer: Member, chart: Chart
) -> None:
    said = text_of(compliance_officer.client().get(reverse("compliance-report"), {"patient": "0000 0000"}))
    assert "no patient has this id or number" in said
    assert "No entry fits these filters." in said


def test_the_report_pages_to_its_end_and_keeps_its_filter(compliance_officer: Member, chart: Chart) -> None:
    for number in range(60):
        chart.record(factories.AddNoteFactory(text=f"Visit {number}"))
    client = compliance_officer.client()
    first = client.get(reverse("compliance-report"), {"kind": "note"}).content.decode()
    (older,) = re.findall(r'href="(\?[^"]*)" rel="next"', first)
    assert "kind=note" in older
    said = text_of(client.get(reverse("compliance-report") + unescape(older)))
    assert "51 to 61 of 61" in said
    assert "End of what these filters show." in said
