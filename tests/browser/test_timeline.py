"""The timeline in a real browser: filters that stay with what is shown, a place that is kept, a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Arrive
from tests.cast import Member
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)


def test_filters_combine_live_in_the_address_and_never_say_other_than_what_is_shown(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/timeline/")
    page.get_by_label("Drug").select_option(label="furosemide")
    page.get_by_label("When it was recorded").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator(".notice--filter")).to_contain_text(f"2 of {chart.version} entries")
    expect(page.locator(".notice--filter")).to_contain_text("furosemide")
    expect(page.get_by_role("button", name="Apply filters")).to_be_focused()
    assert "furosemide" not in page.url
    page.reload()
    expect(page.locator(".entry")).to_have_count(2)
    expect(page.get_by_label("When it was recorded")).to_be_checked()
    expect(page.get_by_label("Drug").locator("option:checked")).to_have_text("furosemide")

    page.get_by_role("link", name="Clear filters").click()
    for kind in page.locator("input[name=kind]").all():
        kind.uncheck()
    page.get_by_label("From").fill("soon")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator(".entry")).to_have_count(chart.version)
    expect(page.locator("input[name=kind]:checked")).to_have_count(5)
    expect(page.locator(".field__error")).to_contain_text("Write a date such as 24-Nov-2026")


def test_whoever_comes_back_to_the_timeline_stands_at_the_entry_they_left(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    for number in range(60):
        chart.record(factories.AddNoteFactory(text=f"Visit {number}"))
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/timeline/?kind=note")
    page.locator(".timeline__older").scroll_into_view_if_needed()
    expect(page.locator(".entry")).to_have_count(61)
    left = page.locator(".entry").nth(55)
    name = left.get_attribute("id")
    left.get_by_role("link", name=re.compile("event")).click()
    expect(page.locator("#columns-head")).to_be_visible()
    page.go_back()
    expect(page.locator(f"#{name}")).to_be_in_viewport()
    assert "kind=note" in page.url


def test_on_a_phone_the_filters_fold_open_are_applied_and_fold_again(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician, viewport={"width": 390, "height": 800})
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/timeline/")
    expect(page.get_by_label("Drug")).to_be_hidden()
    page.get_by_role("button", name="Filters and order").click()
    page.get_by_label("Drug").select_option(label="lisinopril")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.get_by_label("Drug")).to_be_hidden()
    expect(page.locator(".notice--filter")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="1 of")).to_have_count(1)
