"""Two records of one person, merged and separated: what the one that goes on knew, and when it was true."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from eventstore.store import RecordedEvent
from projections.moments.asked import NOW as PRESENT
from projections.moments.asked import Moment
from projections.moments.between import Cause, side
from projections.moments.record_at import record_at
from projections.moments.telling import between
from records import commands, handlers
from records.author import Author, Origin
from tests import factories as make
from tests.projections.moments.test_record_at import assert_now_is_the_chart, medications, substances
from tests.projections.record import JONES, Record, day

pytestmark = pytest.mark.django_db(transaction=True)

AUTHOR = Author(user_id=JONES, name="Dr Jones", role="records administrator", license="MD-1")


@pytest.fixture
def one() -> Record:
    record = Record()
    record.add(make.PatientRegisteredFactory(mrn=f"A {uuid4().hex[:8]}"))
    return record


@pytest.fixture
def other() -> Record:
    """Furosemide, adjusted on the fifth day and held on the tenth; an allergy on the second."""
    record, drug = Record(), make.new_id()
    record.add(make.PatientRegisteredFactory(mrn=f"B {uuid4().hex[:8]}"))
    record.add(make.AllergyRecordedFactory(substance="amoxicillin"), at=day(2))
    record.add(
        make.PrescriptionAddedFactory(prescription_id=drug, medication="furosemide", dose="20"), at=day(3)
    )
    record.add(make.DosageAdjustedFactory(prescription_id=drug, dose="40"), at=day(5))
    record.add(make.PrescriptionHeldFactory(prescription_id=drug), at=day(10))
    return record


def record(command: commands.MergePatients | commands.UnmergePatients, on: Record) -> None:
    receipt = handlers.handle(
        command, command_id=uuid4(), seen_version=on.version, author=AUTHOR, origin=Origin()
    )
    on.version = receipt.version


def ids(one: Record, other: Record) -> dict[str, Any]:
    return {
        "patient_id": str(one.patient_id),
        "other_id": str(other.patient_id),
        "other_version": other.version,
    }


def merge(one: Record, other: Record) -> None:
    record(commands.MergePatients(reason="Passport seen.", **ids(one, other)), one)
    other.version += 1


def separate(one: Record, other: Record) -> None:
    record(commands.UnmergePatients(reason="Two people.", **ids(one, other)), one)
    other.version += 1


def newest(record: Record) -> RecordedEvent:
    return list(record.events())[-1]


def test_what_a_merge_brought_is_known_since_then_and_true_when_it_was(one: Record, other: Record) -> None:
    before = newest(other).created_at
    merge(one, other)
    assert_now_is_the_chart(one.patient_id)
    assert medications(record_at(one.patient_id, known_at=before)) == {}
    assert medications(record_at(one.patient_id, true_at=day(4))) == {"furosemide": "20 mg"}
    assert record_at(one.patient_id, true_at=day(6)).current[0].status == "active"
    assert record_at(one.patient_id, true_at=day(11)).current[0].status == "held"
    assert substances(record_at(one.patient_id, true_at=day(1))) == []
    assert substances(record_at(one.patient_id, true_at=day(3))) == ["amoxicillin"]
    assert record_at(other.patient_id).current == ()


def test_after_a_separation_it_never_held_here(one: Record, other: Record) -> None:
    merge(one, other)
    merged = newest(one).created_at
    separate(one, other)
    assert_now_is_the_chart(one.patient_id)
    assert_now_is_the_chart(other.patient_id)
    assert medications(record_at(one.patient_id, true_at=day(6))) == {}
    assert substances(record_at(one.patient_id, true_at=day(6))) == []
    assert medications(record_at(one.patient_id, known_at=merged, true_at=day(6))) == {"furosemide": "40 mg"}


def test_the_difference_over_a_merge_is_learned(one: Record, other: Record) -> None:
    before, now = newest(other).created_at, newest(other).created_at.replace(year=2099)
    merge(one, other)
    entries = tuple(one.events())
    sides = (side(one.patient_id, entries, each, now) for each in (Moment(before, before), PRESENT))
    (group,) = between(entries, *sides).groups
    assert group.cause is Cause.LEARNED
    assert [each.title for each in group.differences] == [
        "Allergy to amoxicillin recorded",
        "furosemide prescribed, now held",
    ]
