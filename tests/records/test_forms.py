"""What may be typed, and what is said about what may not. No database."""

from __future__ import annotations

from dataclasses import fields
from datetime import time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django import forms as django_forms
from django.utils import timezone

from records import codes, commands, forms
from records.account_forms import RegisterClinicianForm
from records.command_pages import PAGES
from records.courses import Course
from records.form_fields import ClinicalDate, ClinicalTime, Coded, Dose, PlainText, moment


def refused(field: django_forms.Field, typed: Any) -> str:
    with pytest.raises(django_forms.ValidationError) as problem:
        field.clean(typed)
    return " ".join(problem.value.messages)


def number(**typed: str) -> dict[str, str]:
    return {"command_id": str(uuid4()), "seen_version": "3", **typed}


# --- Dates and times -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("24-Nov-2026", "2026-11-24"),
        ("24.11.2026", "2026-11-24"),
        ("today", timezone.localdate().isoformat()),
        ("2026-11-24", "2026-11-24"),
        (" 4-nov-2026 ", "2026-11-04"),
        ("24 Nov 2026", "2026-11-24"),
        ("29-Feb-2024", "2024-02-29"),
        ("", None),
    ],
)
def test_a_day_is_typed_as_the_clinic_writes_it_or_as_iso(typed: str, kept: str | None) -> None:
    assert ClinicalDate(required=False).clean(typed) == kept


@pytest.mark.parametrize(
    "typed", ["24/11/2026", "11-24-2026", "24-11-26", "tomorrow", "24-Foo-2026", "٢٤-Nov-2026"]
)
def test_a_day_that_could_be_misread_is_not_guessed(typed: str) -> None:
    assert refused(ClinicalDate(), typed) == "Write a date such as 24-Nov-2026, 24.11.2026 or today"


def test_a_day_that_does_not_exist_is_refused_with_what_is_wrong() -> None:
    assert "no day 31" in refused(ClinicalDate(), "31-Feb-2026")


def test_what_is_known_of_a_date_is_enough_where_that_is_allowed() -> None:
    field = ClinicalDate(partial=True)
    assert [field.clean(typed) for typed in ("1961", "Mar-1961", "1961-03")] == ["1961", "1961-03", "1961-03"]
    assert "Write the whole date" in refused(ClinicalDate(), "Mar-1961")


def test_a_stored_date_is_offered_as_the_clinic_writes_it() -> None:
    assert ClinicalDate().prepare_value("2026-11-24") == "24-Nov-2026"
    assert ClinicalDate().prepare_value("as typed") == "as typed"


def test_a_time_is_on_the_24_hour_clock() -> None:
    assert ClinicalTime().clean("9:05") == time(9, 5)
    for typed in ("24:00", "9.05", "9:5", "9 pm"):
        assert "24-hour clock" in refused(ClinicalTime(), typed)


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        assert moment("2026-11-24", time(9, 41)).isoformat() == "2026-11-24T09:41:00-05:00"
        with pytest.raises(django_forms.ValidationError, match="does not exist"):
            moment("2026-03-08", time(2, 30))


def test_a_late_entry_needs_both_day_and_time() -> None:
    note = {"category": "clinical", "text": "Fell."}
    without_time = forms.AddNoteForm(number(**note, occurred_on="20-Nov-2026"))
    without_day = forms.AddNoteForm(number(**note, occurred_time="09:41"))
    assert without_time.errors == {"occurred_time": ["Write the time too, such as 09:41"]}
    assert without_day.errors == {"occurred_on": ["Write the day too, such as 24-Nov-2026"]}


# --- Text, codes, doses --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["a\x07b", "a\x00b", "a\ud800b", "a\u202eb", "a\u2028b"])
def test_text_that_cannot_be_stored_or_shown_as_it_is_is_refused(typed: str) -> None:
    assert "cannot be shown" in refused(PlainText(lines=True), typed)


def test_text_is_kept_as_typed_with_its_lines_where_there_may_be_several() -> None:
    assert PlainText(lines=True).clean(" Élise\r\n\U0001f600\tb ") == "Élise\n\U0001f600 b"
    assert refused(PlainText(), "one\ntwo") == "Write it on one line"
    assert refused(PlainText(max_length=3), "four") == "Keep it within 3 characters: it has 4"
    assert PlainText(required=False).clean("  ") is None


def test_a_coded_word_is_one_of_the_clinics() -> None:
    field = Coded(codes.Unit)
    assert field.clean("mcg") == "mcg"
    assert refused(field, "µg") == "Choose one from the list: “µg” is not in it"
    assert refused(field, "") == "Choose one"


@pytest.mark.parametrize("typed", ["1.000", "7.0", "1,000", "1_0", "-7", "+7", "٧", "a week"])
def test_a_number_of_days_is_written_in_digits_alone(typed: str) -> None:
    assert forms.days().clean(" 7 ") == 7
    assert "whole number of days" in refused(forms.days(), typed)


def test_a_dose_is_written_in_one_way_only() -> None:
    assert Dose().clean("0.5") == "0.5"
    assert "Write a zero before the point: 0.5" in refused(Dose(), ".5")


# --- From forms to commands ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_form_states_every_value_that_its_command_takes(page: Any) -> None:
    """Left out on purpose: who prescribes is the author; codes come from a list that is not there yet."""
    form = page.form
    known = {*form.base_fields, "patient_id", "occurred_at", form.new_id}
    known |= {"prescription_id", "allergy_id", "target_event_id", "other_id"}
    missing = {field.name for field in fields(form.command)} - known
    assert missing <= {"prescriber", "code", "code_system"}, page.name
    shown = {name for row in form.rows for name in row}
    visible = {name for name, field in form.base_fields.items() if not field.widget.is_hidden}
    assert visible - shown <= {"occurred_on", "occurred_time", "override_code", "override_reason"}


def test_every_command_about_a_patient_has_a_page_named_as_it_is() -> None:
    named = {command.__name__ for command in commands.PatientCommand.__subclasses__()}
    assert {page.form.command.__name__ for page in PAGES} == named
    assert all(page.form.__name__ == f"{page.form.command.__name__}Form" for page in PAGES)


def test_a_prescription_as_it_is_typed_becomes_the_command() -> None:
    form = forms.AddPrescriptionForm(
        number(
            medication="amoxicillin", dose="500", unit="mg", route="oral", frequency="three times daily",
            start="24-Nov-2026", duration_days="7", indication="cellulitis, left shin",
        )
    )  # fmt: skip
    assert form.is_valid(), form.errors
    patient_id = str(uuid4())
    assert form.to_command({"patient_id": patient_id}) == commands.AddPrescription(
        patient_id=patient_id,
        prescription_id=str(form.number),
        medication="amoxicillin",
        dose="500",
        unit="mg",
        route="oral",
        frequency="three times daily",
        start="2026-11-24",
        duration_days=7,
        indication="cellulitis, left shin",
    )


def test_a_chosen_reason_for_overriding_says_enough_by_itself() -> None:
    typed = number(renewed_on="24-Nov-2026", override_code="no alternative")
    form = forms.RenewPrescriptionForm(typed)
    assert form.is_valid()
    assert form.cleaned_data["override_reason"] == "no alternative"
    other = forms.RenewPrescriptionForm(typed | {"override_code": "other"})
    assert other.is_valid()
    assert other.cleaned_data["override_reason"] is None


def course(**instead: Any) -> Course:
    now = timezone.now()
    values: dict[str, Any] = dict.fromkeys(field.name for field in fields(Course)) | {
        "medication": "digoxin", "dose": "125", "unit": "mcg", "route": "oral", "frequency": "once daily",
        "status_at": now, "since": now, "dose_since": now,
    }  # fmt: skip
    return Course(**{**values, **instead})


def test_a_form_opens_with_what_holds_now() -> None:
    form = forms.AdjustDosageForm.opening(course(), 7)
    assert (form["dose"].value(), form["unit"].value(), form["seen_version"].value()) == ("125", "mcg", 7)
    assert 'value="mcg" selected' in str(form["unit"])


def test_a_sources_own_word_may_stay_and_nothing_else_outside_the_list() -> None:
    reported = course(unit="{puff}", frequency="every 4 h as directed")
    typed = {"dose": "2", "unit": "{puff}", "route": "oral", "frequency": "once daily", "reason": "better"}
    assert forms.AdjustDosageForm(number(**typed), subject=reported).is_valid()
    assert "unit" in forms.AdjustDosageForm(number(**typed), subject=course()).errors
    assert "unit" in forms.AdjustDosageForm(number(**typed | {"unit": "IU"}), subject=reported).errors


def test_the_code_of_an_allergy_goes_when_its_substance_does() -> None:
    typed = {
        "substance": "latex", "coded_substance": "latex", "code": "1003755004", "code_system": "http://snomed.info/sct",
        "category": "environment", "certainty": "confirmed", "reason": "tested",
    }  # fmt: skip
    kept, gone = (
        forms.ReviseAllergyForm(number(**typed)),
        forms.ReviseAllergyForm(number(**typed | {"substance": "nitrile"})),
    )
    assert kept.is_valid()
    assert gone.is_valid()
    assert kept.cleaned_data["code"] == "1003755004"
    assert gone.cleaned_data["code"] is None


def test_a_day_of_death_without_the_tick_is_asked_about() -> None:
    typed = {"family": "Olof", "mrn": "1", "sex": "male", "deceased_date": "2019"}
    assert "deceased" in forms.RegisterPatientForm(number(**typed)).errors
    assert forms.RegisterPatientForm(number(**typed, deceased="on")).is_valid()


def test_a_form_that_lost_its_number_says_so() -> None:
    form = forms.RefuteAllergyForm({"reason": "tolerates it", "command_id": "x", "seen_version": str(2**63)})
    lost = "This form has lost its number. Open it again, from where you found it."
    assert form.errors == {"command_id": [lost], "seen_version": [lost]}


def test_a_user_name_is_lower_case_and_a_password_is_long() -> None:
    typed = number(name="Dr Rhys Jones", username="Jones", role="clinician", password="too short")
    form = RegisterClinicianForm(typed)
    assert list(form.errors) == ["password"]
    good = RegisterClinicianForm(typed | {"password": "a wet Tuesday in the ward"})
    assert good.is_valid()
    assert good.cleaned_data["username"] == "jones"
