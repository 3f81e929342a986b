"""German in a real browser: chosen with one click, no barrier, nothing wider than the smallest phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from records import commands
from tests.browser.conftest import Arrive
from tests.browser.looks import barriers, broken_words, too_wide
from tests.cast import PASSWORD, Member
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chart(clinician: Member) -> Chart:
    opened = open_chart(clinician.author)
    opened.record(
        commands.AdjustDosage(
            patient_id="", prescription_id=opened.prescription_id, dose="20", unit="mg", route="oral",
            frequency="twice daily", reason="Blutdruck noch hoch",
        )
    )  # fmt: skip
    return opened


def pages(chart: Chart) -> list[str]:
    """Those with the longest words."""
    patient = f"/patients/{chart.patient_id}"
    return [
        "/patients/",
        f"{patient}/",
        f"{patient}/medications/?show=past",
        f"{patient}/allergies/",
        f"{patient}/timeline/",
        f"{patient}/moment/",
        f"{patient}/replay/",
        "/who-takes-it/?medication=lisinopril",
        f"{patient}/add-prescription/",
        f"{patient}/record-allergy/",
        "/patients/register-patient/",
    ]


def test_german_is_one_click_away_and_has_no_barrier(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    visitor = arrive()
    page = visitor.page
    visitor.goto("/sign-in/")
    page.get_by_role("button", name="Deutsch").click()
    page.get_by_label("Benutzername").fill(clinician.user.username)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", name="Patienten", level=1)).to_be_visible()
    found = []
    for path in pages(chart):
        visitor.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        found += [f"{path}: {each}" for each in (*barriers(page), *too_wide(page), *broken_words(page))]
    assert found == [], "\n".join(found)


def test_without_scripts_the_language_is_chosen_too_and_the_page_is_the_same(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician, java_script_enabled=False)
    address = f"/patients/{chart.patient_id}/timeline/?order=recorded"
    visitor.goto(address)
    visitor.page.get_by_role("button", name="Deutsch").click()
    expect(visitor.page).to_have_url(re.compile(re.escape(address)))
    expect(visitor.page.get_by_role("heading", name="lisinopril: Dosis angepasst")).to_be_visible()
    visitor.page.get_by_role("button", name="English").click()
    expect(visitor.page.get_by_role("heading", name="Dose of lisinopril adjusted")).to_be_visible()
