"""Where no script runs, everything can still be done: from signing in to signing out, by links and forms."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.cast import Member
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_dose_is_adjusted_found_in_the_timeline_explained_and_replayed(
    arrive: Arrive, clinician: Member
) -> None:
    chart: Chart = open_chart(clinician.author)
    visitor = arrive(clinician, java_script_enabled=False)
    page = visitor.page
    visitor.goto("/patients/")
    page.get_by_label("Find by name, record number or birth date").fill("moreau")
    page.locator("form.search").get_by_role("button", name="Search").click()
    page.locator("#found").get_by_role("link", name=re.compile("MOREAU")).first.click()

    page.get_by_role("row", name=re.compile("lisinopril")).get_by_role("link", name="Adjust").click()
    page.get_by_label("Dose", exact=True).fill("20")
    page.get_by_label("Reason").last.fill("pressure still high")
    page.get_by_role("button", name="Read the line back").last.click()
    page.get_by_role("button", name="Confirm and record").click()
    expect(page.get_by_role("row", name=re.compile("lisinopril"))).to_contain_text("20 mg")

    page.get_by_role("link", name="Timeline", exact=True).click()
    page.get_by_label("Drug").select_option(label="lisinopril")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator(".notice--filter")).to_contain_text(f"2 of {chart.version} entries")
    expect(page.locator(".entry").first).to_contain_text("pressure still high")
    page.locator(".entry").first.get_by_role("link", name="replay this step").click()
    expect(page.locator(".state__line--after")).to_contain_text("20 mg")

    page.get_by_role("link", name="Chart", exact=True).click()
    page.get_by_role("row", name=re.compile("lisinopril")).get_by_role("link", name="20 mg").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("20 mg")
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_label("User name")).to_be_visible()
