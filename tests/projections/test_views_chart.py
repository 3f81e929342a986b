"""The chart, the medications, the allergies and the banner: what they say, and that nothing is left empty."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eventstore.models import ParkedAggregate
from projections.models import Patient
from tests import factories
from tests.cast import Member
from tests.projections.pages import page, text_of
from tests.projections.test_chart_sizes import seeded
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


def test_the_chart_shows_what_is_taken_what_is_held_and_why(client: Client, chart: Chart) -> None:
    said = text_of(page(client, "chart", chart))
    assert "2 of 2, 1 held" in said
    assert "lisinopril" in said
    assert "10 mg" in said
    assert "held:" in said
    assert "Allergies: 1 known" in said


def test_the_chart_says_in_words_that_there_is_nothing(client: Client, clinician: Member) -> None:
    empty = Chart(clinician.author, str(uuid4()))
    empty.record(factories.RegisterPatientFactory())
    said = text_of(page(client, "chart", empty))
    assert "No current medications are recorded." in said
    assert "Allergies not recorded : nobody has asked yet" in said
    assert "Nothing was stopped in the last 30 days" in said
    assert not re.search(r"<td[^>]*>\s*</td>", page(client, "chart", empty).content.decode())


def test_only_who_may_prescribe_is_offered_to(chart: Chart, client: Client, outsider: Member) -> None:
    offered = reverse("add-prescription", args=[chart.patient_id])
    assert offered in page(client, "chart", chart).content.decode()
    assert offered not in page(outsider.client(), "chart", chart).content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "Allergies not recorded"),
        ("none", "No known allergies"),
        ("known", "Allergies: 1 known"),
        ("parked", "Allergies unavailable"),
    ],
)
def test_the_banner_has_four_sentences_for_allergies(
    client: Client, clinician: Member, given: str | None, sentence: str
) -> None:
    chart = Chart(clinician.author, str(uuid4()))
    chart.record(factories.RegisterPatientFactory())
    if given == "none":
        chart.record(factories.AssertNoKnownAllergiesFactory())
    if given in {"known", "parked"}:
        chart.record(factories.RecordAllergyFactory(substance="latex"))
    if given == "parked":
        park(chart, "patients")
    banner = text_of(page(client, "allergies", chart)).split("Chart version")[0]
    assert sentence in banner


def park(chart: Chart, projector: str) -> None:
    newest = chart.entries[-1]
    ParkedAggregate.objects.create(
        projector=projector,
        aggregate_id=chart.stream,
        position=newest.position,
        event_id=newest.event_id,
        version=newest.version,
        error="planted",
        parked_at=timezone.now(),
    )


def test_an_incomplete_chart_says_since_when_and_which_entry(client: Client, chart: Chart) -> None:
    park(chart, "timeline")
    said = text_of(page(client, "chart", chart))
    assert "This chart is incomplete since" in said
    assert f"Entry {chart.version} could not be shown" in said


def test_a_patient_whom_no_read_model_could_take_is_shown_as_such(client: Client, chart: Chart) -> None:
    park(chart, "patients")
    Patient.objects.all().delete()
    said = text_of(page(client, "chart", chart))
    assert "Allergies unavailable" in said
    assert "Do not prescribe from this page" in said


def test_a_dead_patient_is_said_to_be_dead_and_how_old_they_were(client: Client, chart: Chart) -> None:
    chart.record(
        factories.CorrectDemographicsFactory(
            mrn=f"M-{uuid4().hex[:8]}",
            birth_date="1935-12-21",
            deceased=True,
            deceased_date="2019-04-08",
            reason="certificate",
        )
    )
    response = page(client, "chart", chart)
    assert "Died 08-Apr-2019 (83 y)" in text_of(response)
    assert "banner--deceased" in response.content.decode()


def test_a_first_visit_to_the_chart_weighs_less_than_100_kb(client: Client, chart: Chart) -> None:
    """The page and every file that it names, as they are sent."""
    shown = page(client, "chart", chart).content.decode()
    files = {"/static/favicon.svg", *re.findall(r'(?:href|src)="(/(?:static|styles)/[^"#]+)', shown)}
    assert {"/static/icons.svg", "/static/django_htmx/htmx-2.min.js", "/static/js/courses.js"} <= files
    assert any(file.startswith("/styles/") for file in files)
    address = reverse("chart", args=[chart.patient_id])
    sent = [client.get(each, headers={"Accept-Encoding": "gzip"}) for each in (address, *files)]
    weight = sum(len(answer.getvalue()) for answer in sent)
    for answer in sent:
        answer.close()
    assert weight <= 100_000


def test_past_medications_say_how_they_ended_and_why(client: Client, chart: Chart) -> None:
    chart.record(
        factories.DiscontinuePrescriptionFactory(prescription_id=chart.prescription_id, reason="dry cough")
    )
    chart.record(
        factories.ChangePrescriptionFactory(
            prescription_id=chart.held_id, medication="torasemide", reason="oedema"
        )
    )
    said = text_of(page(client, "medications", chart, "?show=past"))
    assert "2 of 2" in said
    assert "Discontinued" in said
    assert "dry cough" in said
    assert "Changed to torasemide" in said


def test_past_allergies_are_kept_with_who_and_why(client: Client, chart: Chart) -> None:
    chart.record(factories.RefuteAllergyFactory(allergy_id=chart.allergy_id, reason="tolerates gloves"))
    said = text_of(page(client, "allergies", chart))
    assert "Refuted" in said
    assert "tolerates gloves" in said
    assert "1 refuted, resolved or entered in error" in said


def test_what_a_source_left_out_is_said_and_not_made_bold(client: Client, clinician: Member) -> None:
    story = [
        (factories.PatientRegisteredFactory(), timezone.now()),
        (
            factories.PrescriptionAddedFactory(medication="metformin", dose="1", unit=None, reported=True),
            timezone.now(),
        ),
    ]
    chart = seeded(clinician.author, story)
    shown = page(client, "chart", chart).content.decode()
    assert '<span class="dose">1</span> <span class="second">(unit not stated by source)</span>' in shown
    since = re.search(r'<td class="at-since"[^>]*>.*?</td>', shown, re.DOTALL)
    assert since is not None
    assert "not stated by source" in since[0]


def test_the_drawing_alone_is_sent_to_who_asks_for_another_window(client: Client, chart: Chart) -> None:
    asked = {"HX-Request": "true", "HX-Target": "courses"}
    part = page(client, "chart", chart, "?window=5-years", headers=asked).content.decode()
    assert part.strip().startswith("<section")
    assert 'window=5-years#courses" hx-get' in part
    whole = page(client, "chart", chart, "?window=nonsense")
    assert whole.status_code == 200
    assert "Courses over time" in text_of(whole)
