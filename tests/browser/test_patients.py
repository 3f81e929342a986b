"""Finding patients in a browser: as one types, by keyboard, misspelt; and no word of it in an address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Arrive
from tests.browser.looks import barriers, too_wide
from tests.cast import Member
from tests.projections.record import Record

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_patient_is_found_as_one_types_and_misspelt_by_keyboard_alone(
    arrive: Arrive, records_administrator: Member
) -> None:
    helena, double = Record(), Record()
    born = {"birth_date": "1961-11-24", "sex": "female"}
    helena.add(factories.PatientRegisteredFactory(family="Lindqvist", given="Helena", mrn="44710293", **born))
    double.add(
        factories.PatientRegisteredFactory(family="Lindquist", given="Helena M.", mrn="51207718", **born),
        factories.AllergyRecordedFactory(substance="latex"),
    )
    visitor = arrive(records_administrator)
    page = visitor.page
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))

    page.get_by_label("Find a patient by name").focus()
    page.keyboard.type("lindqvist")
    typed = page.locator("#found-as-typed")
    expect(typed.get_by_role("link")).to_have_count(2)
    expect(typed).to_contain_text("Similar names")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    expect(typed.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(typed).to_be_empty()
    page.keyboard.type(" ")
    expect(typed.get_by_role("link")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(str(helena.patient_id)))

    visitor.goto("/patients/")
    page.get_by_label("Find by name, record number or birth date").fill("lindkvist 1961")
    page.keyboard.press("Enter")
    found = page.locator("#found")
    expect(found).to_contain_text("No exact match for “lindkvist 1961”")
    expect(found).to_contain_text("Two of these records may be the same person")
    expect(found.locator("mark.match--like").first).to_be_visible()
    assert barriers(page) == []
    assert too_wide(page) == []

    found.get_by_role("link", name="Compare side by side").click()
    expect(page.locator(".compared")).to_contain_text("latex")
    assert barriers(page) == []
    assert too_wide(page) == []
    page.get_by_role("link", name="Merge into MRN 44710293").click()
    page.wait_for_load_state()
    page.get_by_label("How you know that they are one person").fill("Passport seen.")
    expect(page.locator(".preview__line")).to_contain_text("Allergies that come with it: latex.")
    assert barriers(page) == []
    page.get_by_role("button", name="Confirm and record").click()
    page.wait_for_url(re.compile(f"{helena.patient_id}/$"))
    expect(page.locator(".banner")).to_contain_text("latex")
    assert [address for address in addresses if "lind" in address.casefold()] == []
