"""A read model that a reader of another language happened to bring up to date is the same, row for row."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from eventstore.projector import checkpoint
from tests import factories as make
from tests.projections.conftest import build_anew, tables
from tests.projections.record import Record, day

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_language_of_whoever_brings_it_up_to_date_leaves_no_trace(
    read_models_start_at_the_head: None,
) -> None:
    start = checkpoint()
    told(Record())
    incremental = tables()
    with translation.override("de"):
        build_anew(start, checkpoint())
    assert tables() == incremental


def told(record: Record) -> None:
    """One of each kind, with codes, reasons, late entries and marks."""
    order: Any = make.PrescriptionAddedFactory(medication="metformin", dose="1000")
    reported: Any = make.PrescriptionAddedFactory(dose=None, unit=None, route=None, reported=True)
    allergy: Any = make.AllergyRecordedFactory(severity="severe")
    key, named = order.prescription_id, allergy.allergy_id
    record.add(make.PatientRegisteredFactory(), at=day(0))
    record.add(order, reported, make.NoKnownAllergiesAssertedFactory(), at=day(1))
    (wrong,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="1500"), at=day(30))
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="500"), at=day(20))
    record.add(make.PrescriptionHeldFactory(prescription_id=key), at=day(31))
    record.add(make.PrescriptionResumedFactory(prescription_id=key), at=day(32))
    record.add(make.PrescriptionRenewedFactory(prescription_id=key), at=day(33))
    record.mark(wrong)
    record.add(allergy, make.NoteAddedFactory(), at=day(40))
    record.add(make.AllergyRevisedFactory(allergy_id=named, severity="mild"), at=day(41))
    record.add(make.AllergyRefutedFactory(allergy_id=named), at=day(42))
    change: Any = make.PrescriptionChangedFactory(prescription_id=key)
    record.add(change, at=day(50))
    record.add(make.PrescriptionDiscontinuedFactory(prescription_id=change.replacement_id), at=day(51))
    record.add(make.DemographicsCorrectedFactory(sex="male", birth_date="1960"), at=day(60))
    record.add_unknown()
