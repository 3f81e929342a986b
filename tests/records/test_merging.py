"""Two records of one person: what a merge takes over, and how the records part again. No database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from records import commands, events, fold, merging, patient
from records.codes import MergeRole
from records.decision import Rejected
from records.values import values
from tests import factories as make
from tests.records.scenario import JONES, NOW, Recorded, Scenario, given

DRUG, ALLERGY = make.new_id(), make.new_id()


def survivor(*more: Any) -> Scenario:
    return given(make.PatientRegisteredFactory(family="Lindqvist", given="Helena", mrn="4471 0293"), *more)


def double(*more: Any) -> Scenario:
    return given(make.PatientRegisteredFactory(family="Lindquist", given="Helena M.", mrn="5120 7718"), *more)


def merge(one: Scenario, other: Scenario, reason: str | None = "Passport seen; same person.") -> Scenario:
    """Merge the other record into the one; both streams go on."""
    command = commands.MergePatients(
        patient_id=one.patient_id,
        other_id=other.patient_id,
        other_version=len(other.entries),
        reason=reason,
    )
    one.decision = merging.merge(one.patient_id, one.entries, other.entries, command, NOW)
    return _recorded(one, other)


def separate(one: Scenario, other: Scenario, reason: str | None = "Two passports seen.") -> Scenario:
    command = commands.UnmergePatients(
        patient_id=one.patient_id,
        other_id=other.patient_id,
        other_version=len(other.entries),
        reason=reason,
    )
    one.decision = merging.separate(one.patient_id, one.entries, other.patient, command, NOW)
    return _recorded(one, other)


def _recorded(one: Scenario, other: Scenario) -> Scenario:
    decision = one.accepted()
    (elsewhere,) = decision.elsewhere
    for story, recorded in ((one, decision.events), (other, elsewhere.events)):
        story.entries += [Recorded(event, len(story.entries) + 1, decision.occurred_at) for event in recorded]
    return one


def medicines(story: Scenario) -> list[tuple[str, str | None]]:
    return [(course.medication, course.dose) for course in story.patient.open_courses]


def substances(story: Scenario) -> list[str]:
    return [allergy.substance for allergy in story.patient.active_allergies]


def test_the_survivor_knows_the_prescriptions_and_allergies_of_both() -> None:
    one = survivor(make.PrescriptionAddedFactory(medication="lisinopril", dose="10"))
    other = double(
        make.PrescriptionAddedFactory(prescription_id=DRUG, medication="furosemide", dose="20"),
        make.DosageAdjustedFactory(prescription_id=DRUG, dose="40"),
        make.PrescriptionHeldFactory(prescription_id=DRUG),
        make.AllergyRecordedFactory(substance="penicillin"),
    )
    merge(one, other)
    assert medicines(one) == [("lisinopril", "10"), ("furosemide", "40")]
    assert one.patient.open_courses[1].status == "held"
    assert substances(one) == ["penicillin"]


def test_what_was_carried_over_has_ids_of_its_own_and_the_other_record_stays_as_it_was() -> None:
    one, other = survivor(), double(make.PrescriptionAddedFactory(prescription_id=DRUG))
    before = other.patient
    merge(one, other)
    assert DRUG not in one.patient.courses
    assert other.patient.courses == before.courses


def test_ended_courses_and_refuted_allergies_come_too() -> None:
    one = survivor()
    other = double(
        make.PrescriptionAddedFactory(prescription_id=DRUG),
        make.PrescriptionDiscontinuedFactory(prescription_id=DRUG),
        make.AllergyRecordedFactory(allergy_id=ALLERGY, substance="penicillin"),
        make.AllergyRefutedFactory(allergy_id=ALLERGY),
    )
    merge(one, other)
    all_of_it = fold.fold(one.patient_id, one.entries, remember=True)
    assert [course.status for course in all_of_it.courses.values()] == ["discontinued"]
    assert [allergy.status for allergy in all_of_it.allergies.values()] == ["refuted"]


def test_an_entry_in_error_is_not_carried_over() -> None:
    one = survivor()
    other = double(
        make.PrescriptionAddedFactory(prescription_id=DRUG, dose="10"),
        make.DosageAdjustedFactory(prescription_id=DRUG, dose="100"),
    )
    other.when(make.MarkEntryInErrorFactory(target_event_id=str(other.entries[2].event_id)))
    merge(one, other)
    assert [dose for _, dose in medicines(one)] == ["10"]


def test_an_allergy_that_both_state_in_the_same_words_stands_once() -> None:
    same = {"substance": "penicillin", "severity": "severe", "reactions": "hives"}
    one = survivor(make.AllergyRecordedFactory(**same))
    other = double(
        make.AllergyRecordedFactory(**same),
        make.AllergyRecordedFactory(**{**same, "severity": "mild"}),
    )
    merge(one, other)
    assert [allergy.severity for allergy in one.patient.active_allergies] == ["severe", "mild"]


@pytest.mark.parametrize(
    ("here", "there", "none_known"),
    [
        ([], [], False),
        ([make.NoKnownAllergiesAssertedFactory()], [], True),
        ([], [make.NoKnownAllergiesAssertedFactory()], True),
        ([make.NoKnownAllergiesAssertedFactory()], [make.AllergyRecordedFactory()], False),
        ([make.AllergyRecordedFactory()], [make.NoKnownAllergiesAssertedFactory()], False),
    ],
    ids=["nobody asked", "none here", "none there", "one there", "one here"],
)
def test_none_known_holds_only_where_neither_record_knows_one(
    here: list[Any], there: list[Any], none_known: bool
) -> None:
    one, other = survivor(*here), double(*there)
    merge(one, other)
    assert (one.patient.none_known is not None) == none_known


def test_the_merged_record_takes_no_entry_and_says_where_to_go() -> None:
    one, other = survivor(), double()
    merge(one, other)
    other.when(make.AddNoteFactory()).then_rejected(
        "merged into LINDQVIST, Helena, MRN 4471 0293. Open that record"
    )


def test_a_carried_over_allergy_interrupts_a_prescription() -> None:
    one, other = survivor(), double(make.AllergyRecordedFactory(substance="amoxicillin"))
    merge(one, other)
    one.when(make.AddPrescriptionFactory(medication="amoxicillin"))
    assert one.rejected is not None
    assert [alert.kind for alert in one.rejected.alerts if alert.interrupts] == ["allergy"]


def test_a_merge_names_what_one_record_prescribes_and_the_other_warns_of() -> None:
    one = survivor(
        make.AllergyRecordedFactory(substance="penicillins"),
        make.PrescriptionAddedFactory(medication="furosemide"),
    )
    other = double(
        make.AllergyRecordedFactory(substance="furosemide"),
        make.PrescriptionAddedFactory(medication="amoxicillin"),
    )
    merge(one, other)
    said = [alert.text for alert in one.accepted().alerts if alert.kind == "taken now"]
    assert len(said) == 2
    assert "amoxicillin" in said[0]
    assert "furosemide" in said[1]


def test_a_carried_over_prescription_is_adjusted_like_any_other() -> None:
    one, other = survivor(), double(make.PrescriptionAddedFactory(medication="furosemide", dose="20"))
    merge(one, other)
    (key,) = one.patient.courses
    one.when(make.AdjustDosageFactory(prescription_id=key, dose="40")).accepted()
    assert medicines(one) == [("furosemide", "40")]


@pytest.mark.parametrize("reason", [None, " "])
def test_a_merge_needs_a_reason(reason: str | None) -> None:
    with pytest.raises(Rejected, match="one person"):
        merge(survivor(), double(), reason)


def test_a_record_is_not_merged_with_itself_with_nobody_or_twice() -> None:
    one, other = survivor(), double()
    with pytest.raises(Rejected, match="Choose another"):
        merge(one, one)
    with pytest.raises(Rejected, match="Choose another"):
        merge(one, Scenario([]))
    merge(one, other)
    with pytest.raises(Rejected, match="merged into LINDQVIST"):
        merge(survivor(), other)


def test_differing_birth_dates_and_sexes_are_noted() -> None:
    one = given(make.PatientRegisteredFactory(birth_date="1961-11-24", sex="female"))
    other = given(make.PatientRegisteredFactory(birth_date="1961-11-25", sex="male"))
    merge(one, other)
    assert [alert.text for alert in one.alerts("differs")] == [
        "The birth dates differ: 24-Nov-1961 and 25-Nov-1961.",
        "The sex differs: female and male.",
    ]


def test_a_record_that_took_over_another_brings_that_too() -> None:
    first, second, third = survivor(), double(make.AllergyRecordedFactory(substance="latex")), survivor()
    merge(first, second)
    merge(third, first)
    assert substances(third) == ["latex"]


# --- Parting again -----------------------------------------------------------------------------------


def test_a_separation_leaves_both_as_before() -> None:
    one = survivor(make.PrescriptionAddedFactory(), make.NoKnownAllergiesAssertedFactory())
    other = double(make.PrescriptionAddedFactory(), make.AllergyRecordedFactory())
    before = [values_of(story) for story in (one, other)]
    merge(one, other)
    separate(one, other)
    assert [values_of(story) for story in (one, other)] == before
    assert other.patient.merged_into is None
    other.when(make.AddNoteFactory()).accepted()


def test_a_separation_names_what_was_recorded_on_carried_over_courses_meanwhile() -> None:
    one, other = survivor(), double(make.PrescriptionAddedFactory(medication="furosemide", dose="20"))
    merge(one, other)
    (key,) = one.patient.courses
    one.when(make.AdjustDosageFactory(prescription_id=key, dose="40")).accepted()
    one.when(make.AddNoteFactory()).accepted()
    separate(one, other)
    event = one.event()
    assert event.meanwhile == (str(one.entries[-3].event_id),)
    assert medicines(one) == []
    assert medicines(other) == [("furosemide", "20")]


def test_an_allergy_that_became_known_meanwhile_stays_with_both() -> None:
    one, other = survivor(), double()
    merge(one, other)
    one.when(make.RecordAllergyFactory(substance="latex")).accepted()
    separate(one, other)
    assert substances(one) == substances(other) == ["latex"]


def test_that_none_is_known_holds_after_a_separation_only_if_it_was_said_before() -> None:
    one, other = survivor(), double()
    merge(one, other)
    one.when(make.AssertNoKnownAllergiesFactory()).accepted()
    separate(one, other)
    assert one.patient.none_known is None
    assert other.patient.none_known is None


def test_that_none_is_known_does_not_come_back_once_it_was_marked_in_error() -> None:
    one, other = survivor(make.NoKnownAllergiesAssertedFactory()), double(make.AllergyRecordedFactory())
    merge(one, other)
    one.when(make.MarkEntryInErrorFactory(target_event_id=str(one.entries[1].event_id))).accepted()
    separate(one, other)
    assert one.patient.none_known is None


def test_that_none_is_known_leaves_with_the_record_that_said_so() -> None:
    one, said, third = survivor(), double(make.NoKnownAllergiesAssertedFactory()), double()
    merge(one, said)
    merge(one, third)
    separate(one, said)
    separate(one, third)
    assert one.patient.none_known is None


def test_that_none_is_known_stays_when_two_records_leave_in_any_order() -> None:
    one, second, third = survivor(make.NoKnownAllergiesAssertedFactory()), double(), double()
    merge(one, second)
    merge(one, third)
    separate(one, second)
    separate(one, third)
    assert one.patient.none_known is not None


def test_only_what_was_merged_is_separated() -> None:
    with pytest.raises(Rejected, match="not merged"):
        separate(survivor(), double())


def test_merged_again_after_a_separation() -> None:
    one, other = survivor(), double(make.AllergyRecordedFactory(substance="latex"))
    merge(one, other)
    separate(one, other)
    merge(one, other)
    assert substances(one) == ["latex"]


def test_neither_is_marked_in_error() -> None:
    one, other = survivor(), double()
    merge(one, other)
    target = str(one.entries[-1].event_id)
    one.when(make.MarkEntryInErrorFactory(target_event_id=target)).then_rejected("separating the records")


def test_a_snapshot_holds_the_merge() -> None:
    one, other = survivor(), double(make.PrescriptionAddedFactory(), make.AllergyRecordedFactory())
    merge(one, other)
    for story in (one, other):
        assert fold.from_json(fold.to_json(story.patient)) == story.patient


def test_a_later_correction_of_an_earlier_entry_leaves_the_merge_as_it_is() -> None:
    one = survivor(make.PrescriptionAddedFactory(medication="lisinopril"))
    other = double(make.PrescriptionAddedFactory(medication="furosemide"))
    merge(one, other)
    one.when(make.MarkEntryInErrorFactory(target_event_id=str(one.entries[1].event_id))).accepted()
    assert [medication for medication, _ in medicines(one)] == ["furosemide"]


def values_of(story: Scenario) -> Any:
    record = fold.fold(story.patient_id, story.entries, remember=True)
    return (
        [values(course) for course in record.courses.values()],
        [values(allergy) for allergy in record.allergies.values()],
        record.none_known,
        record.demographics,
    )


def test_the_events_name_each_other() -> None:
    one, other = survivor(), double()
    merge(one, other)
    here, there = one.entries[-1].data, other.entries[-1].data
    assert isinstance(here, events.PatientsMerged)
    assert isinstance(there, events.PatientsMerged)
    assert (here.role, here.other_id, here.mrn) == (MergeRole.SURVIVOR, other.patient_id, "5120 7718")
    assert (there.role, there.other_id, there.mrn) == (MergeRole.MERGED, one.patient_id, "4471 0293")
    assert patient.decide(one.patient, make.AddNoteFactory(), JONES, NOW + timedelta(hours=1)).events
