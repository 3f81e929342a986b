"""The chart at a glance: its drawing by mouse, by keyboard, on a small screen and on paper."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.browser.conftest import Arrive
from tests.browser.looks import in_every_light, too_wide
from tests.cast import Member
from tests.projections.test_chart_sizes import seeded
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)

RESTING = "Point at a step"


@pytest.fixture
def chart(clinician: Member) -> Chart:
    """Something of everything that a drawing shows; a dozen courses that ended."""
    now = timezone.now()
    rising, held, needed = (
        make.PrescriptionAddedFactory(medication=name, dose="5", as_needed=name == "lorazepam")
        for name in ("bisoprolol", "metformin modified-release", "lorazepam")
    )
    story: list[tuple[Any, Any]] = [
        (make.PatientRegisteredFactory(), now - timedelta(days=900)),
        (rising, now - timedelta(days=300)),
        (held, now - timedelta(days=700)),
        (needed, now - timedelta(days=50)),
        (
            make.DosageAdjustedFactory(prescription_id=rising.prescription_id, dose="10"),
            now - timedelta(days=150),
        ),
        (make.PrescriptionHeldFactory(prescription_id=held.prescription_id), now - timedelta(days=5)),
        (make.AllergyRecordedFactory(substance="penicillins", severity="severe"), now - timedelta(days=120)),
    ]
    for number in range(12):
        ended = make.PrescriptionAddedFactory(medication=f"antibiotic {number:02}", dose="500")
        start = now - timedelta(days=25 * number + 20)
        story.append((ended, start))
        stop = make.PrescriptionDiscontinuedFactory(prescription_id=ended.prescription_id)
        story.append((stop, start + timedelta(days=7)))
    return seeded(clinician.author, sorted(story, key=lambda each: each[1]))


def said(page: Page) -> Any:
    return page.locator("[data-said]")


def test_the_keyboard_walks_the_steps_and_each_is_told_in_words_beside_the_drawing(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    page = (visitor := arrive(clinician)).page
    visitor.goto(f"/patients/{chart.patient_id}/")
    lane = page.get_by_role("group", name="bisoprolol").locator("visible=true")
    first, second = lane.get_by_role("link").all()
    first.focus()
    expect(said(page)).to_contain_text("bisoprolol 5 mg, once daily")
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    expect(said(page)).to_contain_text("bisoprolol 10 mg, once daily, since")
    lane.get_by_role("link").first.hover()
    expect(said(page)).to_contain_text("bisoprolol 5 mg")
    page.get_by_role("heading", name="Courses over time").hover()
    page.get_by_role("button", name="Print").focus()
    expect(said(page)).to_contain_text(RESTING)
    second.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/timeline/\?at="))


def test_another_window_is_drawn_in_place_and_stays_in_the_address(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    page = (visitor := arrive(clinician)).page
    visitor.goto(f"/patients/{chart.patient_id}/")
    page.get_by_role("navigation", name="Shown time").get_by_role("link", name="5 years").click()
    expect(page).to_have_url(re.compile(r"\?window=5-years$"))
    page.reload()
    shown = page.get_by_role("navigation", name="Shown time").get_by_role("link", name="5 years")
    expect(shown).to_have_attribute("aria-current", "true")
    assert in_every_light(page) + too_wide(page) == []


def test_without_scripts_the_steps_are_links_and_the_same_stands_as_a_table(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    page = (visitor := arrive(clinician, java_script_enabled=False)).page
    visitor.goto(f"/patients/{chart.patient_id}/")
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("row", name=re.compile("bisoprolol 10 mg, once daily, since"))).to_be_visible()
    page.get_by_role("navigation", name="Shown time").get_by_role("link", name="All").click()
    assert "window=all" in page.url


def test_on_a_small_screen_names_stand_above_and_half_a_year_is_shown(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    page = (visitor := arrive(clinician, viewport={"width": 390, "height": 844})).page
    visitor.goto(f"/patients/{chart.patient_id}/")
    assert page.locator(".picture--narrow").is_visible()
    assert not page.locator(".picture--wide").is_visible()
    lane = page.locator(".picture--narrow .lane").nth(1)
    name, drawing = lane.locator(".lane__name").bounding_box(), lane.locator("svg").first.bounding_box()
    assert name is not None
    assert drawing is not None
    assert name["y"] + name["height"] <= drawing["y"] + 1
    assert drawing["x"] + drawing["width"] <= 390
    chosen = page.locator(".segments:visible [aria-current]").last
    expect(chosen).to_have_text("6 months")
    for action in page.locator(".actions :is(a, summary):visible").all()[:3]:
        box = action.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_on_paper_no_lane_is_split_and_names_stand_beside(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    page = (visitor := arrive(clinician, viewport={"width": 680, "height": 900})).page
    visitor.goto(f"/patients/{chart.patient_id}/")
    page.emulate_media(media="print")
    assert page.locator(".picture--wide").is_visible()
    assert not page.locator(".picture--narrow").is_visible()
    for kept in (".picture--wide .part >> nth=0", ".picture__past >> nth=0", ".picture--wide .lane >> nth=0"):
        assert page.locator(kept).evaluate("(element) => getComputedStyle(element).breakInside") == "avoid"
    for control in (".segments", ".button", ".more", "[data-said]", ".courses__table"):
        assert page.locator(control).filter(visible=True).count() == 0, control
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 680
