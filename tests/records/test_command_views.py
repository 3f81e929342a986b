"""Every command's page: shown, read back, confirmed once, refused to those who may not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.ledgers import ACCESS_EVENTS
from eventstore.store import RecordedEvent
from records import command_pages
from records.command_pages import About, CommandPage
from records.events import ChartViewed
from records.permissions import Permission
from tests import factories
from tests.cast import Member
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)

#: Those about one record; two of them side by side are in test_merge_views.py.
PAGES = tuple(page for page in command_pages.PAGES if page.about is not About.OTHER_RECORD)


@dataclass(frozen=True)
class Case:
    """One command as a person types it. wrong: what to spoil it with, and the words that answer."""

    typed: dict[str, str]
    event: str
    wrong: tuple[str, str, str]
    on: dict[str, str] = field(default_factory=dict)


PRESCRIPTION = {
    "medication": "amlodipine",
    "form": "tablet",
    "dose": "5",
    "unit": "mg",
    "route": "oral",
    "frequency": "once daily",
    "start": "24-Nov-2026",
    "indication": "blood pressure",
}
IDENTITY = {"family": "Okafor", "given": "Chidi", "birth_date": "03-Aug-1990", "sex": "male"}
ALLERGY = {"substance": "peanut", "category": "food", "certainty": "confirmed", "onset": "2019"}
STOP = {"reason_code": "side effect", "reason": "dry cough"}

CASES: dict[str, Case] = {
    "register-patient": Case(IDENTITY, "PatientRegistered", ("birth_date", "31-Feb-1990", "28 days")),
    "correct-demographics": Case(
        {**IDENTITY, "reason": "as on the passport"}, "DemographicsCorrected", ("reason", "", "Fill this in")
    ),
    "add-prescription": Case(
        PRESCRIPTION, "PrescriptionAdded", ("dose", ".5", "Write a zero before the point: 0.5")
    ),
    "change-prescription": Case(
        {**PRESCRIPTION, "reason": "cough"}, "PrescriptionChanged", ("unit", "IU", "is not in it")
    ),
    "adjust-dosage": Case(
        {"dose": "20", "unit": "mg", "route": "oral", "frequency": "once daily", "reason": "still high"},
        "DosageAdjusted",
        ("dose", "20.0", "Write no zero at the end: 20"),
    ),
    "renew-prescription": Case(
        {"duration_days": "30"}, "PrescriptionRenewed", ("renewed_on", "yesterday", "24-Nov-2026")
    ),
    "hold-prescription": Case(
        {"reason_code": "procedure", "reason": "colonoscopy"},
        "PrescriptionHeld",
        ("reason_code", "", "Choose one"),
    ),
    "resume-prescription": Case(
        {"reason_code": "procedure done", "reason": "went well"},
        "PrescriptionResumed",
        ("reason", "\x00", "cannot be shown"),
        {"prescription_id": "held_id"},
    ),
    "discontinue-prescription": Case(STOP, "PrescriptionDiscontinued", ("reason", " ", "Fill this in")),
    "record-allergy": Case(ALLERGY, "AllergyRecorded", ("onset", "Foo-2019", "Nov-2026 or 2026")),
    "revise-allergy": Case(
        {**ALLERGY, "substance": "latex", "severity": "severe", "reason": "anaphylaxis"},
        "AllergyRevised",
        ("severity", "terrible", "is not in it"),
    ),
    "refute-allergy": Case({"reason": "tolerates it"}, "AllergyRefuted", ("reason", "", "Fill this in")),
    "resolve-allergy": Case({"reason": "desensitised"}, "AllergyResolved", ("reason", "", "Fill this in")),
    "assert-no-known-allergies": Case(
        {}, "NoKnownAllergiesAsserted", ("occurred_on", "1-2-3", "24-Nov-2026")
    ),
    "add-note": Case(
        {"category": "clinical", "text": "Walks well."}, "NoteAdded", ("text", "", "Fill this in")
    ),
    "mark-entry-in-error": Case(
        {"reason": "wrong patient"}, "EntryMarkedInError", ("reason", "", "Fill this in")
    ),
}


@pytest.fixture(params=PAGES, ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> CommandPage:
    page: CommandPage = request.param
    return page


def address(page: CommandPage, chart: Chart) -> str:
    ids = {
        About.NOBODY_YET: {},
        About.PATIENT: {"patient_id": chart.patient_id},
        About.PRESCRIPTION: {"patient_id": chart.patient_id, "prescription_id": chart.prescription_id},
        About.ALLERGY: {"patient_id": chart.patient_id, "allergy_id": chart.allergy_id},
        About.ENTRY: {"patient_id": chart.patient_id, "event_id": chart.note_id},
    }[page.about]
    renamed = {name: getattr(chart, attribute) for name, attribute in CASES[page.name].on.items()}
    return reverse(page.name, kwargs={**ids, **renamed})


def filled(page: CommandPage, chart: Chart, **instead: str) -> dict[str, str]:
    """What a person's browser sends: what the form came with, and what they typed."""
    version = 0 if page.about is About.NOBODY_YET else chart.version
    typed = dict(CASES[page.name].typed)
    if "mrn" in page.form.base_fields:
        typed["mrn"] = f"M-{uuid4().hex[:8]}"
    return {"command_id": str(uuid4()), "seen_version": str(version), **typed, **instead}


def ready(page: CommandPage, chart: Chart) -> Chart:
    """A chart on which the command is possible."""
    if page.name == "assert-no-known-allergies":
        chart.record(factories.RefuteAllergyFactory(allergy_id=chart.allergy_id))
    return chart


def text_of(response: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(words))


def events_after(position: int) -> list[RecordedEvent]:
    return store.read_all(after=position)


def accesses_after(position: int) -> list[RecordedEvent]:
    return store.read_all(after=position, ledger=ACCESS_EVENTS)


def test_there_is_a_case_for_every_command() -> None:
    assert set(CASES) == {page.name for page in PAGES}


def test_each_form_is_shown_and_the_look_at_the_chart_is_recorded(chart: Chart, clinician: Member) -> None:
    client = clinician.client()
    for page in PAGES:
        before = store.head(ACCESS_EVENTS).position
        response = client.get(address(page, chart))
        assert response.status_code == 200, page.name
        assert str(page.title) in text_of(response)
        seen = [(event.event_type, event.data) for event in accesses_after(before)]
        if page.about is About.NOBODY_YET:
            assert not seen
        else:
            (viewed,) = seen
            assert viewed == (
                "ChartViewed",
                ChartViewed(patient_id=chart.patient_id, page=page.name, version=6),
            )


def test_the_line_is_read_back_and_nothing_is_recorded(
    page: CommandPage, chart: Chart, clinician: Member
) -> None:
    ready(page, chart)
    before = store.head().position
    response = clinician.client().post(address(page, chart), filled(page, chart))
    assert response.status_code == 200, text_of(response)
    assert "Confirm and record" in text_of(response)
    assert 'name="confirm" value="yes"' in response.content.decode()
    assert events_after(before) == []


def test_confirming_twice_records_it_once_and_leads_to_the_chart(
    page: CommandPage, chart: Chart, clinician: Member
) -> None:
    ready(page, chart)
    before = store.head().position
    client, typed = clinician.client(), filled(page, chart, confirm="yes")
    first, second = (client.post(address(page, chart), typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303), text_of(first)
    recorded = [event for event in events_after(before) if event.aggregate_type == "Patient"]
    assert [event.event_type for event in recorded] == [CASES[page.name].event]
    assert str(recorded[0].event_id) == typed["command_id"]
    assert recorded[0].metadata["user_name"] == clinician.author.name
    assert recorded[0].metadata["ip"] == "127.0.0.1"
    patient_id = recorded[0].aggregate_id.removeprefix("patient-")
    assert first["Location"] == second["Location"] == reverse("chart", args=[patient_id])


def test_bad_input_comes_back_with_what_was_typed(page: CommandPage, chart: Chart, clinician: Member) -> None:
    ready(page, chart)
    before = store.head().position
    name, value, words = CASES[page.name].wrong
    typed = filled(page, chart, confirm="yes") | {name: value}
    response = clinician.client().post(address(page, chart), typed)
    assert response.status_code == 422
    assert words in text_of(response), text_of(response)
    kept = [typed[kept] for kept in CASES[page.name].typed if kept != name]
    assert all(value in unescape(response.content.decode()) for value in kept)
    assert events_after(before) == []


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_a_chart_that_changed_meanwhile_is_shown_before_anything_is_recorded(
    page: CommandPage, chart: Chart, clinician: Member, colleague: Member
) -> None:
    ready(page, chart)
    typed = filled(page, chart, confirm="yes")
    chart.record(factories.AddNoteFactory(text="Seen on the ward round."), author=colleague.author)
    before = store.head().position
    response = clinician.client().post(address(page, chart), typed)
    assert response.status_code == 422
    words = text_of(response)
    assert re.search(r"Dr\. Ben Smith recorded in this chart (just now|\d+ s ago)", words), words
    assert "Seen on the ward round." in words
    assert f"Apply mine to version {chart.version}" in words
    assert events_after(before) == []

    moved = clinician.client().post(
        address(page, chart), typed | {"confirm": "", "apply_to": str(chart.version)}
    )
    assert moved.status_code == 200, text_of(moved)
    assert f'name="seen_version" value="{chart.version}"' in moved.content.decode()


def test_those_without_the_permission_are_refused_and_the_refusal_is_recorded(
    chart: Chart, account_administrator: Member
) -> None:
    client = account_administrator.client()
    for page in PAGES:
        before, place = store.head(ACCESS_EVENTS).position, address(page, chart)
        for response in (client.get(place), client.post(place, filled(page, chart, confirm="yes"))):
            assert response.status_code == 403, page.name
            assert "Ask an account administrator" in text_of(response)
            assert "lisinopril" not in text_of(response)
        refused = accesses_after(before)
        assert [event.event_type for event in refused] == ["AccessRefused", "AccessRefused"]
        assert refused[0].data.page == page.name
        assert refused[0].metadata["user_id"] == account_administrator.author.user_id
    assert chart.version == 6


def test_a_clinician_without_a_license_may_note_but_not_prescribe(chart: Chart, outsider: Member) -> None:
    client = outsider.client()
    allowed = {page.name for page in PAGES if client.get(address(page, chart)).status_code == 200}
    assert allowed == {page.name for page in PAGES if page.permission is not Permission.PRESCRIBE}
    refused = client.get(reverse("add-prescription", args=[chart.patient_id]))
    assert "no license is recorded for you" in text_of(refused)


def test_what_was_typed_elsewhere_opens_the_form_however_it_is_written(
    chart: Chart, clinician: Member
) -> None:
    browser, place = clinician.client(), reverse("add-prescription", args=[chart.patient_id])
    stated = {"medication": "amlodipine", "duration_days": "a week", "unit": "spoons", "dose": ".5"}
    for days in ("a week", "7"):
        response = browser.post(place, {**stated, "duration_days": days, "opening": "yes"})
        assert response.status_code == 200
        assert "amlodipine" in response.content.decode()


def test_a_patient_that_does_not_exist_is_not_found(chart: Chart, clinician: Member) -> None:
    client = clinician.client()
    chart.patient_id = str(uuid4())
    for page in PAGES:
        if page.about is not About.NOBODY_YET:
            place = address(page, chart)
            assert client.get(place).status_code == 404, page.name
            assert client.post(place, filled(page, chart, confirm="yes")).status_code == 404, page.name


def test_nobody_who_has_not_signed_in_sees_a_form(chart: Chart) -> None:
    for page in PAGES:
        response = Client().get(address(page, chart))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("sign-in")), page.name
