"""The timeline: links both ways, filters that say what they left out, parts for htmx."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from records import commands
from tests import factories
from tests.cast import Member
from tests.projections.pages import HTMX, head, page, seen_since, text_of
from tests.projections.record import Record, day
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


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
    assert entries.lstrip().startswith(b'<div class="columns columns--timeline" id="timeline">')
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
    assert "Entry of an unknown kind: CareHandedOver" in said
    assert '"into": "somebody"' in said


def test_a_drug_can_be_chosen_and_the_notice_names_it(client: Client, chart: Chart) -> None:
    response = page(client, "timeline", chart, f"?drug={chart.held_id}&kind=medication&order=recorded")
    said = text_of(response)
    assert f"2 of {chart.version} entries" in said
    assert "Medications; furosemide" in said
    assert "newest first, by when they were recorded" in said
    assert f'<option value="{chart.held_id}" selected>furosemide</option>' in response.content.decode()
    assert "furosemide" not in response.request["QUERY_STRING"]


def test_a_drug_that_the_patient_never_had_fits_no_entry(client: Client, chart: Chart) -> None:
    said = text_of(page(client, "timeline", chart, f"?drug={uuid4()}"))
    assert "a drug that is not in this record" in said
    assert "No entry fits this filter." in said


def test_one_prescription_is_asked_for_in_words_and_can_be_let_go(client: Client, chart: Chart) -> None:
    response = page(client, "timeline", chart, f"?about={chart.held_id}")
    assert "Only one prescription of furosemide" in text_of(response)
    assert f'name="about" value="{chart.held_id}" checked' in response.content.decode()


def test_with_no_kind_ticked_all_are_shown_and_all_are_ticked_again(client: Client, chart: Chart) -> None:
    """What htmx swaps in holds the filter itself, so that it never says other than what is shown."""
    part = page(client, "timeline", chart, "?person=&since=&until=&order=true", headers=HTMX).content.decode()
    assert part.count('<li class="entry') == chart.version
    assert part.count('name="kind"') == part.count('" checked') - 1 == 5


def test_what_was_recorded_late_says_both_clocks_in_either_order(client: Client) -> None:
    record = Record()
    record.add(factories.PatientRegisteredFactory(), at=day(10))
    address = reverse("timeline", args=[record.patient_id])
    assert "recorded " in text_of(client.get(address))
    assert "true 11-Mar-2024 " in text_of(client.get(address + "?order=recorded"))


def test_from_where_it_was_recorded_is_for_whoever_answers_for_the_record(
    client: Client, compliance_officer: Member, chart: Chart
) -> None:
    record = Record()
    record.add(factories.PatientRegisteredFactory())
    address = reverse("timeline", args=[record.patient_id])
    assert "from 10.1.2.3" in text_of(compliance_officer.client().get(address))
    assert "10.1.2.3" not in text_of(client.get(address))


def test_an_entry_that_relied_on_a_wrong_one_says_so_itself(client: Client) -> None:
    record = Record()
    order: Any = factories.PrescriptionAddedFactory(medication="digoxin")
    record.add(factories.PatientRegisteredFactory(), order)
    (wrong,) = record.add(factories.DosageAdjustedFactory(prescription_id=order.prescription_id, dose="250"))
    (relied,) = record.add(factories.PrescriptionHeldFactory(prescription_id=order.prescription_id))
    record.mark(wrong)
    shown = client.get(reverse("timeline", args=[record.patient_id])).content.decode()
    assert shown.count("1 later entry relied on it") == 2
    assert shown.count("Relied on an entry that was entered in error:") == 1
    assert shown.count(f"?at={relied}#entry-{relied}") == 2
