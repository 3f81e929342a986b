"""One entry at a time, and one entry as it is stored."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.registry import Stored
from records import commands
from records.events import ChartViewed, ReportViewed
from tests import factories as make
from tests.cast import Member
from tests.projections.pages import head, page, seen_since, text_of
from tests.projections.record import Record
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


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


def test_changed_only_leaves_out_what_stayed_and_counts_it(client: Client, chart: Chart) -> None:
    response = page(client, "replay", chart, f"?step={chart.version - 1}&lines=changed")
    said = text_of(response)
    assert "Allergies, 1" in said
    assert "latex" in said
    assert "2 lines as before" in said
    states = response.content.decode().split('id="before-head"')[1].split('id="stored-head"')[0]
    assert "furosemide" not in states
    assert f"?step={chart.version}&amp;lines=changed" in response.content.decode()


def test_a_step_leads_to_the_screen_behind_it_the_moment_and_the_value(client: Client, chart: Chart) -> None:
    shown = page(client, "replay", chart, "?step=2").content.decode()
    event = chart.entries[1]
    assert reverse("seen", args=[event.event_id]) in shown
    assert reverse("moment", args=[chart.patient_id]) + "?known_at=" in shown
    assert reverse("why", args=[chart.patient_id, chart.prescription_id, "dose"]) + "?known_at=" in shown


def test_a_raw_entry_says_the_code_of_its_unit_apart_from_the_label(
    client: Client, clinician: Member
) -> None:
    record = Record()
    order = make.PrescriptionAddedFactory(dose="75", unit="mcg")
    record.add(make.PatientRegisteredFactory(mrn=None), order)
    (event_id,) = record.add(
        Stored(
            "PrescriptionAdded",
            1,
            {key: value for key, value in vars(order).items() if key != "prescriber_license"}
            | {"prescription_id": make.new_id()},
        )
    )
    said = text_of(client.get(reverse("event", args=[event_id])))
    assert "unit, in UCUM ug" in said
    assert '"unit": "mcg"' in said
    shown = client.get(reverse("replay", args=[record.patient_id]) + "?step=3")
    assert "PrescriptionAdded, schema version 1, read as version 2" in text_of(shown)


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
    chain = said.split("Hash chain")[1].split("Each hash above")[0]
    assert chain.count(" fits") == 3 - (store.head().position == recorded.position)
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
