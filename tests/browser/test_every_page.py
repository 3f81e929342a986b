"""Every page, wide and narrow, light and dark, by keyboard, with large text: nobody is shut out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Request, expect

from records import commands
from records.permissions import Permission
from tests import factories
from tests.browser.addresses import NO_PAGE, gives_a_page, names, pages_for, permission_of, values_of
from tests.browser.conftest import Arrive, Visitor, chromium
from tests.browser.looks import (
    STICKS_OUT,
    broken_words,
    in_every_light,
    keyboard_barriers,
    too_wide,
    too_wide_when_spaced,
)
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


#: Who looks at the pages that demand these permissions; every permission has its place here.
READING = frozenset({Permission.VIEW_RECORD, Permission.VIEW_RAW_EVENT})
FORMS = frozenset(
    {
        Permission.RECORD,
        Permission.PRESCRIBE,
        Permission.MARK_IN_ERROR,
        Permission.REGISTER_PATIENT,
        Permission.CORRECT_DEMOGRAPHICS,
    }
)
MERGING = frozenset({Permission.MERGE_RECORDS})
COMPLIANCE = frozenset({Permission.VIEW_COMPLIANCE})
ACCOUNTS = frozenset({Permission.MANAGE_ACCOUNTS})
ANYONE = frozenset({None})


def test_every_address_is_a_page_that_is_looked_at_here_or_none() -> None:
    looked_at = READING | FORMS | MERGING | COMPLIANCE | ACCOUNTS | ANYONE
    known = set(NO_PAGE)
    for name, pattern in names():
        known.discard(name)
        assert not gives_a_page(name) or permission_of(pattern) in looked_at, name
    assert known == set(), "no longer an address"


def barriers_of(visitor: Visitor, paths: Iterable[str]) -> list[str]:
    found = []
    for path in paths:
        visitor.goto(path)
        assert visitor.page.locator("h1").count() == 1, path
        page = visitor.page
        found += [
            f"{path}: {each}"
            for each in (*in_every_light(page), *too_wide(page), *too_wide_when_spaced(page))
        ]
    return found


@pytest.mark.timeout(400)
@pytest.mark.parametrize("demanded", [READING, FORMS], ids=["reading", "forms"])
def test_clinical_pages_have_no_barrier_and_never_scroll_sideways(
    arrive: Arrive,
    clinician: Member,
    records_administrator: Member,
    chart: Chart,
    demanded: frozenset[Permission | None],
) -> None:
    paths = pages_for(demanded, values_of(chart, records_administrator))
    found = barriers_of(arrive(clinician), paths)
    assert found == [], "\n".join(found)


@pytest.mark.timeout(400)
def test_pages_of_the_office_have_no_barrier_and_never_scroll_sideways(
    arrive: Arrive,
    records_administrator: Member,
    account_administrator: Member,
    compliance_officer: Member,
    chart: Chart,
) -> None:
    values = values_of(chart, records_administrator)
    found = barriers_of(arrive(), ["/sign-in/"])
    found += barriers_of(arrive(records_administrator), pages_for(MERGING, values))
    found += barriers_of(arrive(compliance_officer), pages_for(COMPLIANCE, values))
    anyone = [path for path in pages_for(ANYONE, values) if path != "/sign-in/"]
    found += barriers_of(arrive(account_administrator), [*pages_for(ACCOUNTS, values), *anyone])
    visitor = arrive(compliance_officer)
    for path in ("/admin/", "/admin/projections/timelineentry/"):
        visitor.goto(path)
        found += [f"{path}: {each}" for each in in_every_light(visitor.page)]
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
    patient = f"/patients/{chart.patient_id}"
    for path in ("/", "/medications/", "/medications/?show=past", "/allergies/", "/timeline/", "/moment/"):
        visitor.goto(patient + path)
        found += [f"{path}: {each}" for each in (*too_wide(visitor.page), *broken_words(visitor.page))]
    assert found == [], "\n".join(found)


def test_a_form_that_comes_back_has_no_barrier_and_the_focus_is_on_what_is_wrong(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician)
    visitor.expected = frozenset({422})
    visitor.goto(f"/patients/{chart.patient_id}/add-prescription/")
    visitor.page.get_by_label("Dose", exact=True).fill(".5")
    visitor.page.get_by_role("button", name="Confirm and record").click(force=True)
    expect(visitor.page.locator(".error-summary")).to_be_focused()
    expect(visitor.page.get_by_label("Dose", exact=True)).to_have_value(".5")
    assert in_every_light(visitor.page) + too_wide(visitor.page) == []


def test_a_refusal_has_no_barrier(arrive: Arrive, clinician: Member) -> None:
    visitor = arrive(clinician)
    visitor.expected = frozenset({403, 404})
    for path in ("/compliance-report/", "/nowhere/"):
        visitor.goto(path)
        assert in_every_light(visitor.page) + too_wide(visitor.page) == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("width", [1440, 390])
def test_by_keyboard_alone_every_stop_is_seen_and_none_is_a_trap(
    arrive: Arrive, clinician: Member, chart: Chart, width: int
) -> None:
    visitor = arrive(clinician, viewport={"width": width, "height": 800})
    patient = f"/patients/{chart.patient_id}"
    found = []
    for path in ("/", "/timeline/", "/moment/", "/replay/?step=4", "/add-prescription/", "/allergies/"):
        visitor.goto(patient + path)
        found += [f"{path}: {each}" for each in keyboard_barriers(visitor.page)]
    assert found == [], "\n".join(found)


SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 400);
})"""


def test_nothing_moves_while_a_page_loads(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    visitor = arrive(clinician)
    for path in ("", "timeline/", "moment/", "add-prescription/", "replay/"):
        visitor.goto(f"/patients/{chart.patient_id}/{path}")
        assert visitor.page.evaluate(SHIFT) < 0.01, path


def test_a_first_visit_is_small_with_everything(arrive: Arrive, clinician: Member, chart: Chart) -> None:
    """Under 100 kB as sent. The tests' own server does not compress static files, so each is asked for again
    as a browser asks the product."""
    client = clinician.client()
    for path in ("", "timeline/", "add-prescription/", "moment/"):
        visitor = arrive(clinician)
        asked: list[str] = []
        visitor.page.on("request", noting(asked))
        visitor.goto(f"/patients/{chart.patient_id}/{path}")
        sent = {url: bytes_sent(client, url.removeprefix(visitor.server)) for url in asked}
        assert sum(sent.values()) < 100_000, sent


def noting(asked: list[str]) -> Callable[[Request], None]:
    return lambda request: asked.append(request.url)


def bytes_sent(client: Client, path: str) -> int:
    """Body and head of the answer, in bytes."""
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    body = b"".join(answer) if answer.streaming else answer.content
    answer.close()
    return len(body) + sum(len(name) + len(value) + 4 for name, value in answer.headers.items())


def test_on_paper_there_are_no_controls_and_the_whole_table(
    arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    visitor = arrive(clinician, viewport={"width": 700, "height": 900})
    visitor.goto(f"/patients/{chart.patient_id}/")
    visitor.page.emulate_media(media="print")
    for control in (".topbar__menu", ".tabs", ".button", ".segments", ".more"):
        assert visitor.page.locator(control).filter(visible=True).count() == 0, control
    assert visitor.page.locator(".sheet-head__line").is_visible()
    assert visitor.page.locator(".sheet-foot").is_visible()
    assert visitor.page.get_by_role("columnheader", name="Indication").is_visible()
    assert visitor.page.locator(".banner").is_visible()


def test_text_at_twice_its_size_fits_every_page_as_on_a_smaller_screen(
    browser: Browser, arrive: Arrive, clinician: Member, chart: Chart
) -> None:
    """Widths are told in the reader's own letters: who reads larger ones gets the narrower drawing."""
    signed_in = arrive(clinician)
    large = browser.browser_type.launch(
        executable_path=chromium(), args=["--no-sandbox", "--blink-settings=defaultFontSize=32"]
    )
    page = large.new_context(storage_state=signed_in.page.context.storage_state()).new_page()
    found = []
    for path in ("", "medications/", "timeline/", "moment/", "replay/", "add-prescription/"):
        page.goto(f"{signed_in.server}/patients/{chart.patient_id}/{path}")
        for width in (1440, 1280, 640):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{path} at {width} px: {page.evaluate(STICKS_OUT)}")
    large.close()
    assert found == []
