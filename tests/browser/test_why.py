"""The answer beside the chart, and the chart that notices: by keyboard, and between two people."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from records import commands
from tests.browser.conftest import Arrive
from tests.browser.looks import barriers, in_every_light, too_wide
from tests.cast import Member
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chart(clinician: Member) -> Chart:
    chart = open_chart(clinician.author)
    chart.record(adjusted(chart, "20"))
    return chart


def adjusted(chart: Chart, dose: str) -> commands.AdjustDosage:
    return commands.AdjustDosage(
        patient_id="",
        prescription_id=chart.prescription_id,
        dose=dose,
        unit="mg",
        route="oral",
        frequency="once daily",
        reason="Still 150/95.",
    )


def test_the_answer_stands_beside_the_chart_and_gives_the_focus_back(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(reverse("chart", args=[chart.patient_id]))
    dose = page.locator(f"#prescription-{chart.prescription_id} .at-dose a.explained").first
    dose.focus()
    page.keyboard.press("Enter")
    question = page.get_by_role("heading", name="Why 20 mg?")
    expect(question).to_be_focused()
    expect(dose).to_have_attribute("aria-expanded", "true")
    beside, table = question.bounding_box(), page.locator(".table--medications").bounding_box()
    assert beside is not None
    assert table is not None
    assert beside["x"] > table["x"] + table["width"]
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(dose).to_be_focused()

    page.keyboard.press("Enter")
    expect(question).to_be_visible()
    page.reload()  # the address names the value
    expect(question).to_be_focused()
    page.go_back()
    expect(question).to_have_count(0)

    page.set_viewport_size({"width": 390, "height": 844})
    dose.click()
    expect(question).to_be_visible()
    below, row = question.bounding_box(), dose.bounding_box()
    assert below is not None
    assert row is not None
    assert below["y"] > row["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_answer_the_screen_and_the_replay_fit_every_screen(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    event_id = chart.record(adjusted(chart, "40"))
    visitor = arrive(clinician)
    for path in (
        reverse("why", args=[chart.patient_id, chart.prescription_id, "dose"]),
        reverse("seen", args=[event_id]),
        reverse("replay", args=[chart.patient_id]) + "?lines=changed",
    ):
        visitor.goto(path)
        assert in_every_light(visitor.page) == []
        assert too_wide(visitor.page) == []


def test_without_scripts_a_value_leads_to_its_answer(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    visitor = arrive(clinician, java_script_enabled=False)
    visitor.goto(reverse("chart", args=[chart.patient_id]))
    visitor.page.locator(f"#prescription-{chart.prescription_id} .at-dose a.explained").first.click()
    expect(visitor.page.get_by_role("heading", level=1, name="Why 20 mg?")).to_be_visible()


def test_steps_keep_the_focus_on_the_way(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(reverse("replay", args=[chart.patient_id]) + "?step=2")
    page.locator("#step-to-next").focus()
    for number in (3, 4):
        page.keyboard.press("Enter")
        expect(page.locator(".stepper__here")).to_have_text(f"Step {number} of {chart.version}")
        expect(page.locator("#step-to-next")).to_be_focused()
    page.locator(".steps a[aria-current]").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#step-3")).to_be_focused()


def test_an_open_chart_notices_what_somebody_else_did_and_keeps_the_place(
    arrive: Arrive, clinician: Member, colleague: Member, chart: Chart
) -> None:
    reader, writer = arrive(clinician, viewport={"width": 1440, "height": 500}), arrive(colleague)
    page = reader.page
    reader.goto(reverse("chart", args=[chart.patient_id]))
    writer.goto(reverse("adjust-dosage", args=[chart.patient_id, chart.prescription_id]))
    link = page.locator(f"#prescription-{chart.prescription_id} .at-dose a.explained").first
    link.focus()
    page.evaluate("scrollTo(0, 120)")
    chart.record(adjusted(chart, "40"), author=colleague.author)

    news = page.locator("#changed")
    expect(news).to_contain_text(f"{colleague.author.name} changed this chart", timeout=30_000)
    expect(news).to_contain_text("Dose of lisinopril adjusted")
    expect(link).to_be_focused()
    assert page.evaluate("scrollY") == 120
    assert barriers(page) == []
    page.get_by_role("button", name="Show it").click()
    expect(link).to_contain_text("40 mg")
    expect(link).to_be_focused()
    assert page.evaluate("scrollY") == 120

    form = writer.page.locator("#changed")
    expect(form).to_contain_text("You changed this chart in another window", timeout=30_000)
    expect(form).to_contain_text("Your form still holds what you typed.")
    writer.page.get_by_role("button", name="Not now").click()
    expect(form).to_be_empty()
