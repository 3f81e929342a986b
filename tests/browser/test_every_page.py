"""Every page, wide and narrow, light and dark: nobody is shut out, nothing scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from records import commands
from tests import factories
from tests.browser.conftest import Arrive
from tests.browser.looks import broken_words, in_every_light, too_wide, unseen_focus
from tests.cast import Member
from tests.records.charts import Chart, open_chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chart(clinician: Member) -> Chart:
    """A patient with something of everything, and an entry that was a mistake."""
    opened = open_chart(clinician.author)
    opened.record(
        commands.AdjustDosage(
            patient_id="",
            prescription_id=opened.prescription_id,
            dose="20",
            unit="mg",
            route="oral",
            frequency="once daily",
            reason="still high",
        )
    )
    opened.record(
        commands.MarkEntryInError(patient_id="", target_event_id=opened.note_id, reason="another patient's")
    )
    return opened


def clinical_pages(chart: Chart) -> list[str]:
    patient = f"/patients/{chart.patient_id}"
    return [
        "/patients/",
        f"{patient}/",
        f"{patient}/medications/",
        f"{patient}/medications/?show=past",
        f"{patient}/allergies/",
        f"{patient}/timeline/",
        f"{patient}/replay/?step=4",
        f"/events/{chart.note_id}/",
        "/who-takes-it/?medication=lisinopril",
        f"{patient}/add-prescription/",
        f"{patient}/prescriptions/{chart.prescription_id}/adjust-dosage/",
        f"{patient}/record-allergy/",
        "/patients/register-patient/",
    ]


def test_clinical_pages_have_no_barrier_and_never_scroll_sideways(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    found = []
    for path in clinical_pages(chart):
        visitor.goto(path)
        found += [f"{path}: {each}" for each in (*in_every_light(visitor.page), *too_wide(visitor.page))]
    assert found == [], "\n".join(found)


def test_long_words_stay_whole_and_endless_ones_do_not_widen_the_page(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    chart.record(
        factories.AddPrescriptionFactory(
            medication="hydrochlorothiazide + medroxyprogesterone",
            route="intramuscular",
            dose="1000",
            unit="application",
            indication="hypercholesterolaemia",
        )
    )
    chart.record(factories.AddPrescriptionFactory(medication="X" * 200, indication="Y" * 200))
    chart.record(factories.RecordAllergyFactory(substance="Z" * 200, reactions="W" * 200))
    visitor = arrive(clinician)
    found = []
    for path in clinical_pages(chart)[:6]:
        visitor.goto(path)
        found += [f"{path}: {each}" for each in (*too_wide(visitor.page), *broken_words(visitor.page))]
    assert found == [], "\n".join(found)


def test_the_officers_pages_have_no_barrier_and_never_scroll_sideways(
    arrive: Arrive, compliance_officer: Member, chart: Chart
) -> None:
    visitor = arrive(compliance_officer)
    found = []
    for path in ("/compliance-report/", "/admin/", "/admin/projections/timelineentry/"):
        visitor.goto(path)
        wide = too_wide(visitor.page) if "admin" not in path else []
        found += [f"{path}: {each}" for each in (*in_every_light(visitor.page), *wide)]
    assert found == [], "\n".join(found)


def test_a_form_that_comes_back_has_no_barrier_and_the_focus_is_on_what_is_wrong(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    visitor.expected = frozenset({422})
    visitor.goto(f"/patients/{chart.patient_id}/add-prescription/")
    visitor.page.get_by_label("Dose", exact=True).fill(".5")
    visitor.page.get_by_role("button", name="Read the line back").last.click()
    expect(visitor.page.locator(".error-summary")).to_be_focused()
    expect(visitor.page.get_by_label("Dose", exact=True)).to_have_value(".5")
    assert in_every_light(visitor.page) + too_wide(visitor.page) == []


def test_pages_of_accounts_have_no_barrier_and_never_scroll_sideways(
    arrive: Arrive, account_administrator: Member
) -> None:
    visitor = arrive(account_administrator)
    visitor.goto("/accounts/")
    assert in_every_light(visitor.page) + too_wide(visitor.page) == []


def test_a_refusal_has_no_barrier(arrive: Arrive, clinician: Member) -> None:
    visitor = arrive(clinician)
    visitor.expected = frozenset({403, 404})
    for path in ("/compliance-report/", "/nowhere/"):
        visitor.goto(path)
        assert in_every_light(visitor.page) + too_wide(visitor.page) == []


def test_the_sign_in_page_has_no_barrier_and_never_scrolls_sideways(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.goto("/sign-in/")
    assert in_every_light(visitor.page) + too_wide(visitor.page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_focus_is_always_seen_and_never_covered(
    arrive: Arrive, clinician: Member, chart: Chart, width: int
) -> None:
    visitor = arrive(clinician, viewport={"width": width, "height": 800})
    visitor.goto(f"/patients/{chart.patient_id}/")
    assert unseen_focus(visitor.page) == []


def test_nothing_moves_while_the_chart_loads(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    visitor = arrive(clinician)
    visitor.goto(f"/patients/{chart.patient_id}/")
    shift = visitor.page.evaluate(
        """() => new Promise((done) => {
             new PerformanceObserver((list) => done(list.getEntries().reduce((sum, e) => sum + e.value, 0)))
               .observe({type: "layout-shift", buffered: true});
             setTimeout(() => done(0), 500);
           })"""
    )
    assert shift < 0.01


def test_on_paper_there_are_no_controls_and_the_whole_table(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician, viewport={"width": 700, "height": 900})
    visitor.goto(f"/patients/{chart.patient_id}/")
    visitor.page.emulate_media(media="print")
    for control in (".topbar__menu", ".tabs", ".button", ".segments", ".more"):
        assert visitor.page.locator(control).filter(visible=True).count() == 0, control
    assert visitor.page.locator(".topbar__print").is_visible()
    assert visitor.page.get_by_role("columnheader", name="Indication").is_visible()
    assert visitor.page.locator(".banner").is_visible()
