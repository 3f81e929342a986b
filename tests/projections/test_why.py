"""Why a value is there: which entry set it, who made it, why, and what they had before them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from eventstore import store
from eventstore.registry import Stored
from projections.models import MedicationCourse, Patient
from projections.why import names
from records import commands, handlers
from records.author import Origin
from records.events import ChartViewed
from tests import factories as make
from tests.cast import Member
from tests.projections.pages import HTMX, head, seen_since, text_of
from tests.projections.record import Record, day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def record() -> Record:
    record = Record()
    record.add(make.PatientRegisteredFactory(family="Lindqvist", given="Helena", mrn=None, phone=None))
    return record


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


def why(client: Client, record: Record, subject: object, value: str, query: str = "", **options: Any) -> Any:
    return client.get(reverse("why", args=[record.patient_id, subject, value]) + query, **options)


def asked(client: Client, record: Record, subject: object, value: str, query: str = "") -> str:
    response = why(client, record, subject, value, query)
    assert response.status_code == 200
    return text_of(response)


def prescribed(record: Record, **values: Any) -> str:
    order = make.PrescriptionAddedFactory(
        **{
            "medication": "bisoprolol",
            "dose": "2.5",
            "unit": "mg",
            "route": "oral",
            "frequency": "once daily",
            **values,
        }
    )
    record.add(order, user_name="Dr Osei", seen_version=record.version)
    return str(order.prescription_id)


def adjusted(prescription_id: str, dose: str, **values: Any) -> Any:
    return make.DosageAdjustedFactory(
        **{
            "prescription_id": prescription_id,
            "dose": dose,
            "unit": "mg",
            "route": "oral",
            "frequency": "once daily",
            "reason": "Resting rate 92 per minute.",
            **values,
        }
    )


# --- Prescriptions ---------------------------------------------------------------------------------


def test_a_dose_that_was_adjusted_says_who_when_why_and_what_it_was_before(
    client: Client, record: Record
) -> None:
    bisoprolol = prescribed(record)
    (event_id,) = record.add(adjusted(bisoprolol, "5"), user_license="NY 214 882", seen_version=2)
    said = asked(client, record, bisoprolol, "dose")
    assert "Why 5 mg ?" in said
    assert "Dr Jones adjusted the dose on 03-Mar-2024 ." in said
    assert "2.5 mg changed to 5 mg oral, once daily unchanged" in said
    assert "Resting rate 92 per minute." in said
    assert "role as it was then; license NY 214 882" in said
    assert "From 10.1.2.3" in said
    assert "Chart version 2 No alert was shown." in said
    assert "DosageAdjusted, version 3" in said
    assert "This entry and its neighbours fit their hashes" in said
    assert "Earlier values, newest first 02-Mar-2024 prescribed 2.5 mg Dr Osei" in said
    page = why(client, record, bisoprolol, "dose").content.decode()
    for door in (
        reverse("seen", args=[event_id]),
        reverse("event", args=[event_id]),
        reverse("replay", args=[record.patient_id]) + "?step=3",
        reverse("moment", args=[record.patient_id]) + "?known_at=",
    ):
        assert door in page


def test_a_route_that_an_adjustment_said_again_comes_from_the_order(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    record.add(adjusted(bisoprolol, "5"))
    said = asked(client, record, bisoprolol, "route")
    assert "Dr Osei prescribed it" in said
    assert "1 later entry says the same again." in said


def test_a_value_that_a_correction_restored_says_what_was_wrong_and_strikes_it(
    client: Client, record: Record
) -> None:
    bisoprolol = prescribed(record)
    (wrong,) = record.add(adjusted(bisoprolol, "250"))
    record.mark(wrong, reason="Meant for another patient.", user_name="Dr Smith")
    response = why(client, record, bisoprolol, "dose")
    said, page = text_of(response), response.content.decode()
    assert "Why 2.5 mg ?" in said
    assert "Dr Osei prescribed it" in said
    assert "said 250 mg . Dr Smith marked it as entered in error" in said
    assert "Meant for another patient." in said
    struck = page.split('class="why__wrong"')[1].split("</li>")[0]
    assert "250" in struck
    assert "Entered in error" in struck


def test_an_entry_recorded_late_does_not_set_what_holds_now(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    record.add(adjusted(bisoprolol, "10"), at=day(20))
    record.add(adjusted(bisoprolol, "5"), at=day(10), user_name="Dr Late")
    said = asked(client, record, bisoprolol, "dose")
    assert "Why 10 mg ?" in said
    assert "5 mg changed to 10 mg" in said
    assert "Dr Late" in said.split("Earlier values")[1]


def test_what_a_change_to_another_drug_set_names_the_one_before(client: Client, record: Record) -> None:
    ramipril = prescribed(record, medication="ramipril", dose="5")
    change = make.PrescriptionChangedFactory(
        prescription_id=ramipril, medication="candesartan", dose="8", unit="mg", reason="Dry cough."
    )
    record.add(change)
    said = asked(client, record, change.replacement_id, "dose")
    assert "Dr Jones changed ramipril to candesartan" in said
    assert "ramipril: 5 mg changed to 8 mg" in said
    assert "Dry cough." in said
    assert "Before the change it was ramipril." in said
    assert "Why changed?" in asked(client, record, ramipril, "status")


def test_what_a_source_did_not_state_says_who_did_not_state_it(client: Client, record: Record) -> None:
    reported = prescribed(
        record, dose=None, unit=None, route=None, frequency=None, indication=None, reported=True,
        source_text="bisoprolol, see letter",
    )  # fmt: skip
    said = asked(client, record, reported, "dose")
    assert "Why is it not stated?" in said
    assert "not stated by source" in said
    assert "A source reported it as true from 02-Mar-2024 . Dr Osei took it in on" in said
    assert "The source does not state it." in said
    assert "Nobody's screen: it was imported." in said
    assert "bisoprolol, see letter" in said


def test_what_nobody_said_of_an_order_made_here_is_not_blamed_on_a_source(
    client: Client, record: Record
) -> None:
    bisoprolol = prescribed(record, note_to_patient=None)
    said = asked(client, record, bisoprolol, "note_to_patient")
    assert "Why is it not known?" in said
    assert "The entry does not say." in said


def test_an_end_says_how_far_the_renewals_reach(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record, start="2024-03-02", end=None, duration_days=28)
    record.add(
        make.PrescriptionRenewedFactory(prescription_id=bisoprolol, renewed_on="2024-03-30", duration_days=28)
    )
    said = asked(client, record, bisoprolol, "end")
    assert "Why for 28 days?" in said
    assert "With 1 renewal its orders cover it until 26-Apr-2024 ." in said
    said = asked(client, record, bisoprolol, "status")
    assert "Why completed?" in said
    assert "Its last day, 26-Apr-2024 , has passed. No entry ended it" in said
    assert "active changed to completed" in said
    assert "PrescriptionRenewed, version 3" in said


def test_a_hold_says_its_coded_reason_and_what_was_said(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    record.add(
        make.PrescriptionHeldFactory(
            prescription_id=bisoprolol, reason_code="procedure", reason="Contrast CT on Tuesday."
        )
    )
    said = asked(client, record, bisoprolol, "status")
    assert "Why held?" in said
    assert "Dr Jones held it" in said
    assert "active changed to held" in said
    assert "Reason: procedure" in said
    assert "Contrast CT on Tuesday." in said


def test_an_alert_that_was_overridden_is_shown_with_the_reason_for_going_on(
    client: Client, record: Record
) -> None:
    order = make.PrescriptionAddedFactory(medication="amoxicillin")
    record.add(
        order,
        seen_version=1,
        alerts=[
            {"kind": "duplicate", "text": "Already takes it.", "interrupts": False},
            {"kind": "allergy", "text": "Allergic to penicillins.", "interrupts": True},
        ],
        override_reason="Tolerated in 2022.",
    )
    said = asked(client, record, order.prescription_id, "medication")
    assert "Interrupted: Allergic to penicillins." in said
    assert "Noted, no answer needed: Already takes it." in said
    assert "Went on all the same: Tolerated in 2022." in said


def test_an_old_entry_says_that_it_is_read_in_a_newer_shape(client: Client, record: Record) -> None:
    order = make.PrescriptionAddedFactory(medication="digoxin")
    data = {**vars(order)}
    del data["prescriber_license"]
    record.add(Stored("PrescriptionAdded", 1, data))
    said = asked(client, record, order.prescription_id, "medication")
    assert "stored in an older shape (schema version 1)" in said


def test_a_prescription_that_was_entered_in_error_still_answers(client: Client, record: Record) -> None:
    order = make.PrescriptionAddedFactory(medication="warfarin", dose="3", unit="mg")
    (wrong,) = record.add(order)
    record.mark(wrong, reason="Wrong patient.")
    said = asked(client, record, order.prescription_id, "dose")
    assert "All of it was entered in error." in said
    assert "Wrong patient." in said


@pytest.mark.parametrize("value", names.LABELS[names.PRESCRIPTION])
def test_every_value_of_a_prescription_answers(client: Client, record: Record, value: str) -> None:
    bisoprolol = prescribed(record, as_needed=True, as_needed_reason="palpitations")
    assert "Dr Osei prescribed it on 02-Mar-2024 ." in asked(client, record, bisoprolol, value)


# --- Allergies and identity --------------------------------------------------------------------------


def test_a_severity_that_was_revised_says_by_whom_and_what_it_was(client: Client, record: Record) -> None:
    allergy = make.AllergyRecordedFactory(substance="latex", severity="mild")
    record.add(allergy, user_name="Dr Osei")
    revised = make.AllergyRevisedFactory(
        allergy_id=allergy.allergy_id, substance="latex", severity="severe", reason="Anaphylaxis at work."
    )
    record.add(revised)
    said = asked(client, record, allergy.allergy_id, "severity")
    assert "allergy to latex, severity" in said
    assert "Dr Jones revised what is known of the allergy" in said
    assert "mild changed to severe" in said
    assert "Anaphylaxis at work." in said
    assert "Dr Osei recorded the allergy" in asked(client, record, allergy.allergy_id, "substance")


def test_a_revision_in_error_gives_back_the_first_severity(client: Client, record: Record) -> None:
    allergy = make.AllergyRecordedFactory(substance="latex", severity="mild")
    record.add(allergy)
    (wrong,) = record.add(
        make.AllergyRevisedFactory(allergy_id=allergy.allergy_id, substance="latex", severity="severe")
    )
    record.mark(wrong)
    said = asked(client, record, allergy.allergy_id, "severity")
    assert "Why mild?" in said
    assert "said severe." in said


@pytest.mark.parametrize("value", names.LABELS[names.ALLERGY])
def test_every_value_of_an_allergy_answers(client: Client, record: Record, value: str) -> None:
    allergy = make.AllergyRecordedFactory(onset=None)
    record.add(allergy)
    assert "Dr Jones recorded the allergy" in asked(client, record, allergy.allergy_id, value)


def test_the_allergy_status_says_which_entry_made_it(client: Client, record: Record) -> None:
    assert "no entry says anything of it" in asked(client, record, "patient", "allergies")
    record.add(make.NoKnownAllergiesAssertedFactory())
    said = asked(client, record, "patient", "allergies")
    assert "Why none known?" in said
    assert "that there are no known allergies." in said
    record.add(make.AllergyRecordedFactory())
    assert "none known changed to 1 known" in asked(client, record, "patient", "allergies")


def test_a_name_that_was_corrected_says_what_it_was(client: Client, record: Record) -> None:
    record.add(
        make.DemographicsCorrectedFactory(
            family="Lindquist", given="Helena", mrn=None, changed=("family",), reason="As on the passport."
        )
    )
    said = asked(client, record, "patient", "name")
    assert "Dr Jones corrected who the patient is" in said
    assert "LINDQVIST, Helena changed to LINDQUIST, Helena" in said
    assert "As on the passport." in said


@pytest.mark.parametrize("value", sorted(set(names.LABELS[names.PATIENT]) - {"allergies"}))
def test_every_value_of_a_patient_answers(client: Client, record: Record, value: str) -> None:
    assert "Dr Jones opened the record on 01-Mar-2024 ." in asked(client, record, "patient", value)


# --- From a record that was merged -------------------------------------------------------------------


def test_what_came_with_a_merge_answers_with_the_other_records_entries(
    client: Client, record: Record, records_administrator: Member
) -> None:
    other = Record()
    other.add(make.PatientRegisteredFactory(mrn=None, family="Lindquist"))
    order = make.PrescriptionAddedFactory(medication="furosemide", dose="20", unit="mg")
    other.add(order, make.AllergyRecordedFactory(substance="latex", severity="severe"))
    other.add(adjusted(order.prescription_id, "40", route=order.route, frequency=order.frequency))
    handlers.handle(
        commands.MergePatients(
            patient_id=str(record.patient_id),
            other_id=str(other.patient_id),
            other_version=other.version,
            reason="Passport seen; same person.",
        ),
        command_id=uuid4(),
        seen_version=record.version,
        author=records_administrator.author,
        origin=Origin(),
    )
    here = MedicationCourse.objects.get(patient_id=record.patient_id).prescription_id
    response = why(client, record, here, "dose")
    said = text_of(response)
    assert "20 mg changed to 40 mg" in said
    assert "Dr Jones adjusted the dose" in said
    assert "It was recorded in another record, which was merged into this one." in said
    assert reverse("replay", args=[other.patient_id]) + "?step=4" in response.content.decode()
    (allergy,) = Patient.objects.get(patient_id=record.patient_id).allergies
    assert "Why severe?" in asked(client, record, allergy["allergy_id"], "severity")
    assert "Why 1 known?" in asked(client, record, "patient", "allergies")


# --- In the past -----------------------------------------------------------------------------------


def test_in_the_past_the_entry_that_was_known_then_answers(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    (wrong,) = record.add(adjusted(bisoprolol, "250"))
    recorded = store.read_event(wrong)
    assert recorded is not None
    record.mark(wrong)
    query = f"?known_at={quote(recorded.created_at.isoformat())}"
    said = asked(client, record, bisoprolol, "dose", query)
    assert "As known at" in said
    assert "Why 250 mg ?" in said
    assert "Entered in error" not in said
    earlier = f"?true_at={quote(day(2).isoformat())}"
    assert "Why 2.5 mg ?" in asked(client, record, bisoprolol, "dose", earlier)


@pytest.mark.parametrize(
    "query",
    [
        "?known_at=yesterday",
        "?true_at=2026-01-01",
        "?known_at=%00",
        "?known_at=9999-12-31T23:59:59-14:00",
        "?true_at=0001-01-01T00:00:00%2B14:00",
    ],
)
def test_a_moment_that_is_none_is_not_answered_with_now(client: Client, record: Record, query: str) -> None:
    assert why(client, record, "patient", "name", query).status_code == 404


# --- Who may ask, what is left of it, what it costs ----------------------------------------------------


def test_asking_is_an_access(client: Client, record: Record) -> None:
    bisoprolol, before = prescribed(record), head()
    why(client, record, bisoprolol, "dose", headers=HTMX)
    assert seen_since(before) == [
        ChartViewed(patient_id=str(record.patient_id), page="why", version=record.version)
    ]


def test_to_htmx_the_answer_is_a_panel_and_else_a_page(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    panel = why(client, record, bisoprolol, "dose", headers=HTMX).content.decode()
    assert "<html" not in panel
    assert 'id="why-head" tabindex="-1"' in panel
    page = why(client, record, bisoprolol, "dose").content.decode()
    assert '<h1 class="why__question"' in page
    assert "Back to the chart" in page


@pytest.mark.parametrize(
    ("subject", "value"),
    [("patient", "dose"), (uuid4(), "dose"), ("nobody", "dose"), ("patient", "shoe size")],
)
def test_what_the_record_does_not_have_is_not_found(
    client: Client, record: Record, subject: object, value: str
) -> None:
    assert why(client, record, subject, value).status_code == 404


def test_another_patients_prescription_is_not_found(client: Client, record: Record) -> None:
    other = Record()
    other.add(make.PatientRegisteredFactory(mrn=None))
    assert why(client, other, prescribed(record), "dose").status_code == 404


def test_who_may_not_see_records_gets_no_answer(record: Record, account_administrator: Member) -> None:
    bisoprolol = prescribed(record)
    (event_id,) = record.add(adjusted(bisoprolol, "5"))
    client = account_administrator.client()
    assert why(client, record, bisoprolol, "dose").status_code == 403
    assert client.get(reverse("seen", args=[event_id])).status_code == 403


def test_an_answer_costs_the_same_for_a_long_record(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    record.add(adjusted(bisoprolol, "5"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert why(client, record, bisoprolol, "dose", headers=HTMX).status_code == 200
        return len(queries)

    cost()
    short = cost()
    record.add(*(adjusted(bisoprolol, str(2 + number % 9)) for number in range(400)))
    assert cost() == short
    assert short <= 15
    said = text_of(why(client, record, bisoprolol, "dose", headers=HTMX))
    assert "older ones are in the timeline." in said


# --- The screen behind an entry -------------------------------------------------------------------------


def test_the_screen_behind_an_entry_is_rebuilt_as_it_was(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    record.add(make.AllergyRecordedFactory(substance="latex", severity="mild"))
    (event_id,) = record.add(adjusted(bisoprolol, "5"), seen_version=3)
    record.add(adjusted(bisoprolol, "10"), seen_version=4)
    before = head()
    said = text_of(client.get(reverse("seen", args=[event_id])))
    assert "You are looking at the past. Read only." in said
    assert "Their screen: chart version 3" in said
    screen = said.split("Their screen:")[1]
    assert "latex" in screen
    assert "2.5 mg" in screen
    assert "10 mg" not in said
    assert "Nothing: the entry came upon the chart that was on the screen." in said
    assert "Adjust" not in screen
    assert seen_since(before) == [
        ChartViewed(patient_id=str(record.patient_id), page="seen", version=record.version)
    ]


def test_what_the_author_could_not_know_is_named(client: Client, record: Record) -> None:
    (wrong,) = record.add(make.AllergyRecordedFactory(substance="latex"))
    bisoprolol = prescribed(record)
    (event_id,) = record.add(adjusted(bisoprolol, "5"), seen_version=3)
    record.add(make.AllergyRecordedFactory(substance="penicillins"), at=day(1))
    record.mark(wrong)
    said = text_of(client.get(reverse("seen", args=[event_id])))
    unknown = said.split("What they could not know")[1]
    assert "Allergy recorded: penicillins" in unknown.split("On the screen, and marked")[0]
    assert "Allergy recorded: latex" in unknown.split("On the screen, and marked")[1]


def test_what_others_recorded_after_the_screen_was_drawn_is_named(client: Client, record: Record) -> None:
    bisoprolol = prescribed(record)
    record.add(make.NoteAddedFactory())
    (event_id,) = record.add(adjusted(bisoprolol, "5"), seen_version=2)
    said = text_of(client.get(reverse("seen", args=[event_id])))
    assert "note" in said.split("Recorded between that screen and this entry")[1].split("What they could")[0]


def test_where_nobodys_screen_is_known_nothing_is_made_up(client: Client, record: Record) -> None:
    order = make.PrescriptionAddedFactory(reported=True)
    (imported,) = record.add(order, seen_version=1)
    said = text_of(client.get(reverse("seen", args=[imported])))
    assert "There was none: a source reported it" in said
    (unsaid,) = record.add(make.NoteAddedFactory())
    said = text_of(client.get(reverse("seen", args=[unsaid])))
    assert "It is not stored which version of the chart was on the screen" in said


def test_an_entry_of_no_record_has_no_screen(client: Client, clinician: Member) -> None:
    joined = next(store.read_stream(f"clinician-{clinician.user.pk}"))
    assert client.get(reverse("seen", args=[joined.event_id])).status_code == 404
    assert client.get(reverse("seen", args=[UUID(int=0)])).status_code == 404
