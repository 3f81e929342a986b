"""The line while someone types it: what it lacks, what stands against it, and that nothing is recorded."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.ledgers import ACCESS_EVENTS
from records.command_pages import PAGES
from records.preview import RECORDED_AS
from tests import factories
from tests.cast import Member
from tests.records.charts import Chart
from tests.records.test_command_views import CASES, PRESCRIPTION, address, filled, text_of
from tests.records.test_command_views import PAGES as ALL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(clinician: Member) -> Client:
    return clinician.client()


def live(browser: Client, chart: Chart, typed: dict[str, str], **more: str) -> Any:
    numbers = {"command_id": str(uuid4()), "seen_version": str(chart.version)}
    return browser.post(reverse("preview-add-prescription", args=[chart.patient_id]), numbers | typed | more)


def state(response: Any) -> str:
    found = re.search(r'id="not-yet" data-state>(.*?)</p>', response.content.decode(), re.DOTALL)
    assert found
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


def test_every_command_about_one_record_has_a_line_while_it_is_typed() -> None:
    assert {page.form.command for page in PAGES} - RECORDED_AS.keys() == {
        page.form.command
        for page in PAGES
        if "Merge" in page.form.command.__name__ or "Unmerge" in page.form.command.__name__
    }


def test_what_is_missing_is_a_word_in_the_line_and_in_a_sentence(browser: Client, chart: Chart) -> None:
    response = live(browser, chart, {"medication": "amlodipine", "dose": "5"})
    assert response.status_code == 200
    assert state(response) == "Still missing: unit, route, frequency, indication."
    page = response.content.decode()
    assert '<span class="preview__missing">route</span>' in page
    assert '5 <span class="preview__missing">unit</span>' in page
    assert "Fill this in" not in page, "nobody is scolded for what they have not come to yet"
    assert 'name="confirm"' not in page


def test_the_route_counts_for_a_note_while_one_types_as_it_does_when_the_line_is_read_back(
    browser: Client, chart: Chart
) -> None:
    note = "works in the same way"
    assert note in live(browser, chart, {"medication": "ramipril", "route": "oral"}).content.decode()
    assert (
        note not in live(browser, chart, {"medication": "ramipril", "route": "on the skin"}).content.decode()
    )


def test_what_is_typed_is_never_taken_for_markup(browser: Client, chart: Chart) -> None:
    page = live(browser, chart, {"medication": "<b>amlodipine", "dose": "<i>"}).content.decode()
    assert "<b>amlodipine" not in page
    assert "<i>" not in page


def test_the_rules_of_a_dose_are_said_at_the_field_as_they_are_when_it_is_sent(
    browser: Client, chart: Chart
) -> None:
    response = live(browser, chart, PRESCRIPTION | {"dose": ".5"})
    found = re.search(
        r'<div class="field__wrong" id="id_dose_wrong" hx-swap-oob="true">(.*?)</div>',
        response.content.decode(),
        re.DOTALL,
    )
    assert found
    assert "Write a zero before the point: 0.5" in found[1]
    assert state(response) == "To put right: Dose."


def test_an_allergy_is_said_as_soon_as_the_drug_is_known(browser: Client, chart: Chart) -> None:
    chart.record(factories.RecordAllergyFactory(substance="penicillin", whole_class=True))
    response = live(browser, chart, {"medication": "amoxicillin"})
    assert "Choose another medication" in text_of(response)
    assert "the alert is not answered" in state(response)
    other = live(browser, chart, {"medication": "doxycycline"})
    assert "Choose another medication" not in text_of(other)
    assert state(other).startswith("Still missing")


def test_a_complete_line_can_be_confirmed_from_the_preview_and_only_as_it_was_read(
    browser: Client, chart: Chart
) -> None:
    before, looks = store.head().position, store.head(ACCESS_EVENTS).position
    typed = {"command_id": str(uuid4()), "seen_version": str(chart.version), **PRESCRIPTION}
    response = live(browser, chart, typed, confirm="yes")
    assert store.head().position == before, "a preview records nothing, whatever is sent with it"
    (seen,) = store.read_all(after=looks, ledger=ACCESS_EVENTS)
    assert (seen.event_type, seen.data.page) == ("ChartViewed", "add-prescription")
    read = re.search(r'name="read_back" value="([^"]+)"', response.content.decode())
    assert read
    place = reverse("add-prescription", args=[chart.patient_id])
    confirmed = {"read_back": read[1], "confirm": "yes"}
    changed = browser.post(place, typed | confirmed | {"dose": "50"})
    assert changed.status_code == 200
    assert store.head().position == before
    assert browser.post(place, typed | confirmed).status_code == 303


def test_a_chart_that_changes_while_one_types_is_said_at_once(
    browser: Client, chart: Chart, colleague: Member
) -> None:
    seen = str(chart.version)
    chart.record(factories.AddNoteFactory(text="Round."), author=colleague.author)
    response = live(browser, chart, PRESCRIPTION, seen_version=seen)
    assert re.match(r"Dr\. Ben Smith recorded in this chart", state(response))
    assert "Read what changed" in response.content.decode()


def test_whoever_may_not_prescribe_sees_no_line(chart: Chart, outsider: Member) -> None:
    response = live(outsider.client(), chart, PRESCRIPTION)
    assert response.status_code == 403
    assert "lisinopril" not in response.content.decode()


# --- The session of a page -----------------------------------------------------------------------------


def test_a_page_keeps_its_session_by_asking(browser: Client) -> None:
    answer = browser.post(reverse("stay-signed-in"))
    assert answer.json() == {"left": 900, "may_stay": True}
    assert browser.get(reverse("stay-signed-in")).status_code == 405


def test_a_page_that_locks_hands_over_what_was_typed_and_ends_the_session(
    browser: Client, chart: Chart
) -> None:
    place = reverse("add-note", args=[chart.patient_id])
    note = {"command_id": str(uuid4()), "seen_version": "6", "text": "Cannot sleep.", "locked_at": place}
    answer = browser.post(reverse("lock"), note).json()
    assert answer["sign_in"].startswith(f"{reverse('sign-in')}?next=")
    assert "draft%3Dopen" in answer["sign_in"]
    assert browser.get(place).status_code == 302


@pytest.mark.parametrize("place", ["", "//evil.example/", "https://evil.example/", "/nowhere/", "/\x00"])
def test_a_lock_leads_nowhere_else(browser: Client, chart: Chart, place: str) -> None:
    note = {"command_id": str(uuid4()), "text": "Cannot sleep.", "locked_at": place}
    answer = browser.post(reverse("lock"), note)
    assert answer.status_code == 200
    assert "draft%3Dopen" not in answer.json()["sign_in"]


def test_a_page_from_before_one_signed_in_again_hands_over_what_was_typed_all_the_same(
    chart: Chart, clinician: Member
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clinician.user)
    place = reverse("add-note", args=[chart.patient_id])
    note = {"command_id": str(uuid4()), "seen_version": "6", "text": "Cannot sleep.", "locked_at": place}
    answer = strict.post(reverse("lock"), note, headers={"origin": "http://testserver"})
    assert answer.json() == {"sign_in": f"{place}?draft=open"}
    assert "Cannot sleep." in text_of(strict.get(answer.json()["sign_in"]))
    elsewhere = strict.post(reverse("lock"), note, headers={"origin": "https://evil.example"})
    assert elsewhere.status_code == 403


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"command_id": "x", "seen_version": "9" * 400},
        {"occurred_on": "2026-02-30", "dose": "\x00", "start": "0000"},
    ],
    ids=["nothing", "lost numbers", "nonsense"],
)
def test_every_form_reads_back_whatever_is_typed_or_not(
    browser: Client, chart: Chart, typed: dict[str, str]
) -> None:
    for page in ALL:
        place = address(page, chart) + "preview/"
        response = browser.post(
            place, filled(page, chart) | dict.fromkeys(CASES[page.name].typed, "") | typed
        )
        assert response.status_code == 200, page.name
        assert browser.post(place, typed).status_code == 200, page.name
