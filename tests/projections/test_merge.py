"""Two records merged and separated: read models built anew are the same, and a second fold agrees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventstore.errors import WrongExpectedVersion
from projections import queries
from projections.comparison import Comparison
from projections.models import MedicationCourse, Patient, PatientState, TimelineEntry
from projections.moments.record_at import record_at
from records import commands, handlers
from records.author import Author, Origin
from tests import factories as make
from tests.projections.record import JONES, Record, day

pytestmark = pytest.mark.django_db(transaction=True)

DRUG = make.new_id()
AUTHOR = Author(user_id=JONES, name="Dr Jones", role="records administrator", license="MD-1")


OTHERS: list[str] = []


def another() -> Record:
    record = Record()
    OTHERS.append(record.stream)
    return record


@pytest.fixture
def one(record: Record) -> Iterator[Record]:
    """The survivor-to-be; after each test a second fold looks at all that was recorded."""
    OTHERS.clear()
    yield record
    assert list(Comparison(only=[record.stream, *OTHERS]).differences()) == []


@pytest.fixture
def other(one: Record) -> Record:
    """A second record of hers: furosemide adjusted and held, an ended course, two allergies, one refuted."""
    record = another()
    ended, refuted = make.new_id(), make.new_id()
    record.add(
        make.PatientRegisteredFactory(
            family="Lindquist", given="Helena M.", mrn="5120 7718", birth_date="1961-11-24"
        )
    )
    for event in (
        make.PrescriptionAddedFactory(prescription_id=DRUG, medication="furosemide", dose="20"),
        make.DosageAdjustedFactory(prescription_id=DRUG, dose="40"),
        make.PrescriptionHeldFactory(prescription_id=DRUG),
        make.PrescriptionAddedFactory(prescription_id=ended, medication="ibuprofen"),
        make.PrescriptionDiscontinuedFactory(prescription_id=ended),
        make.AllergyRecordedFactory(substance="amoxicillin", severity="severe"),
        make.AllergyRecordedFactory(allergy_id=refuted, substance="latex"),
        make.AllergyRefutedFactory(allergy_id=refuted),
    ):
        record.add(event)
    return record


def record(command: Any, on: Record, *, seen: int | None = None) -> handlers.Receipt:
    receipt = handlers.handle(
        command,
        command_id=uuid4(),
        seen_version=on.version if seen is None else seen,
        author=AUTHOR,
        origin=Origin(),
    )
    on.version = receipt.version
    return receipt


def merge(one: Record, other: Record, *, other_version: int | None = None) -> handlers.Receipt:
    receipt = record(
        commands.MergePatients(
            patient_id=str(one.patient_id),
            other_id=str(other.patient_id),
            other_version=other.version if other_version is None else other_version,
            reason="Passport seen; same person.",
        ),
        one,
    )
    other.version += 1
    return receipt


def separate(one: Record, other: Record) -> handlers.Receipt:
    receipt = record(
        commands.UnmergePatients(
            patient_id=str(one.patient_id),
            other_id=str(other.patient_id),
            other_version=other.version,
            reason="Two people after all.",
        ),
        one,
    )
    other.version += 1
    return receipt


def current(record: Record) -> list[tuple[str, str, str]]:
    rows = queries.current_medications(record.patient_id, on=date(2024, 3, 30)).rows
    return [(row.medication, row.dosage, row.status) for row in rows]


def found(text: str) -> list[UUID]:
    return [hit.patient_id for hit in queries.search(text).rows]


def test_the_survivors_chart_holds_the_medications_and_allergies_of_both(one: Record, other: Record) -> None:
    merge(one, other)
    patient = Patient.objects.get(patient_id=one.patient_id)
    assert current(one) == [("furosemide", "40 mg", "held")]
    assert current(other) == []
    assert [allergy["substance"] for allergy in patient.allergies] == ["amoxicillin"]
    assert patient.allergy_status == "known"
    past = queries.past_medications(one.patient_id, on=date(2024, 3, 30))
    assert [(course.medication, course.status) for course in past] == [("ibuprofen", "discontinued")]


def test_a_carried_over_course_keeps_its_steps(one: Record, other: Record) -> None:
    merge(one, other)
    row = MedicationCourse.objects.get(patient_id=one.patient_id, medication="furosemide")
    assert [step["dose"] for step in row.course["dosages"]] == ["20", "40"]
    assert [step["status"] for step in row.course["statuses"]] == ["active", "held"]
    theirs = {str(event.event_id) for event in other.events()}
    assert {step["event_id"] for step in row.course["dosages"]} <= theirs


def test_search_finds_the_survivor_once_by_the_names_and_numbers_of_both(one: Record, other: Record) -> None:
    merge(one, other)
    for text in ("lindquist", "lindqvist", "5120 7718", "4471 0293", "helena m"):
        assert found(text) == [one.patient_id], text
    (hit,) = queries.search("lindquist").rows
    assert [reason.part for reason in hit.reasons] == ["merged"]
    assert [each.patient_id for each in queries.patients().rows] == [one.patient_id]


def test_who_takes_it_names_the_survivor_alone(one: Record, other: Record) -> None:
    merge(one, other)
    takers = queries.who_takes_it("furosemide", on=date(2024, 3, 30))
    assert takers.patient_ids == [one.patient_id]


def test_both_timelines_tell_of_it_and_name_the_other(one: Record, other: Record) -> None:
    merge(one, other)
    here = TimelineEntry.objects.filter(patient_id=one.patient_id).order_by("-version")[0]
    there = TimelineEntry.objects.filter(patient_id=other.patient_id).order_by("-version")[0]
    assert (here.title, here.other_subject_id) == ("Another record merged into this one", other.patient_id)
    assert "LINDQUIST, Helena M., born 24-Nov-1961, MRN 5120 7718" in here.entry["line"]
    assert (there.title, there.other_subject_id) == ("Merged into another record", one.patient_id)
    assert "MRN 4471 0293" in there.entry["line"]


def test_an_adjustment_of_a_carried_over_course_tells_what_it_was_before(one: Record, other: Record) -> None:
    merge(one, other)
    row = PatientState.objects.get(patient_id=one.patient_id)
    record(
        make.AdjustDosageFactory(
            patient_id=str(one.patient_id), prescription_id=str(row.prescription_id), dose="80"
        ),
        one,
    )
    told = TimelineEntry.objects.get(patient_id=one.patient_id, version=one.version)
    assert [(change["before"], change["after"]) for change in told.entry["changes"]][:1] == [
        ("40 mg", "80 mg")
    ]


def test_a_separation_gives_both_back_what_was_theirs(one: Record, other: Record) -> None:
    before = [current(record) for record in (one, other)]
    merge(one, other)
    separate(one, other)
    assert [current(record) for record in (one, other)] == before
    patients = {patient.patient_id: patient for patient in Patient.objects.all()}
    assert patients[one.patient_id].allergies == []
    assert [each["substance"] for each in patients[other.patient_id].allergies] == ["amoxicillin"]
    assert found("lindquist") == [other.patient_id]
    assert queries.past_medications(one.patient_id) == []


def test_an_allergy_from_between_stays_with_both(one: Record, other: Record) -> None:
    merge(one, other)
    record(make.RecordAllergyFactory(patient_id=str(one.patient_id), substance="iodine"), one)
    separate(one, other)
    substances = [
        sorted(each["substance"] for each in Patient.objects.get(patient_id=record.patient_id).allergies)
        for record in (one, other)
    ]
    assert substances == [["iodine"], ["amoxicillin", "iodine"]]


def test_what_replaced_a_carried_over_course_stays_and_is_true_at_every_moment_since(
    one: Record, other: Record
) -> None:
    merge(one, other)
    key = str(PatientState.objects.get(patient_id=one.patient_id).prescription_id)
    change = make.PrescriptionChangedFactory(prescription_id=key, medication="torasemide", dose="10")
    one.add(change, at=day(20))
    one.add(make.NoteAddedFactory(), at=day(40))
    separate(one, other)
    assert [row.medication for row in record_at(one.patient_id).current] == ["torasemide"]
    assert [row.medication for row in record_at(one.patient_id, true_at=day(25)).current] == ["torasemide"]


def test_that_none_is_known_stays_withdrawn_when_the_records_part(one: Record, other: Record) -> None:
    (wrong,) = one.add(make.NoKnownAllergiesAssertedFactory())
    merge(one, other)
    one.mark(wrong)
    separate(one, other)
    patient = Patient.objects.get(patient_id=one.patient_id)
    assert (patient.allergy_status, patient.no_known_asked_at) == ("not recorded", None)


def test_merged_separated_and_merged_again(one: Record, other: Record) -> None:
    merge(one, other)
    separate(one, other)
    merge(one, other)
    assert current(one) == [("furosemide", "40 mg", "held")]


def test_a_record_of_three(one: Record, other: Record) -> None:
    third = another()
    third.add(make.PatientRegisteredFactory(family="Lind", given="H", mrn="99881"))
    merge(one, other)
    merge(third, one)
    assert current(third) == [("furosemide", "40 mg", "held")]
    assert found("lindqvist") == [third.patient_id]
    assert found("5120 7718") == [third.patient_id]


def test_a_merge_of_what_has_changed_meanwhile_is_a_conflict_and_records_nothing(
    one: Record, other: Record
) -> None:
    seen = other.version
    other.add(make.NoteAddedFactory())
    with pytest.raises(WrongExpectedVersion) as conflict:
        merge(one, other, other_version=seen)
    assert conflict.value.aggregate_id == other.stream
    other.version = len(list(other.events()))
    assert Patient.objects.get(patient_id=one.patient_id).merged == []


def test_each_record_says_which_version_of_it_was_on_the_screen(one: Record, other: Record) -> None:
    seen = one.version, other.version
    merge(one, other)
    told = [list(each.events())[-1].metadata["seen_version"] for each in (one, other)]
    assert tuple(told) == seen


def test_the_same_press_merges_once(one: Record, other: Record) -> None:
    command = commands.MergePatients(
        patient_id=str(one.patient_id), other_id=str(other.patient_id), other_version=other.version,
        reason="Passport seen.",
    )  # fmt: skip
    press: dict[str, Any] = {
        "command_id": uuid4(),
        "seen_version": one.version,
        "author": AUTHOR,
        "origin": Origin(),
    }
    first, second = (handlers.handle(command, **press) for _ in range(2))
    assert (first.duplicate, second.duplicate) == (False, True)
    assert len(list(other.events())) == other.version + 1
