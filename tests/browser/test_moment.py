"""Asking the past in a browser: last month in one click, on paper, for everyone, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from eventstore import store
from tests.browser.conftest import Arrive
from tests.browser.looks import broken_words, in_every_light, too_wide, unseen_focus
from tests.cast import Member
from tests.projections.moments.entries import a_year
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)

NOON = "?known_at=03-Sep-2025&known_at_time=12:00"


@pytest.fixture
def chart(clinician: Member, monkeypatch: pytest.MonkeyPatch) -> Chart:
    """A record of a year: the test database takes only entries of today."""
    chart = open_chart(clinician.author)
    entries = a_year().of(chart.patient_id)
    monkeypatch.setattr(store, "read_stream", lambda *_args, **_kwargs: iter(entries))
    return chart


def test_the_chart_of_last_month_is_one_click_from_the_chart_and_printed_with_the_next(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/")
    page.get_by_role("link", name="Any moment").click()
    expect(page.get_by_text("You are looking at the past. Read only.")).to_be_visible()
    expect(page.get_by_role("link", name="One month ago")).to_have_attribute("aria-current", "true")
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed") is True


def test_the_past_shuts_nobody_out_at_any_width_or_light(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    visitor.goto(f"/patients/{chart.patient_id}/moment/{NOON}")
    page = visitor.page
    for folded in ("The same as a table", "Choose another B"):
        page.get_by_text(folded).first.click()
    found = [*in_every_light(page), *too_wide(page), *broken_words(page)]
    assert found == [], "\n".join(found)
    assert unseen_focus(page, steps=40) == []


def test_on_paper_every_page_says_which_moment_it_is(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    visitor = arrive(clinician)
    visitor.goto(f"/patients/{chart.patient_id}/moment/{NOON}")
    page = visitor.page
    page.emulate_media(media="print")
    strip = page.locator(".moment__strip")
    assert strip.evaluate("strip => getComputedStyle(strip).display") == "table-header-group"
    expect(strip.get_by_text("Known at 03-Sep-2025 12:00")).to_be_visible()
    expect(page.get_by_role("link", name="Return to now")).to_be_hidden()
    expect(page.get_by_role("button", name="Show this moment")).to_be_hidden()
    expect(page.get_by_role("table").first).to_be_visible()


def test_without_javascript_a_moment_is_typed_swapped_and_left(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician, java_script_enabled=False)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/moment/")
    first = page.get_by_role("form", name="Moment A")
    for clock in ("As known at", "As true at"):
        fields = first.get_by_role("group", name=clock)
        fields.get_by_label("Day").fill("03.09.2025")
        fields.get_by_label("Time").fill("12:00")
    first.get_by_role("button", name="Show this moment").click()
    expect(page.get_by_text("the record still said ramipril 5 mg")).to_be_visible()
    page.get_by_role("link", name="Swap").click()
    expect(page.get_by_role("heading", name="Not yet recorded at B")).to_be_visible()
    page.get_by_role("link", name="Any moment").click()
    page.get_by_role("link", name="Return to now").click()
    assert page.url.endswith(f"/patients/{chart.patient_id}/")
