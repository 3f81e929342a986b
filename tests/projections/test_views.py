"""Pages of the read side: who may see them, what they leave in the access ledger, what they say."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eventstore import store
from eventstore.ledgers import ACCESS_EVENTS
from eventstore.models import ParkedAggregate
from projections.models import Patient
from records import access, commands
from records.events import AccessRefused, ChartViewed, PatientsSearched, ReportViewed
from tests import factories
from tests.cast import Member
from tests.projections.record import Record
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)

OF_ONE_PATIENT = ("chart", "medications", "allergies", "timeline", "replay")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def chart(clinician: Member) -> Chart:
    return open_chart(clinician.author)


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


def page(client: Client, name: str, chart: Chart, query: str = "", **options: Any) -> Any:
    return client.get(reverse(name, args=[chart.patient_id]) + query, **options)


def text_of(response: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(words)).replace("\N{NO-BREAK SPACE}", " ")


def seen_since(position: int) -> list[object]:
    return [event.data for event in store.read_all(after=position, ledger=ACCESS_EVENTS)]


def head() -> int:
    return store.head(ACCESS_EVENTS).position


# --- Access ------------------------------------------------------------------------------------------


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


# --- Patients ----------------------------------------------------------------------------------------


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


# --- Chart -------------------------------------------------------------------------------------------


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
    shown = page(client, "chart", chart).content
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', shown.decode()))
    assert {"/static/css/tokens.css", "/static/icons.svg", "/static/django_htmx/htmx-2.min.js"} <= files
    sent = [client.get(file, headers={"Accept-Encoding": "gzip"}) for file in files]
    weight = len(shown) + sum(len(b"".join(answer)) for answer in sent)
    for answer in sent:
        answer.close()
    assert weight <= 100_000


# --- Medications and allergies -----------------------------------------------------------------------


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


# --- Timeline ----------------------------------------------------------------------------------------


def test_a_correction_and_what_it_corrects_are_linked_both_ways(client: Client, chart: Chart) -> None:
    correction = chart.record(
        commands.MarkEntryInError(patient_id="", target_event_id=chart.note_id, reason="another patient's")
    )
    shown = page(client, "timeline", chart).content.decode()
    assert f"?at={chart.note_id}#entry-{chart.note_id}" in shown
    assert f"?at={correction}#entry-{correction}" in shown
    assert "Entered in error" in shown
    assert "Sleeps well." in shown
    assert "entry--in-error" in shown


def test_the_timeline_can_start_at_any_entry(client: Client, chart: Chart) -> None:
    third = chart.entries[2]
    shown = page(client, "timeline", chart, f"?at={third.event_id}").content.decode()
    assert shown.count('<li class="entry') == 3
    assert shown.index(f'id="entry-{third.event_id}"') < shown.index(
        f'id="entry-{chart.entries[0].event_id}"'
    )
    assert "From the newest entry" in shown


def test_a_filter_says_what_it_left_out(client: Client, chart: Chart) -> None:
    said = text_of(page(client, "timeline", chart, "?kind=note&since=2020"))
    assert f"1 of {chart.version} entries" in said
    assert "Notes; since 2020" in said
    assert "End of what this filter shows." in said


def test_a_filter_that_nothing_fits_says_so(client: Client, chart: Chart) -> None:
    said = text_of(page(client, "timeline", chart, "?until=1999"))
    assert f"No entry fits this filter. {chart.version} entries are outside it." in said


def test_a_date_that_is_none_is_said_at_its_field_and_leaves_nothing_out(
    client: Client, chart: Chart
) -> None:
    response = page(client, "timeline", chart, "?since=soon")
    assert "Write a date such as 24-Nov-2026" in text_of(response)
    assert response.content.count(b'<li class="entry') == chart.version


@pytest.mark.parametrize("query", ["?before=x", "?at=x", "?kind=x", "?about=x", "?before=99999999999999"])
def test_an_address_that_nobody_made_shows_the_newest_entries(
    client: Client, chart: Chart, query: str
) -> None:
    response = page(client, "timeline", chart, query)
    assert response.status_code == 200
    assert response.content.count(b'<li class="entry') == chart.version


def test_htmx_gets_entries_or_the_older_ones_but_history_gets_the_page(client: Client, chart: Chart) -> None:
    entries = page(client, "timeline", chart, headers=HTMX).content
    older = page(client, "timeline", chart, "?before=3", headers=HTMX).content
    whole = page(client, "timeline", chart, headers={**HTMX, "HX-History-Restore-Request": "true"}).content
    assert entries.lstrip().startswith(b'<section id="entries"')
    assert older.count(b'<li class="entry') == 2
    assert b"<section" not in older
    assert whole.startswith(b"<!doctype html>")


def test_a_fragment_is_recorded_as_access_too(client: Client, chart: Chart) -> None:
    before = head()
    page(client, "timeline", chart, "?before=3", headers=HTMX)
    assert len(seen_since(before)) == 1


def test_an_entry_of_an_unknown_kind_is_shown_as_it_is(client: Client) -> None:
    record = Record()
    record.add(factories.PatientRegisteredFactory())
    record.add_unknown()
    said = text_of(client.get(reverse("timeline", args=[record.patient_id])))
    assert "Entry of an unknown kind: PatientsMerged" in said
    assert '"into": "somebody"' in said


# --- Replay and raw entry ----------------------------------------------------------------------------


def test_a_step_shows_before_event_and_after_with_the_changed_line_marked(
    client: Client, chart: Chart
) -> None:
    chart.record(
        commands.AdjustDosage(
            patient_id="",
            prescription_id=chart.prescription_id,
            dose="20",
            unit="mg",
            route="oral",
            frequency="once daily",
            reason="still high",
        )
    )
    response = page(client, "replay", chart)
    shown = response.content.decode()
    assert "1 line changed" in text_of(response)
    assert re.search(r"state__line--before.*?10 mg", shown, re.DOTALL)
    assert re.search(r"state__line--after.*?20 mg", shown, re.DOTALL)
    assert "still high" in shown
    assert f"?step={chart.version - 1}" in shown


def test_the_first_step_has_nothing_before_it(client: Client, chart: Chart) -> None:
    said = text_of(page(client, "replay", chart, "?step=1"))
    assert "Nothing was recorded before." in said
    assert f"Step 1 of {chart.version}" in said


@pytest.mark.parametrize("step", ["0", "x", "-1", "99999", "9" * 30])
def test_a_step_that_is_none_is_the_newest_one_or_the_page_says_so(
    client: Client, chart: Chart, step: str
) -> None:
    response = page(client, "replay", chart, f"?step={step}")
    assert response.status_code == 200


def test_a_raw_entry_shows_every_column_sealed_and_opened(client: Client, chart: Chart) -> None:
    before = head()
    response = client.get(reverse("event", args=[chart.note_id]))
    said = text_of(response)
    recorded = store.read_event(UUID(chart.note_id))
    assert recorded is not None
    assert "NoteAdded" in said
    assert "Sleeps well." in said
    assert recorded.raw_data["text"]["sealed"] in said
    assert recorded.hash.hex(" ", -4) in said
    assert said.count("✓") == 0
    assert said.count(" fits") == 3 - (store.head().position == recorded.position)
    assert seen_since(before) == [
        ChartViewed(patient_id=chart.patient_id, page="event", version=recorded.version)
    ]


def test_entries_about_people_who_work_here_are_for_compliance_officers(
    client: Client, clinician: Member, compliance_officer: Member
) -> None:
    joined = next(store.read_stream(f"clinician-{clinician.user.pk}"))
    address = reverse("event", args=[joined.event_id])
    assert client.get(address).status_code == 403
    before = head()
    assert compliance_officer.client().get(address).status_code == 200
    assert seen_since(before)[-1] == ReportViewed(report="event", patient_ids=(), detail=str(joined.event_id))


def test_an_entry_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get(reverse("event", args=[uuid4()])).status_code == 404


# --- Reports -----------------------------------------------------------------------------------------


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
