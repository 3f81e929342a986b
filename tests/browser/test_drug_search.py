"""The list of drugs while one types: by keyboard and by mouse, for a patient allergic to penicillins."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import factories
from tests.browser.conftest import Arrive
from tests.browser.looks import in_every_light
from tests.cast import Member
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chart(clinician: Member) -> Chart:
    chart = open_chart(clinician.author)
    chart.record(
        factories.RecordAllergyFactory(
            substance="penicillins", whole_class=True, reactions="anaphylaxis", severity="severe"
        )
    )
    return chart


def typed(page: Page, label: str, words: str) -> Locator:
    """Types into a combobox and waits for its list."""
    field = page.get_by_role("combobox", name=label)
    field.fill("")
    field.press_sequentially(words)
    expect(page.get_by_role("listbox")).to_be_visible()
    return field


def test_by_keyboard_an_allergy_is_met_before_and_after_the_choice(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    visitor.goto(f"/patients/{chart.patient_id}/add-prescription/")
    below = page.get_by_label("Indication")
    top = "element => element.getBoundingClientRect().top + scrollY"
    where = below.evaluate(top)

    field = typed(page, "Medication", "amoxi")
    options = page.locator(".hit")
    expect(options.first).to_contain_text("penicillins: anaphylaxis, severe")
    expect(options.last).to_contain_text("Prescribe as free text")
    assert below.evaluate(top) == where  # the list floats
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".hit[aria-selected=true]")).to_have_count(0)
    expect(field).to_have_value("amoxi")  # never completed

    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    chosen = options.first.get_attribute("id")
    assert chosen
    expect(field).to_have_attribute("aria-activedescendant", chosen)
    assert in_every_light(page) == []
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("amoxi")

    field.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("amoxicillin")
    expect(page.get_by_label("Form", exact=False).first).to_have_value("capsule")
    expect(page.get_by_label("Route")).to_have_value("oral")
    expect(page.get_by_role("alert").filter(has_text="penicillins")).to_contain_text("amoxicillin meets it")

    page.get_by_role("button", name="500 mg", exact=True).press("Enter")
    expect(page.get_by_label("Dose", exact=True)).to_have_value("500")
    expect(page.get_by_label("Unit")).to_have_value("mg")
    expect(page.get_by_label("Frequency")).to_be_focused()
    assert not [address for address in addresses if "amoxi" in address]


def test_by_mouse_another_drug_takes_the_place_of_what_the_first_filled_in(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician, viewport={"width": 390, "height": 844})
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/add-prescription/")
    typed(page, "Medication", "azithrom")
    page.get_by_role("option", name=re.compile("azithromycin tablet")).click()
    page.get_by_role("button", name="500 mg", exact=True).click()
    expect(page.get_by_label("Dose", exact=True)).to_have_value("500")
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    field = typed(page, "Medication", "moon drops")
    page.get_by_role("option", name=re.compile("free text")).click()
    expect(field).to_have_value("moon drops")
    expect(page.get_by_label("Dose", exact=True)).to_have_value("")
    expect(page.get_by_label("Form", exact=False).first).to_have_value("")
    expect(page.locator(".preview__line")).to_contain_text("Free text")
    expect(page.locator("#preview")).to_contain_text("no class was checked")


def test_a_class_is_chosen_for_an_allergy(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/record-allergy/")
    field = typed(page, "Substance", "sulfonamide")
    assert in_every_light(page) == []
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("sulfonamide antibiotics")
    expect(page.get_by_label("The whole class")).to_be_checked()
    expect(page.get_by_label("Kind")).to_have_value("medication")


def test_without_scripts_the_name_is_read_by_the_same_list(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician, java_script_enabled=False)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/add-prescription/")
    page.get_by_label("Medication").fill("Zithromax")
    page.get_by_label("Dose", exact=True).fill("500")
    page.get_by_label("Unit").select_option("mg")
    page.get_by_label("Route").select_option("oral")
    page.get_by_label("Frequency").select_option("once daily")
    page.get_by_label("Indication").fill("chest infection")
    page.get_by_role("button", name="Read the line back").last.click()
    expect(page.get_by_text("“Zithromax” is read as azithromycin")).to_be_visible()
