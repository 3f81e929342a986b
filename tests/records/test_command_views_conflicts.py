"""Two people on one chart, alerts that interrupt, and a database that is away: nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.errors import LedgerBusy
from records import handlers
from tests import factories
from tests.cast import Member
from tests.records.charts import Chart, open_chart
from tests.records.test_command_views import PRESCRIPTION, text_of

pytestmark = pytest.mark.django_db(transaction=True)

DOSAGE = {"dose": "20", "unit": "mg", "route": "oral", "frequency": "once daily", "reason": "still high"}


@pytest.fixture
def browser(clinician: Member) -> Client:
    return clinician.client()


def adjust(chart: Chart) -> str:
    return reverse("adjust-dosage", args=[chart.patient_id, chart.prescription_id])


def prescribe(chart: Chart) -> str:
    return reverse("add-prescription", args=[chart.patient_id])


def numbered(chart: Chart, typed: dict[str, str], **more: str) -> dict[str, str]:
    return {"command_id": str(uuid4()), "seen_version": str(chart.version), **typed, **more}


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no hidden {name}"
    return unescape(found[1])


# --- A stale form ------------------------------------------------------------------------------------


def test_the_notice_says_who_changed_this_from_what_to_what_and_why(
    chart: Chart, browser: Client, colleague: Member
) -> None:
    typed = numbered(chart, DOSAGE, confirm="yes")
    chart.record(
        factories.AdjustDosageFactory(prescription_id=chart.prescription_id, dose="40", reason="Weight up."),
        author=colleague.author,
    )
    words = text_of(browser.post(adjust(chart), typed))
    assert "Dr. Ben Smith changed this" in words
    assert "10 mg changed to 40 mg" in words.replace("\xa0", " ")
    assert "Weight up." in words
    assert "Apply mine to version 7: 40 mg → 20 mg" in words.replace("\xa0", " ")
    assert "You opened the form on version 6; the chart is now at 7." in words


def test_applying_mine_to_their_version_reads_the_line_back_and_then_records_it(
    chart: Chart, browser: Client, colleague: Member
) -> None:
    typed = numbered(chart, DOSAGE, confirm="yes")
    chart.record(
        factories.AdjustDosageFactory(prescription_id=chart.prescription_id, dose="40"),
        author=colleague.author,
    )
    assert browser.post(adjust(chart), typed).status_code == 422
    read_back = browser.post(adjust(chart), typed | {"confirm": "", "apply_to": "7"})
    assert "40 mg changed to 20 mg" in text_of(read_back).replace("\xa0", " ")
    confirmed = typed | {name: hidden(read_back, name) for name in ("seen_version", "read_back")}
    assert browser.post(adjust(chart), confirmed).status_code == 303
    assert (chart.entries[-1].version, chart.entries[-1].data.dose) == (8, "20")
    assert chart.entries[-1].metadata["seen_version"] == 7


def test_a_version_that_the_chart_never_had_is_not_applied(chart: Chart, browser: Client) -> None:
    typed = numbered(chart, DOSAGE, confirm="yes") | {"seen_version": "99"}
    response = browser.post(adjust(chart), typed)
    assert response.status_code == 422
    assert "The chart is at version 6" in text_of(response)
    assert chart.version == 6


def test_a_prescription_that_someone_stopped_meanwhile_is_not_adjusted(
    chart: Chart, browser: Client, colleague: Member
) -> None:
    typed = numbered(chart, DOSAGE, confirm="yes")
    stop = factories.DiscontinuePrescriptionFactory(prescription_id=chart.prescription_id)
    chart.record(stop, author=colleague.author)
    notice = browser.post(adjust(chart), typed)
    assert "Dr. Ben Smith changed this" in text_of(notice)
    assert "Prescribe anew" in text_of(notice)
    assert "Apply mine" not in text_of(notice), "nothing can be applied to what was stopped"
    applied = browser.post(adjust(chart), typed | {"seen_version": "7"})
    assert applied.status_code == 422
    assert "add a prescription" in text_of(applied)
    assert browser.get(adjust(chart)).status_code == 404


def test_a_registration_that_claims_to_have_seen_a_record_is_asked_to_start_anew(browser: Client) -> None:
    typed = {"family": "Olof", "sex": "male", "mrn": "M-7", "command_id": str(uuid4()), "seen_version": "5"}
    for confirm in ("", "yes"):
        response = browser.post(reverse("register-patient"), typed | {"confirm": confirm})
        assert response.status_code == 422
        assert "This form has lost its number" in text_of(response)


def test_a_record_number_that_is_taken_is_refused_at_its_field(chart: Chart, browser: Client) -> None:
    typed = {
        "family": "Olof",
        "sex": "male",
        "mrn": f"M-{uuid4().hex[:8]}",
        "seen_version": "0",
        "confirm": "yes",
    }
    assert browser.post(reverse("register-patient"), typed | {"command_id": str(uuid4())}).status_code == 303
    response = browser.post(reverse("register-patient"), typed | {"command_id": str(uuid4())})
    assert response.status_code == 422
    assert 'href="#id_mrn"' in response.content.decode()
    assert "Olof" in response.content.decode()


# --- The line that was read back ---------------------------------------------------------------------


def test_what_is_typed_after_reading_back_is_read_back_again_before_it_counts(
    chart: Chart, browser: Client
) -> None:
    typed = numbered(chart, DOSAGE)
    read = hidden(browser.post(adjust(chart), typed), "read_back")
    changed = typed | {"dose": "200", "confirm": "yes", "read_back": read}
    response = browser.post(adjust(chart), changed)
    assert response.status_code == 200
    assert "200 mg" in text_of(response).replace("\xa0", " ")
    assert chart.version == 6
    assert (
        browser.post(adjust(chart), changed | {"read_back": hidden(response, "read_back")}).status_code == 303
    )


def test_a_press_that_was_used_for_something_else_gets_a_number_of_its_own(
    chart: Chart, browser: Client
) -> None:
    typed = numbered(chart, DOSAGE, confirm="yes")
    assert browser.post(adjust(chart), typed).status_code == 303
    response = browser.post(adjust(chart), typed | {"dose": "30", "seen_version": "7"})
    assert response.status_code == 422
    assert "already recorded from this form" in text_of(response)
    assert hidden(response, "command_id") != typed["command_id"]
    again = typed | {"dose": "30", "seen_version": "7", "command_id": hidden(response, "command_id")}
    assert browser.post(adjust(chart), again).status_code == 303


def test_a_late_entry_is_true_from_when_it_says(chart: Chart, browser: Client) -> None:
    note = {
        "category": "clinical",
        "text": "Fell at home.",
        "occurred_on": "20-Nov-2026",
        "occurred_time": "07:30",
    }
    place = reverse("add-note", args=[chart.patient_id])
    assert "A late entry: true since" in text_of(browser.post(place, numbered(chart, note)))
    assert browser.post(place, numbered(chart, note, confirm="yes")).status_code == 303
    assert chart.entries[-1].occurred_at.isoformat() == "2026-11-20T07:30:00+00:00"


def test_a_time_to_come_is_refused_at_its_field(chart: Chart, browser: Client) -> None:
    note = {
        "category": "clinical",
        "text": "Will fall.",
        "occurred_on": "20-Nov-2099",
        "occurred_time": "07:30",
    }
    response = browser.post(
        reverse("add-note", args=[chart.patient_id]), numbered(chart, note, confirm="yes")
    )
    assert response.status_code == 422
    assert "still to come" in text_of(response)
    assert 'href="#id_occurred_on"' in response.content.decode()


# --- An alert that interrupts ------------------------------------------------------------------------


def test_an_allergy_interrupts_until_a_reason_is_given_and_the_reason_is_kept(
    chart: Chart, browser: Client
) -> None:
    chart.record(factories.RecordAllergyFactory(substance="penicillin", whole_class=True))
    typed = numbered(chart, PRESCRIPTION | {"medication": "amoxicillin"}, confirm="yes")
    alert = browser.post(prescribe(chart), typed)
    assert alert.status_code == 422
    assert "Choose another medication" in text_of(alert)
    assert "Prescribe it anyway" in text_of(alert)
    assert "amoxicillin meets it" in text_of(alert)
    assert chart.version == 7

    for words in ("", "skin te"):
        answer = {"override_code": "other", "override_reason": words}
        other = browser.post(prescribe(chart), typed | answer)
        assert other.status_code == 422
        assert "Write the reason, at least ten characters" in text_of(other)
    assert chart.version == 7

    answered = typed | {
        "override_code": "no alternative",
        "override_reason": "Only drug that reaches the bone.",
    }
    read_back = browser.post(prescribe(chart), answered | {"confirm": ""})
    assert read_back.status_code == 200
    assert "Overridden: An allergy to penicillin" in text_of(read_back)
    assert browser.post(prescribe(chart), answered).status_code == 303
    recorded = chart.entries[-1]
    assert recorded.metadata["override_reason"] == "Only drug that reaches the bone."
    assert recorded.metadata["alerts"][0]["interrupts"] is True


def test_a_note_that_needs_no_answer_stands_beside_the_line(chart: Chart, browser: Client) -> None:
    response = browser.post(prescribe(chart), numbered(chart, PRESCRIPTION | {"medication": "lisinopril"}))
    assert response.status_code == 200
    assert "Notes, no answer needed" in text_of(response)


# --- A record that cannot be reached -----------------------------------------------------------------


@pytest.mark.parametrize(
    "failure", [LedgerBusy("busy"), OperationalError("the server closed the connection")]
)
def test_when_it_is_not_known_whether_it_was_saved_pressing_again_is_safe(
    chart: Chart, browser: Client, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    typed = numbered(chart, DOSAGE | {"reason": "<b>& still high"}, confirm="yes")
    append = store.append

    def saved_but_the_answer_is_lost(*args: Any, **kwargs: Any) -> Any:
        append(*args, **kwargs)
        raise failure

    monkeypatch.setattr(store, "append", saved_but_the_answer_is_lost)
    response = browser.post(adjust(chart), typed)
    monkeypatch.undo()
    assert response.status_code == 503
    assert "It is not known whether this was saved. Press again: it cannot be saved twice." in text_of(
        response
    )
    assert {name: hidden(response, name) for name in typed} == typed
    assert browser.post(adjust(chart), typed).status_code == 303
    assert [event.event_type for event in chart.entries].count("DosageAdjusted") == 1


def test_no_form_is_shown_when_the_look_at_it_cannot_be_recorded(
    chart: Chart, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise LedgerBusy

    monkeypatch.setattr(store, "append", refuse)
    response = browser.get(adjust(chart))
    assert response.status_code == 503
    assert "the viewing could not be recorded" in text_of(response)
    assert "lisinopril" not in text_of(response)


def test_what_was_saved_but_is_not_shown_yet_is_said(
    chart: Chart, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "_shown", lambda position: False)
    response = browser.post(adjust(chart), numbered(chart, DOSAGE, confirm="yes"), follow=True)
    assert "Saved; the chart is still being brought up to date." in text_of(response)


def test_an_htmx_request_is_led_to_the_chart_as_a_whole_page(chart: Chart, browser: Client) -> None:
    response = browser.post(
        adjust(chart), numbered(chart, DOSAGE, confirm="yes"), headers={"HX-Request": "true"}
    )
    assert response.status_code == 204
    assert response["HX-Redirect"] == reverse("chart", args=[chart.patient_id])


def test_the_message_says_what_was_recorded_and_no_more(chart: Chart, browser: Client) -> None:
    response = browser.post(adjust(chart), numbered(chart, DOSAGE, confirm="yes"), follow=True)
    assert "Adjusted lisinopril: dose 10 mg changed to 20 mg." in text_of(response).replace("\xa0", " ")


# --- Whatever is sent ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"command_id": "no uuid", "seen_version": "-1"},
        {"seen_version": "9" * 5000},
        {"dose": "\x00", "unit": "\ud800", "reason": "\ud800"},
        {"dose": "9" * 10_000, "reason": "x" * 100_000},
        {"reason": "\u202eno", "occurred_on": "٢٠٢٦-11-24", "occurred_time": "25:61"},
        {"apply_to": "x", "confirm": "yes"},
        {"occurred_on": "2026-02-30", "occurred_time": "09:41"},
    ],
)
def test_nothing_that_is_typed_breaks_the_page(chart: Chart, browser: Client, typed: dict[str, str]) -> None:
    body = numbered(chart, DOSAGE) | typed if typed else {}
    encoded = "&".join(f"{name}={_quoted(value)}" for name, value in body.items())
    response = browser.post(adjust(chart), encoded, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert "to put right" in text_of(response)
    assert chart.version == 6


def _quoted(value: str) -> str:
    return "".join(f"%{byte:02x}" for byte in value.encode("utf-8", "surrogatepass"))


def test_an_entry_of_another_patient_cannot_be_marked_from_this_chart(
    chart: Chart, browser: Client, clinician: Member
) -> None:
    other = open_chart(clinician.author)
    place = reverse("mark-entry-in-error", args=[chart.patient_id, other.note_id])
    response = browser.get(place)
    assert response.status_code == 404
    assert "This patient has no such entry" in text_of(response)
    assert browser.post(place, numbered(chart, {"reason": "wrong patient"}, confirm="yes")).status_code == 404


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://testserver.evil.example"])
def test_a_form_from_elsewhere_is_not_taken(chart: Chart, clinician: Member, origin: str | None) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clinician.user)
    headers = {"origin": origin} if origin else {}
    response = strict.post(adjust(chart), numbered(chart, DOSAGE, confirm="yes"), headers=headers)
    assert response.status_code == 403
    assert "This form is no longer valid" in text_of(response)
    assert "still high" not in response.content.decode()
    assert chart.version == 6


def test_a_form_that_was_open_when_one_signed_in_again_is_given_back(chart: Chart, clinician: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clinician.user)
    typed = numbered(chart, DOSAGE, confirm="yes")
    response = strict.post(adjust(chart), typed, headers={"origin": "http://testserver"})
    assert response.status_code == 403
    given = {name: hidden(response, name) for name in typed if name != "confirm"}
    assert given == {name: typed[name] for name in given}
    assert 'name="confirm"' not in response.content.decode()
    token = hidden(response, "csrfmiddlewaretoken")
    read_back = strict.post(adjust(chart), given | {"csrfmiddlewaretoken": token})
    assert "Confirm and record" in text_of(read_back)
    assert chart.version == 6
