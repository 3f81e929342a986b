"""What may be done to prescriptions, and what each refusal advises. No database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from records import events
from records.catalogue.entries import CODE_SYSTEM
from tests.factories import (
    AddPrescriptionFactory,
    AdjustDosageFactory,
    AllergyRecordedFactory,
    ChangePrescriptionFactory,
    DiscontinuePrescriptionFactory,
    DosageAdjustedFactory,
    HoldPrescriptionFactory,
    PatientRegisteredFactory,
    PrescriptionAddedFactory,
    PrescriptionChangedFactory,
    PrescriptionDiscontinuedFactory,
    PrescriptionHeldFactory,
    PrescriptionRenewedFactory,
    PrescriptionResumedFactory,
    RenewPrescriptionFactory,
    ResumePrescriptionFactory,
    new_id,
)
from tests.records.scenario import JONES, NOW, SMITH, Scenario, at, given

ID = new_id()
OTHER = new_id()


def registered(*more: Any, **who: Any) -> Scenario:
    return given((PatientRegisteredFactory(**who), at("2026-01-01 08:00")), *more)


def on_lisinopril(*more: Any, **order: Any) -> Scenario:
    """A patient who has taken lisinopril since 1 October."""
    added = PrescriptionAddedFactory(prescription_id=ID, **order)
    return registered((added, at("2026-10-01 09:00")), *more)


# --- Add -----------------------------------------------------------------------------------------


def test_prescribing_records_the_whole_line_with_the_authors_name_and_license() -> None:
    registered().when(
        AddPrescriptionFactory(prescription_id=ID, dose="2.5", note_to_patient="  with water ")
    ).then(
        events.PrescriptionAdded(
            prescription_id=ID,
            medication="Lisinopril 10 mg tablet",
            code="lisinopril",
            code_system=CODE_SYSTEM,
            form="tablet",
            dose="2.5",
            unit="mg",
            route="oral",
            frequency="once daily",
            as_needed=False,
            as_needed_reason=None,
            start=None,
            end=None,
            duration_days=None,
            indication="hypertension",
            prescriber=JONES.name,
            prescriber_license=JONES.license,
            note_to_patient="with water",
        ),
        occurred_at=NOW,
    )


def test_a_prescription_by_someone_else_carries_their_name_and_no_license() -> None:
    event = registered().when(AddPrescriptionFactory(prescriber="Dr Cy Adams")).event()
    assert (event.prescriber, event.prescriber_license) == ("Dr Cy Adams", None)


def test_never_changes_the_case_of_a_drug() -> None:
    event = registered().when(AddPrescriptionFactory(medication="hydrOXYzine 25 mg")).event()
    assert event.medication == "hydrOXYzine 25 mg"


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"medication": " "}, "Write the medication", "medication"),
        ({"dose": None}, "Write the dose", "dose"),
        ({"dose": ".5"}, "zero before the point: 0.5", "dose"),
        ({"dose": "5mg"}, "choose the unit", "dose"),
        ({"unit": None}, "Choose the unit", "unit"),
        ({"unit": "IU"}, "not one of the choices", "unit"),
        ({"unit": "µg"}, "not one of the choices", "unit"),
        ({"route": None}, "Choose the route", "route"),
        ({"frequency": "QD"}, "not one of the choices", "frequency"),
        ({"frequency": None}, "Choose how often", "frequency"),
        ({"indication": None}, "indication is required", "indication"),
        ({"as_needed": True}, "taken for when needed", "as_needed_reason"),
        ({"frequency": "as needed"}, "taken for when needed", "as_needed_reason"),
        ({"start": "24-11-2026"}, "year-month-day", "start"),
        ({"start": "2026-11-24", "end": "2026-11-23"}, "end lies before the start", "end"),
        ({"end": "2027-01-01", "duration_days": 7}, "not both", "duration_days"),
        ({"duration_days": 0}, "1 to 3,660", "duration_days"),
        ({"medication": "x" * 201}, "within 200", "medication"),
        ({"indication": "a\x00b"}, "cannot be shown", "indication"),
        ({"override_code": "because"}, "not one of the choices", "override_code"),
        ({"prescription_id": "7"}, "lost its number", "prescription_id"),
        ({"occurred_at": at("2026-11-25 09:00")}, "still to come", "occurred_at"),
        ({"occurred_at": at("1961-03-11 09:00")}, "born on 12-Mar-1961", "occurred_at"),
    ],
)
def test_refuses_an_order_that_is_not_complete_or_not_safe(
    values: dict[str, Any], words: str, field: str
) -> None:
    registered().when(AddPrescriptionFactory(**values)).then_rejected(words, field=field)


def test_as_needed_in_words_is_as_needed_in_the_event() -> None:
    event = registered().when(AddPrescriptionFactory(frequency="as needed", as_needed_reason="pain")).event()
    assert (event.as_needed, event.as_needed_reason) == (True, "pain")


def test_refuses_to_prescribe_for_someone_who_is_not_registered() -> None:
    given().when(AddPrescriptionFactory()).then_rejected("no such patient")


def test_refuses_the_same_prescription_twice() -> None:
    on_lisinopril().when(AddPrescriptionFactory(prescription_id=ID)).then_rejected("recorded already")


def test_a_late_prescription_was_true_when_it_was_made() -> None:
    moment = at("2026-11-20 16:00")
    assert registered().when(AddPrescriptionFactory(occurred_at=moment)).accepted().occurred_at == moment


def test_a_stopped_drug_may_be_ordered_again_and_a_running_one_gets_a_note() -> None:
    story = on_lisinopril((PrescriptionDiscontinuedFactory(prescription_id=ID), at("2026-10-02 09:00")))
    assert story.when(AddPrescriptionFactory()).alerts("duplicate") == []
    (note,) = story.when(AddPrescriptionFactory()).alerts("duplicate")
    assert not note.interrupts


def test_flags_dangerous_abbreviations_in_free_text_and_keeps_the_text() -> None:
    story = registered().when(AddPrescriptionFactory(note_to_patient="take QD"))
    assert story.event().note_to_patient == "take QD"
    assert [alert.interrupts for alert in story.alerts("abbreviation")] == [False]


# --- Alerts that interrupt -----------------------------------------------------------------------


def allergic(*more: Any, **allergy: Any) -> Scenario:
    return registered((AllergyRecordedFactory(**allergy), at("2026-05-01 09:00")), *more)


def test_interrupts_for_the_same_ingredient_until_a_reason_is_given() -> None:
    story = allergic().when(AddPrescriptionFactory(medication="Amoxicillin 500 mg"))
    story.then_rejected("allergy to Amoxicillin .* say why you go on", field="override_reason")
    assert [alert.interrupts for alert in story.alerts()] == [True]


def test_a_reason_for_going_on_is_kept_with_the_alert() -> None:
    decision = (
        allergic()
        .when(
            AddPrescriptionFactory(
                medication="Amoxicillin 500 mg",
                override_code="tolerated before",
                override_reason="took it last year",
            )
        )
        .accepted()
    )
    assert decision.override is not None
    assert (decision.override.code, decision.override.reason) == ("tolerated before", "took it last year")
    assert [alert.kind for alert in decision.alerts] == ["allergy"]


def test_a_reason_without_an_alert_is_not_an_override() -> None:
    assert registered().when(AddPrescriptionFactory(override_reason="none")).accepted().override is None


def test_a_looser_relative_is_a_note() -> None:
    story = allergic(substance="Ampicillin").when(AddPrescriptionFactory(medication="Amoxicillin 500 mg"))
    assert [alert.interrupts for alert in story.alerts("related allergy")] == [False]


def test_an_allergy_declared_for_the_class_interrupts_for_its_members() -> None:
    story = allergic(substance="Ampicillin", whole_class=True)
    story.when(AddPrescriptionFactory(medication="Amoxicillin 500 mg"))
    story.then_rejected("both belong to the penicillins", field="override_reason")


@pytest.mark.parametrize(
    ("who", "start", "words"),
    [
        ({"birth_date": "2026-11-20"}, "2026-11-19", "before the patient's birth, 20-Nov-2026"),
        ({"deceased": True, "deceased_date": "2026-11"}, "2026-12-01", "after the patient's death, Nov-2026"),
        ({"deceased": True, "deceased_date": "2026-11-23"}, None, "after the patient's death, 23-Nov-2026"),
        ({"deceased": True}, None, "has died; the day is not recorded"),
    ],
)
def test_a_start_before_birth_or_after_death_needs_a_reason(
    who: dict[str, Any], start: str | None, words: str
) -> None:
    registered(**who).when(AddPrescriptionFactory(start=start)).then_rejected(words, field="override_reason")
    registered(**who).when(
        AddPrescriptionFactory(start=start, override_reason="as the paper chart says")
    ).accepted()


def test_a_start_in_the_month_of_death_is_not_surely_after_it() -> None:
    who = {"deceased": True, "deceased_date": "2026-11"}
    registered(**who).when(AddPrescriptionFactory(start="2026-11-30")).accepted()


# --- Change --------------------------------------------------------------------------------------


def test_a_change_ends_the_course_and_opens_its_replacement() -> None:
    story = on_lisinopril().when(
        ChangePrescriptionFactory(prescription_id=ID, replacement_id=OTHER, reason="cough")
    )
    assert isinstance(story.event(), events.PrescriptionChanged)
    assert story.event().reason == "cough"
    assert list(story.patient.courses) == [OTHER]
    assert story.patient.courses[OTHER].replaces == ID


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"reason": ""}, "Say why it is replaced", "reason"),
        ({"medication": "lisinopril 10 MG tablet"}, "adjust the dosage", "medication"),
        ({"replacement_id": ID}, "recorded already", None),
        ({"dose": "05"}, "no zero in front", "dose"),
        ({"occurred_at": at("2026-09-30 09:00")}, "prescribed on 01-Oct-2026 09:00", "occurred_at"),
    ],
)
def test_refuses_a_change_that_is_none_or_has_no_reason(
    values: dict[str, Any], words: str, field: str | None
) -> None:
    command = ChangePrescriptionFactory(**{"prescription_id": ID, **values})
    on_lisinopril().when(command).then_rejected(words, field=field)


def test_refuses_to_change_what_is_not_current() -> None:
    registered().when(ChangePrescriptionFactory()).then_rejected("not current.*add a prescription")


def test_a_change_to_a_drug_the_patient_is_allergic_to_interrupts() -> None:
    story = on_lisinopril((AllergyRecordedFactory(substance="Losartan"), at("2026-10-02 09:00")))
    story.when(ChangePrescriptionFactory(prescription_id=ID)).then_rejected(
        "allergy to Losartan", field="override_reason"
    )


def test_the_course_that_is_replaced_is_no_duplicate_of_its_replacement() -> None:
    command = ChangePrescriptionFactory(
        prescription_id=ID,
        medication="Lisinopril 5 mg capsule",
        form="capsule",
        reason="cannot swallow tablets",
    )
    assert on_lisinopril().when(command).alerts("duplicate") == []


# --- Adjust --------------------------------------------------------------------------------------


def test_an_adjustment_states_the_whole_dosage_and_why() -> None:
    on_lisinopril().when(AdjustDosageFactory(prescription_id=ID, dose="20", reason="still high")).then(
        events.DosageAdjusted(
            prescription_id=ID,
            dose="20",
            unit="mg",
            route="oral",
            frequency="once daily",
            reason="still high",
        )
    )


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"dose": "10"}, "the dosage it has already", "dose"),
        ({"dose": "20.0"}, "no zero at the end: 20", "dose"),
        ({"reason": None}, "Say why the dosage changes", "reason"),
        ({"frequency": "every 3 days"}, "not one of the choices", "frequency"),
        ({"occurred_at": at("2026-09-30 09:00")}, "prescribed on 01-Oct-2026", "occurred_at"),
        ({"occurred_at": at("2026-11-24 22:47")}, "still to come", "occurred_at"),
    ],
)
def test_refuses_an_adjustment_that_changes_nothing_or_says_not_why(
    values: dict[str, Any], words: str, field: str
) -> None:
    command = AdjustDosageFactory(**{"prescription_id": ID, **values})
    on_lisinopril().when(command).then_rejected(words, field=field)


def test_refuses_to_adjust_what_is_stopped_and_says_what_to_do() -> None:
    story = on_lisinopril((PrescriptionDiscontinuedFactory(prescription_id=ID), at("2026-11-01 09:00")))
    story.when(AdjustDosageFactory(prescription_id=ID)).then_rejected("add a prescription instead")


def test_what_is_on_hold_may_be_adjusted() -> None:
    story = on_lisinopril((PrescriptionHeldFactory(prescription_id=ID), at("2026-11-01 09:00")))
    story.when(AdjustDosageFactory(prescription_id=ID)).accepted()
    assert (story.patient.courses[ID].status, story.patient.courses[ID].dose) == ("held", "20")


def test_a_late_adjustment_never_overwrites_a_newer_dosage() -> None:
    story = on_lisinopril((DosageAdjustedFactory(prescription_id=ID, dose="40"), at("2026-11-01 09:00")))
    story.when(AdjustDosageFactory(prescription_id=ID, dose="20", occurred_at=at("2026-10-15 09:00")))
    story.accepted()
    assert story.patient.courses[ID].dose == "40"


def test_a_late_adjustment_may_equal_what_holds_now() -> None:
    story = on_lisinopril((DosageAdjustedFactory(prescription_id=ID, dose="40"), at("2026-11-01 09:00")))
    story.when(AdjustDosageFactory(prescription_id=ID, dose="40", occurred_at=at("2026-10-15 09:00")))
    story.accepted()


def test_a_sources_own_words_may_stay_when_the_dose_is_adjusted() -> None:
    story = on_lisinopril(unit="mg/m2", frequency="every 3 days", reported=True)
    command = AdjustDosageFactory(prescription_id=ID, unit="mg/m2", frequency="every 3 days")
    assert story.when(command).event().frequency == "every 3 days"


# --- Renew ---------------------------------------------------------------------------------------


def test_a_renewal_is_of_the_clinics_own_day_and_counts() -> None:
    """NOW is 24 November at the clinic and 25 November in UTC."""
    story = on_lisinopril().when(
        RenewPrescriptionFactory(prescription_id=ID, quantity="30", quantity_unit="tablet", duration_days=30)
    )
    story.then(
        events.PrescriptionRenewed(
            prescription_id=ID,
            renewed_on="2026-11-24",
            quantity="30",
            quantity_unit="tablet",
            duration_days=30,
            prescriber=JONES.name,
        )
    )
    course = story.patient.courses[ID]
    assert (course.renewals, course.last_renewed_on) == (1, "2026-11-24")


def test_a_renewal_of_an_earlier_day_is_a_late_entry() -> None:
    story = on_lisinopril().when(RenewPrescriptionFactory(prescription_id=ID, renewed_on="2026-11-03"))
    assert story.accepted().occurred_at == at("2026-11-03 00:00")


def test_a_renewal_on_the_day_of_the_order_comes_after_it() -> None:
    story = on_lisinopril().when(RenewPrescriptionFactory(prescription_id=ID, renewed_on="2026-10-01"))
    assert story.accepted().occurred_at == at("2026-10-01 09:00")


def test_a_late_renewal_counts_and_leaves_the_last_one_last() -> None:
    renewed = PrescriptionRenewedFactory(prescription_id=ID, renewed_on="2026-11-10")
    story = on_lisinopril((renewed, at("2026-11-10 09:00")))
    story.when(RenewPrescriptionFactory(prescription_id=ID, renewed_on="2026-10-20")).accepted()
    course = story.patient.courses[ID]
    assert (course.renewals, course.last_renewed_on) == (2, "2026-11-10")


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"renewed_on": "2026-11-25"}, "still to come", "renewed_on"),
        ({"renewed_on": "2026-11"}, "whole date", "renewed_on"),
        ({"renewed_on": "2026-09-30"}, "prescribed on 01-Oct-2026", "renewed_on"),
        ({"quantity": "30"}, "Say of what", "quantity_unit"),
        ({"quantity_unit": "tablet"}, "Write how much", "quantity"),
        ({"quantity": "3o"}, "number alone", "quantity"),
        ({"duration_days": -1}, "1 to 3,660", "duration_days"),
    ],
)
def test_refuses_a_renewal_that_cannot_be(values: dict[str, Any], words: str, field: str) -> None:
    command = RenewPrescriptionFactory(prescription_id=ID, **values)
    on_lisinopril().when(command).then_rejected(words, field=field)


def test_refuses_a_renewal_before_the_stated_start() -> None:
    story = on_lisinopril(start="2026-12-01")
    story.when(RenewPrescriptionFactory(prescription_id=ID)).then_rejected(
        "starts on 01-Dec-2026", field="renewed_on"
    )


def test_refuses_to_renew_what_is_on_hold() -> None:
    story = on_lisinopril((PrescriptionHeldFactory(prescription_id=ID), at("2026-11-01 09:00")))
    story.when(RenewPrescriptionFactory(prescription_id=ID)).then_rejected("Resume it first")


def test_an_allergy_that_became_known_since_the_last_order_interrupts_a_renewal() -> None:
    story = on_lisinopril((AllergyRecordedFactory(substance="Lisinopril"), at("2026-11-01 09:00")))
    story.when(RenewPrescriptionFactory(prescription_id=ID)).then_rejected(
        "allergy to Lisinopril", field="override_reason"
    )
    story.when(RenewPrescriptionFactory(prescription_id=ID, override_reason="no rash on it")).accepted()
    (note,) = story.when(RenewPrescriptionFactory(prescription_id=ID)).alerts("allergy")
    assert not note.interrupts


def test_an_allergy_recorded_late_still_interrupts_the_next_renewal() -> None:
    """True before the first order, known only since: nobody has answered it yet."""
    story = on_lisinopril((AllergyRecordedFactory(substance="Lisinopril"), at("2026-09-01 09:00")))
    story.when(RenewPrescriptionFactory(prescription_id=ID)).then_rejected(
        "allergy to Lisinopril", field="override_reason"
    )


def test_an_allergy_that_only_a_sources_order_ignored_interrupts_a_renewal_here() -> None:
    story = registered(
        (AllergyRecordedFactory(substance="Lisinopril", reported=True), at("2026-05-01 09:00")),
        (PrescriptionAddedFactory(prescription_id=ID, reported=True), at("2026-06-01 09:00")),
        (PrescriptionRenewedFactory(prescription_id=ID, reported=True), at("2026-07-01 09:00")),
    )
    story.when(RenewPrescriptionFactory(prescription_id=ID)).then_rejected(
        "allergy to Lisinopril", field="override_reason"
    )


def test_a_renewal_after_death_needs_a_reason() -> None:
    story = on_lisinopril()
    story.entries[0] = given(
        (PatientRegisteredFactory(deceased=True, deceased_date="2026-11-20"), at("2026-01-01 08:00"))
    ).entries[0]
    story.when(RenewPrescriptionFactory(prescription_id=ID)).then_rejected(
        "after the patient's death", field="override_reason"
    )


# --- Hold, resume, discontinue -------------------------------------------------------------------


def on_hold(*more: Any) -> Scenario:
    return on_lisinopril((PrescriptionHeldFactory(prescription_id=ID), at("2026-11-01 09:00")), *more)


def test_holding_resuming_and_discontinuing_follow_each_other() -> None:
    story = on_lisinopril()
    story.when(HoldPrescriptionFactory(prescription_id=ID)).then(
        events.PrescriptionHeld(prescription_id=ID, reason_code="procedure", reason="colonoscopy tomorrow")
    )
    story.when(ResumePrescriptionFactory(prescription_id=ID)).then(
        events.PrescriptionResumed(
            prescription_id=ID, reason_code="procedure done", reason="colonoscopy done"
        )
    )
    assert story.patient.courses[ID].status == "active"
    story.when(DiscontinuePrescriptionFactory(prescription_id=ID)).then(
        events.PrescriptionDiscontinued(prescription_id=ID, reason_code="side effect", reason="dry cough")
    )
    assert story.patient.courses == {}


def test_what_is_on_hold_may_be_discontinued() -> None:
    on_hold().when(DiscontinuePrescriptionFactory(prescription_id=ID)).accepted()


def test_refuses_to_hold_what_is_held() -> None:
    on_hold().when(HoldPrescriptionFactory(prescription_id=ID)).then_rejected(
        "on hold already, since 01-Nov-2026 09:00. Resume it, or discontinue it"
    )


def test_refuses_to_resume_what_is_not_held() -> None:
    on_lisinopril().when(ResumePrescriptionFactory(prescription_id=ID)).then_rejected(
        "not on hold: it is active"
    )


def test_refuses_to_discontinue_twice() -> None:
    story = on_lisinopril().when(DiscontinuePrescriptionFactory(prescription_id=ID))
    story.when(DiscontinuePrescriptionFactory(prescription_id=ID)).then_rejected(
        "nothing left to discontinue"
    )


def test_refuses_to_resume_what_was_discontinued_and_says_how_to_go_on() -> None:
    story = on_hold((PrescriptionDiscontinuedFactory(prescription_id=ID), at("2026-11-02 09:00")))
    story.when(ResumePrescriptionFactory(prescription_id=ID)).then_rejected(
        "add a prescription, or mark the stop as entered in error"
    )


@pytest.mark.parametrize(
    "factory", [HoldPrescriptionFactory, DiscontinuePrescriptionFactory, ResumePrescriptionFactory]
)
@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"reason_code": None}, "Choose the reason", "reason_code"),
        ({"reason_code": "whim"}, "not one of the choices", "reason_code"),
        ({"reason": "  "}, "Say why", "reason"),
    ],
)
def test_a_change_of_status_needs_a_reason_in_a_code_and_in_words(
    factory: Any, values: dict[str, Any], words: str, field: str
) -> None:
    story = on_hold() if factory is ResumePrescriptionFactory else on_lisinopril()
    story.when(factory(prescription_id=ID, **values)).then_rejected(words, field=field)


@pytest.mark.parametrize("factory", [DiscontinuePrescriptionFactory, ResumePrescriptionFactory])
def test_refuses_a_status_from_before_the_one_that_holds(factory: Any) -> None:
    on_hold().when(factory(prescription_id=ID, occurred_at=at("2026-10-20 09:00"))).then_rejected(
        "put on hold on 01-Nov-2026 09:00: enter a time from then on, or mark that entry", field="occurred_at"
    )


def test_names_the_entry_that_a_status_comes_too_early_for() -> None:
    story = on_hold((PrescriptionResumedFactory(prescription_id=ID), at("2026-11-05 09:00")))
    story.when(HoldPrescriptionFactory(prescription_id=ID, occurred_at=at("2026-11-04 09:00"))).then_rejected(
        "resumed on 05-Nov-2026 09:00", field="occurred_at"
    )


def test_a_late_hold_holds_from_when_it_was_true() -> None:
    story = on_lisinopril().when(
        HoldPrescriptionFactory(prescription_id=ID, occurred_at=at("2026-11-20 09:00"))
    )
    story.accepted()
    assert story.patient.courses[ID].status_at == at("2026-11-20 09:00")


def test_now_comes_after_what_a_server_with_a_clock_ahead_has_recorded() -> None:
    """Else an entry of now would be taken for a late one, be recorded, and change nothing."""
    ahead = NOW + timedelta(minutes=3)
    story = on_lisinopril((DosageAdjustedFactory(prescription_id=ID, dose="40"), ahead))
    assert story.when(AdjustDosageFactory(prescription_id=ID, dose="20")).accepted().occurred_at == ahead
    assert story.patient.courses[ID].dose == "20"
    story = on_lisinopril((PrescriptionHeldFactory(prescription_id=ID), ahead))
    assert story.when(ResumePrescriptionFactory(prescription_id=ID)).accepted().occurred_at == ahead
    assert story.patient.courses[ID].status == "active"


def test_a_time_to_the_minute_comes_after_an_entry_within_that_minute() -> None:
    held = at("2026-11-10 09:41") + timedelta(seconds=20)
    story = on_lisinopril((PrescriptionHeldFactory(prescription_id=ID), held))
    resume = ResumePrescriptionFactory(prescription_id=ID, occurred_at=at("2026-11-10 09:41"))
    assert story.when(resume).accepted().occurred_at == held
    story = on_lisinopril((PrescriptionHeldFactory(prescription_id=ID), held))
    story.when(ResumePrescriptionFactory(prescription_id=ID, occurred_at=at("2026-11-10 09:40")))
    story.then_rejected("put on hold on 10-Nov-2026 09:41", field="occurred_at")


def test_resuming_a_drug_the_patient_is_allergic_to_is_noted() -> None:
    story = on_hold((AllergyRecordedFactory(substance="Lisinopril"), at("2026-11-02 09:00")))
    (note,) = story.when(ResumePrescriptionFactory(prescription_id=ID)).alerts("allergy")
    assert not note.interrupts


def test_the_replacement_of_a_replacement_is_current() -> None:
    third = new_id()
    story = on_lisinopril(
        (PrescriptionChangedFactory(prescription_id=ID, replacement_id=OTHER), at("2026-11-01 09:00"))
    )
    story.when(
        ChangePrescriptionFactory(
            prescription_id=OTHER, replacement_id=third, medication="Amlodipine 5 mg tablet"
        ),
        author=SMITH,
    )
    assert story.event().prescriber == SMITH.name
    assert list(story.patient.courses) == [third]
