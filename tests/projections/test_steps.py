"""Stepping through a record: the same from any place to any other as from the first entry on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from eventstore import store
from eventstore.store import RecordedEvent
from projections import steps, waypoints
from records import events
from tests import factories as make
from tests.projections.record import Record, day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Places are kept every 5 entries here, so that a short record has several."""
    monkeypatch.setattr(waypoints, "EVERY", 5)
    waypoints._kept.forget()
    yield
    waypoints._kept.forget()


def eventful(record: Record) -> None:
    """Something of every kind, with a wrong entry of each, some recorded late."""
    chance = random.Random(7)
    orders = [make.PrescriptionAddedFactory(medication=f"drug {n}", duration_days=40) for n in range(4)]
    allergy = make.AllergyRecordedFactory()
    record.add(make.PatientRegisteredFactory(mrn=None), *orders, allergy, at=day(1))
    for number in range(30):
        about = {"prescription_id": chance.choice(orders).prescription_id}
        fact = chance.choice(
            (
                make.DosageAdjustedFactory(dose=str(number + 1), **about),
                make.PrescriptionHeldFactory(**about),
                make.PrescriptionResumedFactory(**about),
                make.PrescriptionRenewedFactory(**about),
                make.NoteAddedFactory(),
                make.AllergyRevisedFactory(allergy_id=allergy.allergy_id, severity="mild"),
            )
        )
        (event_id,) = record.add(fact, at=day(chance.randint(2, 90)), follow=False)
        if number % 6 == 5:
            record.mark(event_id, follow=False)
    record.add(make.PrescriptionDiscontinuedFactory(prescription_id=orders[0].prescription_id), follow=False)


def test_a_step_is_the_same_from_wherever_one_comes() -> None:
    record = Record()
    eventful(record)
    in_order = list(steps.steps(str(record.patient_id), record.events()))
    visits = list(range(1, record.version + 1)) * 2
    random.Random(3).shuffle(visits)
    for number in visits:
        assert steps.step(record.patient_id, number) == in_order[number - 1]
    assert sum(step.changed for step in in_order) > 10


def test_a_step_that_does_not_exist_is_none() -> None:
    record = Record()
    record.add(make.PatientRegisteredFactory(mrn=None))
    assert steps.step(record.patient_id, 2) is None
    assert steps.step(record.patient_id, 99) is None


def test_the_next_step_reads_no_more_than_the_entries_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = Record()
    eventful(record)
    steps.step(record.patient_id, record.version - 1)
    read: list[int] = []
    stream = store.read_stream

    def noted(*args: Any, **how: Any) -> Iterator[RecordedEvent]:
        for event in stream(*args, **how):
            read.append(event.version)
            yield event

    monkeypatch.setattr(store, "read_stream", noted)
    steps.step(record.patient_id, record.version)
    assert read == [record.version, record.version - 1]


def test_personal_text_stays_sealed_in_what_is_kept() -> None:
    record = Record()
    record.add(make.PatientRegisteredFactory(mrn=None, family="Lindqvist"))
    kept = waypoints.at(record.patient_id, record.version)
    assert kept.patient.demographics is not None
    assert "Lindqvist" not in str(kept.patient.demographics)
    shown = kept.in_clear().patient.demographics
    assert shown is not None
    assert shown.family == "Lindqvist"


def test_a_kind_of_entry_that_changes_nothing_makes_a_step_of_no_change() -> None:
    record = Record()
    record.add(make.PatientRegisteredFactory(mrn=None), make.NoteAddedFactory())
    step = steps.step(record.patient_id, 2)
    assert step is not None
    assert isinstance(step.event.data, events.NoteAdded)
    assert (step.changed, step.before) == (0, step.after)
