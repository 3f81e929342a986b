"""Given a record, when two moments of it are compared, then their differences stand by cause, in words."""

from __future__ import annotations

import pytest

from projections.moments.asked import NOW as PRESENT
from projections.moments.asked import Moment
from projections.moments.between import Cause, side
from projections.moments.telling import Between, Difference, between
from tests import factories as make
from tests.projections.moments.entries import PATIENT, History
from tests.records.scenario import NOW, at


def compared(story: History, first: str, second: str | None = None) -> Between:
    """From a moment on both clocks to another, or to now."""
    a = Moment(at(first), at(first))
    b = Moment(at(second), at(second)) if second else PRESENT
    sides = (side(PATIENT, story.entries, moment, NOW) for moment in (a, b))
    return between(story.entries, *sides)


def only(found: Between, cause: Cause) -> Difference:
    (group,) = found.groups
    assert group.cause is cause
    (difference,) = group.differences
    return difference


@pytest.fixture
def ramipril() -> History:
    story = History()
    prescription = story.prescribed("ramipril", "5", "2026-08-01 10:00")
    change = make.PrescriptionChangedFactory(
        prescription_id=prescription, medication="candesartan", dose="8", reason="Dry cough for six weeks."
    )
    story.add(change, "2026-09-02 10:15", "2026-09-04 09:02", who="Dr Rhys Jones")
    return story


def test_what_was_true_already_and_recorded_later_is_learned(ramipril: History) -> None:
    learned = only(compared(ramipril, "2026-09-03 12:00"), Cause.LEARNED)
    assert learned.title == "ramipril changed to candesartan"
    assert learned.changes == (("", "ramipril 5 mg", "candesartan 8 mg"),)
    assert learned.when.startswith("true 02-Sep-2026, recorded 04-Sep-2026 ")
    assert learned.when.endswith(" by Dr Rhys Jones")
    assert learned.reason == "Dry cough for six weeks."
    assert learned.event_id == ramipril.entries[-1].event_id
    assert learned.act == "changed to candesartan 8 mg"


def test_what_was_not_true_yet_happened(ramipril: History) -> None:
    happened = only(compared(ramipril, "2026-08-15 12:00"), Cause.HAPPENED)
    assert happened.title == "ramipril changed to candesartan"
    assert "recorded 04-Sep-2026" in happened.when


def test_seen_backwards_it_is_not_recorded_or_not_true_yet(ramipril: History) -> None:
    back = compared(ramipril, "2026-10-01 12:00", "2026-09-03 12:00")
    assert only(back, Cause.NOT_RECORDED).title == "ramipril changed to candesartan"
    earlier = compared(ramipril, "2026-10-01 12:00", "2026-08-15 12:00")
    assert only(earlier, Cause.NOT_TRUE).title == "ramipril changed to candesartan"


def test_parts_without_a_difference_are_said(ramipril: History) -> None:
    ramipril.add(make.AllergyRecordedFactory(substance="latex"), "2026-09-10 09:00")
    found = compared(ramipril, "2026-10-01 12:00")
    assert found.total == 0
    assert found.same == (
        ("Medications", "no difference: 1 current at A and at B"),
        ("Allergies", "no difference: 1 known at A and at B"),
        ("Identity", "no difference"),
    )


@pytest.fixture
def digoxin() -> History:
    """Adjusted by mistake on the 3rd, taken back on the 5th."""
    story = History()
    prescription = story.prescribed("digoxin", "125", "2026-08-28 15:44", unit="mcg")
    wrong = make.DosageAdjustedFactory(prescription_id=prescription, dose="250", unit="mcg")
    slip = story.add(wrong, "2026-11-03 17:31")
    story.mark(slip, "2026-11-05 08:52")
    return story


@pytest.mark.parametrize("first", ["2026-10-01 12:00", "2026-11-04 12:00"])
def test_what_was_entered_and_withdrawn_is_struck_whether_or_not_it_stood_at_the_first_moment(
    digoxin: History, first: str
) -> None:
    wrong = only(compared(digoxin, first), Cause.WITHDRAWN)
    assert wrong.title == "digoxin dose adjusted, entered in error"
    assert (wrong.struck, wrong.changes) == (True, (("", "125 mcg", "250 mcg"),))
    assert wrong.when == "recorded 03-Nov-2026, withdrawn 05-Nov-2026"
    assert wrong.reason == "meant for another patient"


def test_what_was_withdrawn_before_both_moments_or_unknown_at_both_makes_no_difference(
    digoxin: History,
) -> None:
    assert compared(digoxin, "2026-11-06 12:00").total == 0
    assert compared(digoxin, "2026-09-06 12:00", "2026-10-06 12:00").total == 0
    assert only(compared(digoxin, "2026-10-06 12:00", "2026-11-04 12:00"), Cause.HAPPENED).changes == (
        ("", "125 mcg", "250 mcg"),
    )


def test_an_allergy_that_was_told_late_is_learned() -> None:
    story = History()
    late = make.AllergyRecordedFactory(substance="penicillins", severity="severe", reactions="anaphylaxis")
    story.add(late, "2026-07-09 08:00", "2026-07-12 09:00")
    learned = only(compared(story, "2026-07-10 12:00"), Cause.LEARNED)
    assert learned.title == "Allergy to penicillins recorded"
    assert learned.line == "severe, anaphylaxis"
    assert compared(story, "2026-07-10 12:00").same[0][0] == "Medications"


def test_an_allergy_revised_shows_what_changed() -> None:
    story = History()
    allergy = make.AllergyRecordedFactory(substance="latex", severity="mild", reactions="rash")
    story.add(allergy, "2026-07-09 08:00")
    revised = make.AllergyRevisedFactory(
        allergy_id=allergy.allergy_id, substance="latex", severity="severe", reactions="rash"
    )
    story.add(revised, "2026-08-09 08:00")
    happened = only(compared(story, "2026-07-10 12:00"), Cause.HAPPENED)
    assert happened.changes == (("Severity", "mild", "severe"),)


def test_a_dose_adjusted_twice_is_one_difference_from_the_first_to_the_last() -> None:
    story = History()
    key = story.prescribed("furosemide", "20", "2026-03-01 10:00")
    for day, dose in (("2026-04-01", "40"), ("2026-05-01", "80")):
        story.add(make.DosageAdjustedFactory(prescription_id=key, dose=dose), f"{day} 10:00")
    happened = only(compared(story, "2026-03-15 12:00"), Cause.HAPPENED)
    assert happened.title == "furosemide dose adjusted twice"
    assert happened.changes == (("", "20 mg", "80 mg"),)
    assert happened.when.startswith("01-Apr-2026 to 01-May-2026")


def test_one_adjustment_learned_and_one_that_happened_are_told_apart() -> None:
    story = History()
    key = story.prescribed("furosemide", "20", "2026-03-01 10:00")
    story.add(
        make.DosageAdjustedFactory(prescription_id=key, dose="40"), "2026-04-01 10:00", "2026-04-20 10:00"
    )
    story.add(make.DosageAdjustedFactory(prescription_id=key, dose="80"), "2026-05-01 10:00")
    found = compared(story, "2026-04-10 12:00")
    assert [(group.cause, [each.changes for each in group.differences]) for group in found.groups] == [
        (Cause.LEARNED, [(("", "20 mg", "40 mg"),)]),
        (Cause.HAPPENED, [(("", "40 mg", "80 mg"),)]),
    ]


def test_a_drug_stopped_and_prescribed_again_is_one_difference() -> None:
    story = History()
    key = story.prescribed("warfarin", "3", "2026-03-01 10:00")
    story.add(make.PrescriptionDiscontinuedFactory(prescription_id=key), "2026-04-01 10:00")
    story.prescribed("warfarin", "2", "2026-04-20 10:00")
    happened = only(compared(story, "2026-03-15 12:00"), Cause.HAPPENED)
    assert happened.title == "warfarin discontinued and prescribed again"
    assert happened.changes == (("", "3 mg oral, once daily", "2 mg oral, once daily"),)


def test_a_course_that_ran_out_has_no_entry_and_is_told_all_the_same() -> None:
    story = History()
    story.prescribed("doxycycline", "100", "2026-10-26 16:25", duration_days=7)
    assert only(compared(story, "2026-10-28 12:00"), Cause.HAPPENED).title == "doxycycline completed"
    assert (
        only(compared(story, "2026-10-20 12:00"), Cause.HAPPENED).title == "doxycycline taken and completed"
    )
    back = compared(story, "2026-11-10 12:00", "2026-10-28 12:00")
    assert only(back, Cause.NOT_TRUE).title == "doxycycline not yet completed"


def test_a_hold_is_told_with_its_reason() -> None:
    story = History()
    key = story.prescribed("metformin", "1000", "2026-03-01 10:00", frequency="twice daily")
    held = make.PrescriptionHeldFactory(prescription_id=key, reason_code="procedure", reason="Contrast CT")
    story.add(held, "2026-11-21 16:20")
    happened = only(compared(story, "2026-09-03 12:00"), Cause.HAPPENED)
    assert (happened.title, happened.icon) == ("metformin held", "held")
    assert happened.line == "1,000 mg oral, twice daily"
    assert happened.reason == "procedure: Contrast CT"


def test_a_birth_date_put_right_is_learned_a_new_address_happened() -> None:
    story = History(birth_date="1961-03-21", address="Old Road 1")
    corrected = make.DemographicsCorrectedFactory(
        mrn="4471 0293", family="Lindqvist", given="Helena", birth_date="1961-03-12", address="New Road 2"
    )
    story.add(corrected, "2026-06-01 09:00")
    found = compared(story, "2026-05-01 12:00")
    assert {group.cause: group.differences[0].changes for group in found.groups} == {
        Cause.LEARNED: (("Born", "21-Mar-1961", "12-Mar-1961"),),
        Cause.HAPPENED: (("Address", "Old Road 1", "New Road 2"),),
    }


def test_a_death_that_was_told_late_is_learned() -> None:
    story = History()
    died = make.DemographicsCorrectedFactory(
        mrn="4471 0293", family="Lindqvist", given="Helena", deceased=True, deceased_date="2026-04-08"
    )
    story.add(died, "2026-05-01 09:00")
    learned = only(compared(story, "2026-04-20 12:00"), Cause.LEARNED)
    assert ("Deceased", "no", "yes") in learned.changes
    assert only(compared(story, "2026-04-01 12:00"), Cause.HAPPENED).changes == learned.changes


def test_between_a_moment_and_itself_there_is_nothing(digoxin: History) -> None:
    assert compared(digoxin, "2026-11-04 12:00", "2026-11-04 12:00").total == 0
