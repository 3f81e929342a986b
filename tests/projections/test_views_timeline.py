"""The timeline: links both ways, filters that say what they left out, parts for htmx."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from records import commands
from tests import factories
from tests.cast import Member
from tests.projections.pages import HTMX, head, page, seen_since, text_of
from tests.projections.record import Record
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chart(clinician: Member) -> Chart:
    return open_chart(clinician.author)


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
