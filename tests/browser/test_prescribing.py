"""Prescribing as a clinician does it, in a real browser: how many clicks it takes, and what cannot go wrong.

Clicks and choices by pointer, typing not counted, from the page where the task begins to the recorded entry:
register a patient 2, record an allergy 5, prescribe 5, also where an allergy interrupted, adjust 2, mark
an entry in error 3, apply what is mine after a conflict 2. See docs/prescribing.md, which says the same.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from eventstore import store
from records.models import KeptDraft
from tests import factories
from tests.browser.conftest import Arrive, Visitor
from tests.browser.looks import in_every_light, too_wide
from tests.cast import PASSWORD, Member
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Pointer:
    """A hand that counts what it presses and what it chooses from lists."""

    page: Page
    pressed: int = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.pressed += 1

    def choose(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(value)
        self.pressed += 1

    def taken(self) -> int:
        """How many since this was asked before."""
        taken, self.pressed = self.pressed, 0
        return taken


def confirm(page: Page) -> Locator:
    return page.get_by_role("button", name="Confirm and record")


def ready(page: Page) -> Locator:
    """The button, once the line is complete and nothing stands against it."""
    return page.locator("#confirm[name=confirm]")


def fill_dosage(page: Page, hand: Pointer, dose: str, frequency: str) -> None:
    page.get_by_label("Dose", exact=True).fill(dose)
    hand.choose("Unit", "mg")
    hand.choose("Route", "oral")
    hand.choose("Frequency", frequency)


def on_the_chart(page: Page) -> None:
    page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/$"))


def test_the_way_from_a_new_patient_to_a_corrected_mistake(arrive: Arrive, clinician: Member) -> None:
    visitor = arrive(clinician)
    page, hand = visitor.page, Pointer(visitor.page)

    visitor.goto("/patients/register-patient/")
    page.get_by_label("Family name").fill("Lindqvist")
    page.get_by_label("Given names").fill("Helena")
    page.get_by_label("Born", exact=False).first.fill("12.03.1961")
    hand.choose("Sex", "female")
    page.locator("#id_mrn").fill("4471-0293")
    expect(page.locator(".preview__line")).to_contain_text("LINDQVIST, Helena")
    hand.click(ready(page))
    on_the_chart(page)
    chart = page.url
    assert hand.taken() == 2

    visitor.goto(chart.removeprefix(visitor.server) + "record-allergy/")
    page.locator("#id_substance").fill("penicillin")
    page.keyboard.press("Escape")
    hand.choose("Kind", "medication")
    hand.click(page.get_by_label("The whole class"))
    page.get_by_label("What happened").fill("Wheeze, urticaria, BP 78/40.")
    page.locator("#id_severity").select_option("severe")
    page.locator("#id_certainty").select_option("confirmed")
    hand.pressed += 2
    hand.click(ready(page))
    on_the_chart(page)
    assert hand.taken() == 5
    expect(page.locator(".banner")).to_contain_text("penicillin")

    hand.click(page.locator(".tabs").get_by_role("link", name="Prescribe"))
    page.locator("#id_medication").fill("amoxicillin")
    page.keyboard.press("Escape")
    fill_dosage(page, hand, "500", "three times daily")
    page.get_by_label("Indication").fill("cellulitis")
    alert = page.locator("#interruption")
    expect(alert).to_contain_text("penicillin")
    expect(confirm(page)).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#not-yet")).to_contain_text("the alert is not answered")
    expect(page.get_by_label("Indication")).to_be_focused()
    assert in_every_light(page) + too_wide(page) == []
    confirm(page).click(force=True)
    expect(page.get_by_role("link", name="Choose another medication")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#id_medication")).to_be_focused()
    assert hand.taken() == 4

    page.locator("#id_medication").fill("doxycycline")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("#interruption")).to_be_empty()
    expect(page.locator(".preview__line")).to_contain_text("doxycycline")
    hand.click(ready(page))
    on_the_chart(page)
    assert hand.taken() == 1, "what was typed for the other drug is still there"

    for dose, why in (("200", "too little"), ("300", "still too little")):
        hand.click(page.get_by_role("link", name=re.compile("Adjust")).first)
        page.get_by_label("Dose", exact=True).fill(dose)
        page.get_by_label("Reason").fill(why)
        expect(page.locator(".preview__line")).to_contain_text(f"{dose}\xa0mg")
        hand.click(ready(page))
        on_the_chart(page)
        assert hand.taken() == 2
    expect(page.get_by_role("row", name=re.compile("doxycycline"))).to_contain_text("300")

    patient_id = chart.rstrip("/").rpartition("/")[2]
    last = list(store.read_stream(f"patient-{patient_id}"))[-1]
    visitor.goto(f"/patients/{patient_id}/timeline/")
    hand.click(page.locator(f"main a[href$='/events/{last.event_id}/']").first)
    hand.click(page.get_by_role("link", name="Mark as entered in error"))
    page.get_by_label("What is wrong with it").fill("meant 250")
    hand.click(ready(page))
    on_the_chart(page)
    assert hand.taken() == 3
    expect(page.get_by_role("row", name=re.compile("doxycycline"))).to_contain_text("200")
    recorded = [event.event_type for event in store.read_stream(f"patient-{patient_id}")]
    assert recorded == [
        "PatientRegistered", "AllergyRecorded", "PrescriptionAdded", "DosageAdjusted", "DosageAdjusted",
        "EntryMarkedInError",
    ]  # fmt: skip


# --- The line, live ----------------------------------------------------------------------------------


def test_what_is_typed_is_read_back_and_corrected_at_the_field_without_losing_the_place(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/prescriptions/{chart.prescription_id}/adjust-dosage/")
    expect(page.locator("#not-yet")).to_contain_text("Still missing: reason")
    dose = page.get_by_label("Dose", exact=True)
    dose.fill("")
    dose.press_sequentially(".5", delay=20)
    expect(page.locator("#id_dose_error")).to_contain_text("Write a zero before the point: 0.5")
    expect(dose).to_be_focused()
    expect(dose).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#announcement")).to_contain_text("Write a zero before the point")
    dose.press("Home")
    dose.press_sequentially("0")
    expect(page.locator("#id_dose_error")).to_have_count(0)
    assert dose.evaluate("(field) => field.selectionStart") == 1
    expect(dose).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("Reason").fill("dizzy")
    expect(page.locator(".change__after")).to_contain_text("0.5")
    before = store.head().position

    dose.press("Enter")
    expect(confirm(page)).not_to_be_focused()
    assert store.head().position == before, "Enter in a field never confirms"
    ready(page).click()
    on_the_chart(page)
    assert chart.entries[-1].data.dose == "0.5"


def test_the_reason_for_going_on_leads_to_refuting_the_allergy(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    chart.record(factories.RecordAllergyFactory(substance="penicillin", whole_class=True))
    visitor = arrive(clinician, viewport={"width": 390, "height": 844})
    page, hand = visitor.page, Pointer(visitor.page)
    visitor.goto(f"/patients/{chart.patient_id}/add-prescription/")
    page.locator("#id_medication").fill("amoxicillin")
    page.keyboard.press("Escape")
    fill_dosage(page, hand, "500", "three times daily")
    page.get_by_label("Indication").fill("cellulitis")
    expect(page.locator("#pinned")).to_contain_text("the alert is not answered")
    page.locator("#pinned").get_by_role("link").click()
    page.get_by_text("Prescribe it anyway").click()
    page.get_by_label("Other", exact=True).check()
    words = page.get_by_label("The reason in words")
    words.press_sequentially("skin te", delay=20)
    expect(page.locator("#id_override_reason_error")).to_contain_text("at least ten characters")
    expect(words).to_be_focused()
    page.get_by_label("Tolerated before").check()
    words.fill("Took a full course in May.")
    expect(page.locator("#preview")).to_contain_text("Took a full course in May.")
    ready(page).click()
    on_the_chart(page)
    assert chart.entries[-1].metadata["override_code"] == "tolerated before"
    page.get_by_role("link", name="Refute the allergy to penicillin").click()
    expect(page.get_by_label("Why it is not an allergy")).to_have_value(re.compile("full course in May"))
    ready(page).click()
    on_the_chart(page)
    assert chart.entries[-1].event_type == "AllergyRefuted"


# --- One press, one entry -----------------------------------------------------------------------------


def write_note(visitor: Visitor, chart: Chart, text: str) -> None:
    visitor.goto(f"/patients/{chart.patient_id}/add-note/")
    visitor.page.get_by_label("Kind of note").select_option("clinical")
    visitor.page.get_by_label("Note", exact=True).fill(text)
    expect(ready(visitor.page)).to_be_visible()


def notes(chart: Chart, text: str) -> int:
    return sum(getattr(event.data, "text", None) == text for event in chart.entries)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_click_a_reload_and_the_way_back_make_one_entry(
    arrive: Arrive, clinician: Member, chart: Chart, *, scripts: bool
) -> None:
    visitor = arrive(clinician, java_script_enabled=scripts)
    page = visitor.page
    if scripts:
        write_note(visitor, chart, "Slept.")
    else:
        visitor.goto(f"/patients/{chart.patient_id}/add-note/")
        page.get_by_label("Kind of note").select_option("clinical")
        page.get_by_label("Note", exact=True).fill("Slept.")
        page.get_by_role("button", name="Read the line back").last.click()
    ready(page).dblclick()
    on_the_chart(page)
    page.reload()
    assert notes(chart, "Slept.") == 1
    if not scripts:
        return  # the way back leads to the answer to a form, which the browser offers to send again
    page.go_back()
    page.wait_for_load_state()
    page.get_by_label("Kind of note").wait_for()
    if ready(page).count():
        ready(page).click()
        on_the_chart(page)
    assert notes(chart, "Slept.") == 1


def test_the_same_press_from_many_sides_at_once_makes_one_entry(chart: Chart, clinician: Member) -> None:
    typed = {
        "command_id": str(uuid4()),
        "seen_version": str(chart.version),
        "category": "clinical",
        "text": "Slept.",
        "confirm": "yes",
    }
    place = reverse("add-note", args=[chart.patient_id])
    browsers = [clinician.client() for _ in range(6)]

    def press(number: int) -> int:
        try:
            return browsers[number].post(place, typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as presses:
        statuses = list(presses.map(press, range(6)))
    assert set(statuses) == {303}
    assert notes(chart, "Slept.") == 1


def test_an_answer_that_gets_lost_is_asked_for_again_and_makes_one_entry(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    write_note(visitor, chart, "Slept.")
    sent = page.evaluate(
        """async () => {
          const body = new FormData(document.getElementById("command-form"));
          body.set("confirm", "yes");
          const answer = await fetch(location.href, { method: "POST", body, redirect: "manual" });
          return answer.type;
        }"""
    )
    assert sent == "opaqueredirect"
    ready(page).click()
    on_the_chart(page)
    expect(page.locator(".messages")).to_contain_text("This was recorded already")
    assert notes(chart, "Slept.") == 1


# --- Two people on one chart ------------------------------------------------------------------------------


def test_the_second_of_two_sees_who_changed_what_and_applies_theirs_in_one_click(
    arrive: Arrive, clinician: Member, colleague: Member, chart: Chart
) -> None:
    place = f"/patients/{chart.patient_id}/prescriptions/{chart.prescription_id}/adjust-dosage/"
    first, second = arrive(clinician), arrive(colleague)
    for visitor, dose, why in ((first, "20", "still high"), (second, "40", "Weight up 3.1 kg.")):
        visitor.goto(place)
        visitor.page.get_by_label("Dose", exact=True).fill(dose)
        visitor.page.get_by_label("Reason").fill(why)
        expect(ready(visitor.page)).to_be_visible()
    ready(second.page).click()
    on_the_chart(second.page)

    page = first.page
    page.get_by_label("Reason").press_sequentially(", dizzy")
    expect(page.locator("#not-yet")).to_contain_text("Dr. Ben Smith changed this")
    confirm(page).click(force=True)
    notice = page.locator("#conflict")
    expect(notice).to_be_focused()
    expect(notice).to_contain_text("Weight up 3.1 kg.")
    expect(page.get_by_label("Reason")).to_have_value("still high, dizzy")
    assert in_every_light(page) + too_wide(page) == []
    hand = Pointer(page)
    hand.click(page.get_by_role("button", name=re.compile("Apply mine to version 7: 40.mg → 20.mg")))
    hand.click(ready(page))
    on_the_chart(page)
    assert hand.taken() == 2
    assert [event.data.dose for event in chart.entries[-2:]] == ["40", "20"]


# --- A session that ends --------------------------------------------------------------------------------


def test_an_unattended_form_warns_locks_and_opens_again_with_what_was_typed(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    page.context.clock.install()
    other = page.context.new_page()
    other.goto(f"{visitor.server}/patients/{chart.patient_id}/")
    visitor.goto(f"/patients/{chart.patient_id}/add-note/")
    page.get_by_label("Note", exact=True).fill("Cannot sleep.")
    warning = page.locator("#idle")
    page.context.clock.fast_forward("13:30")
    expect(warning).to_be_visible()
    assert in_every_light(page) == []
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    page.context.clock.fast_forward("12:00")
    expect(warning).to_be_hidden()

    page.context.clock.fast_forward("03:30")
    page.wait_for_url(re.compile("/sign-in/"))
    expect(page.locator("body")).not_to_contain_text("MOREAU")
    expect(page.get_by_text("What you had typed is kept")).to_be_visible()
    other.wait_for_url(re.compile("/sign-in/"))
    assert KeptDraft.objects.count() == 1
    page.get_by_label("User name").fill(clinician.user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/add-note/"))
    expect(page.get_by_label("Note", exact=True)).to_have_value("Cannot sleep.")
    expect(page.locator("#kept")).to_contain_text("is here again")
    page.get_by_label("Kind of note").select_option("clinical")
    ready(page).click()
    on_the_chart(page)
    assert notes(chart, "Cannot sleep.") == 1
    assert KeptDraft.objects.count() == 0


def test_a_draft_is_kept_offered_and_discarded(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    place = f"/patients/{chart.patient_id}/add-note/"
    visitor.goto(place)
    page.get_by_label("Note", exact=True).fill("To be finished.")
    page.get_by_role("button", name="Keep as draft").click()
    on_the_chart(page)
    visitor.goto(place)
    expect(page.locator("#kept")).to_contain_text("You left this form on")
    expect(page.get_by_label("Note", exact=True)).to_have_value("")
    page.get_by_role("link", name="Take it up again").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("To be finished.")
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("#kept")).to_have_count(0)
    assert notes(chart, "To be finished.") == 0


def test_a_page_locks_although_the_server_is_away_and_loses_nothing(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    page = visitor.page
    visitor.goto(f"/patients/{chart.patient_id}/add-note/")
    page.get_by_label("Note", exact=True).fill("Cannot sleep.")
    page.route("**/lock/", lambda route: route.abort())
    page.locator(".topbar__lock").click()
    expect(page.get_by_text("still held in this window")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("MOREAU")
    expect(page.locator("body")).not_to_contain_text("Cannot sleep.")
    page.unroute("**/lock/")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(re.compile("/sign-in/"))
    expect(page.get_by_text("What you had typed is kept")).to_be_visible()
    lost = [words for words in visitor.complaints if "net::ERR_FAILED" in words]
    assert visitor.complaints == lost, "a browser says of each request that did not arrive that it did not"
    visitor.complaints.clear()
