"""Whole ways through the product in a real browser: with scripts, without them, and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Arrive, Visitor
from tests.cast import Member
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)


def find_patient(visitor: Visitor, words: str) -> None:
    visitor.goto("/patients/")
    visitor.page.get_by_label("Find by name, record number or birth date").fill(words)
    visitor.page.locator("form.search").get_by_role("button", name="Search").click()
    visitor.page.locator("#found").get_by_role("link", name=re.compile("MOREAU")).first.click()


def prescribe(visitor: Visitor) -> None:
    """Amlodipine 5 mg: typed, read back while it is typed or at a press, confirmed."""
    page = visitor.page
    page.locator(".tabs").get_by_role("link", name="Prescribe").click()
    page.get_by_label("Medication").fill("amlodipine")
    page.get_by_label("Dose", exact=True).fill("5")
    page.get_by_label("Unit").select_option("mg")
    page.get_by_label("Route").select_option("oral")
    page.get_by_label("Frequency").select_option("once daily")
    page.get_by_label("Indication").fill("blood pressure")
    again = page.get_by_role("button", name="Read the line back")
    if again.count():
        again.last.click()
    expect(page.locator(".preview__line")).to_contain_text("amlodipine")
    page.get_by_role("button", name="Confirm and record").click()
    page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/$"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_prescription_travels_from_the_search_to_the_report(
    arrive: Arrive, clinician: Member, compliance_officer: Member, chart: Chart, *, scripts: bool
) -> None:
    visitor = arrive(clinician, java_script_enabled=scripts)
    page = visitor.page

    find_patient(visitor, "moreau 1961")
    expect(page.locator(".banner")).to_contain_text("MOREAU, Élise")
    expect(page.locator(".banner")).to_contain_text("latex")
    prescribe(visitor)
    row = page.get_by_role("row", name=re.compile("amlodipine"))
    expect(row).to_contain_text("5 mg")
    expect(row).to_contain_text("once daily")

    page.get_by_role("link", name="Timeline", exact=True).click()
    expect(page.locator(".entry").first).to_contain_text("amlodipine prescribed")

    page.get_by_role("link", name="Replay", exact=True).click()
    expect(page.locator(".state__line--after")).to_contain_text("amlodipine")
    page.get_by_role("link", name="Previous").click()
    expect(page.locator(".states__part--event")).not_to_contain_text("amlodipine")

    officer = arrive(compliance_officer, java_script_enabled=scripts)
    officer.goto("/compliance-report/")
    officer.page.get_by_label("Action").select_option(label="Prescription added")
    officer.page.get_by_role("button", name="Apply").click()
    line = officer.page.get_by_role("row", name=re.compile("amlodipine"))
    expect(line).to_contain_text("Dr. Alma Jones")
    line.locator("td.number a").click()
    expect(officer.page.locator("#columns-head")).to_be_visible()
    expect(officer.page.get_by_text("PrescriptionAdded", exact=True)).to_be_visible()


def test_words_that_were_searched_never_stand_in_an_address(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    find_patient(visitor, "moreau")
    visitor.page.locator("#find-patient").fill("moreau")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#found-head")).to_contain_text("patient")
    assert len(asked) > 3
    assert [url for url in asked if "moreau" in url.lower()] == []


def test_what_was_found_is_read_out_and_the_keyboard_walks_the_replay(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto("/patients/")
    page.get_by_label("Find by name, record number or birth date").fill("moreau")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 patient")).to_have_count(1)

    visitor.goto(f"/patients/{chart.patient_id}/replay/?step=4")
    page.locator(".steps a[aria-current]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".stepper__here")).to_contain_text("Step 3")


@pytest.mark.parametrize("scripts", [True, False], ids=["as one scrolls", "by links"])
def test_a_long_timeline_can_be_read_to_its_end(
    arrive: Arrive, clinician: Member, chart: Chart, *, scripts: bool
) -> None:
    for number in range(60):
        chart.record(factories.AddNoteFactory(text=f"Visit {number}"))
    visitor = arrive(clinician, java_script_enabled=scripts)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/timeline/")
    expect(page.locator(".entry")).to_have_count(50)
    if scripts:
        page.locator(".timeline__older").scroll_into_view_if_needed()
        expect(page.locator(".entry")).to_have_count(chart.version)
    else:
        page.get_by_role("link", name="Older entries").click()
        expect(page.locator(".entry")).to_have_count(chart.version - 50)
        expect(page.get_by_role("link", name="From the newest entry")).to_be_visible()
    expect(page.locator(".timeline__end")).to_contain_text("End of the record")
    assert page.locator(".timeline__month").count() == 1


def test_filters_keep_what_was_chosen_and_can_be_cleared(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/timeline/")
    for kind in ("Medications", "Allergies", "Demographics", "Corrections"):
        page.get_by_label(kind).uncheck()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".notice--filter")).to_contain_text("Notes")
    assert "kind=note" in page.url
    page.go_back()
    expect(page.locator(".entry")).to_have_count(chart.version)
    page.go_forward()
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator(".entry")).to_have_count(chart.version)


def test_the_theme_that_was_chosen_is_drawn_by_the_server(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto("/patients/")
    page.get_by_role("button", name="dark", exact=True).click()
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    sent = page.goto(visitor.server + "/who-takes-it/")
    assert sent is not None
    assert 'data-theme="dark"' in sent.text()
    assert (
        page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        == dark
        == "rgb(16, 20, 21)"
    )


def test_ctrl_k_goes_to_the_search_and_can_be_switched_off(arrive: Arrive, clinician: Member) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto("/who-takes-it/")
    page.keyboard.press("Control+k")
    expect(page.locator("#find-patient")).to_be_focused()
    page.get_by_role("button", name="Ctrl + K finds a patient").click()
    page.keyboard.press("Control+k")
    expect(page.locator("#find-patient")).not_to_be_focused()


def test_on_a_phone_the_menu_opens_and_escape_closes_it(arrive: Arrive, clinician: Member) -> None:
    visitor = arrive(clinician, viewport={"width": 390, "height": 800})
    page = visitor.page
    visitor.goto("/patients/")
    sections = page.get_by_role("navigation", name="Sections")
    expect(sections).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(sections).to_be_visible()
    page.keyboard.press("Escape")
    expect(sections).to_be_hidden()


def test_on_a_phone_without_scripts_the_menu_is_open(arrive: Arrive, clinician: Member) -> None:
    visitor = arrive(clinician, viewport={"width": 390, "height": 800}, java_script_enabled=False)
    visitor.goto("/patients/")
    expect(visitor.page.get_by_role("navigation", name="Sections")).to_be_visible()


def test_a_session_that_ended_leads_to_the_sign_in_page_not_into_the_timeline(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    for number in range(60):
        chart.record(factories.AddNoteFactory(text=f"Visit {number}"))
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/timeline/")
    page.context.clear_cookies(name="sessionid")
    page.locator(".timeline__older").scroll_into_view_if_needed()
    page.wait_for_url(re.compile("/sign-in/"))
    expect(page.get_by_label("Password")).to_be_visible()
