"""Whatever happens to one entry or one process, the others' charts go on, and nothing is lost or doubled."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from eventstore import projector, registry
from eventstore.models import ParkedAggregate
from eventstore.projector import catch_up
from eventstore.rows import Rows
from projections import entries, queries
from projections.models import ComplianceEntry, Patient, PatientState, TimelineEntry
from tests import factories as make
from tests.projections.record import Record

pytestmark = pytest.mark.django_db(transaction=True)


def titles(record: Record) -> list[str]:
    return [row.title for row in queries.timeline(record.patient_id).rows]


def test_an_entry_that_cannot_be_told_parks_one_patient_of_one_read_model(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Record()
    other.add(make.PatientRegisteredFactory())
    tell = entries.tell

    def broken(event: Any, subjects: Any) -> Any:
        if event.aggregate_id == record.stream and event.event_type == "PrescriptionAdded":
            raise ValueError("cannot be told")
        return tell(event, subjects)

    with monkeypatch.context() as patched:
        patched.setattr(entries, "tell", broken)
        record.add(make.PrescriptionAddedFactory(medication="bisoprolol"))
        record.add(make.NoteAddedFactory())
        other.add(make.PrescriptionAddedFactory(medication="apixaban"))
        other.add(make.NoteAddedFactory())

    parked = {(row.projector, row.aggregate_id) for row in ParkedAggregate.objects.all()}
    assert parked == {("timeline", record.stream), ("compliance_audit", record.stream)}
    assert titles(record) == ["Record opened"]
    assert titles(other) == ["Clinical note", "apixaban prescribed", "Record opened"]
    assert PatientState.objects.filter(patient_id=record.patient_id).count() == 1
    assert Patient.objects.get(patient_id=record.patient_id).version == 3
    banner = queries.banner(record.patient_id)
    assert banner.parked is not None
    assert (banner.parked.version, banner.unavailable) == (2, False)

    for row in ParkedAggregate.objects.all():
        assert projector.retry(row)
    assert titles(record) == ["Clinical note", "bisoprolol prescribed", "Record opened"]
    assert queries.banner(record.patient_id).parked is None


def test_content_that_does_not_fit_its_kind_makes_the_banner_say_unavailable() -> None:
    record, other = Record(), Record()
    record.add(make.PatientRegisteredFactory())
    record.add(registry.Stored("PrescriptionAdded", 2, {"prescription_id": str(uuid4())}))
    other.add(make.PatientRegisteredFactory())
    assert queries.banner(record.patient_id).unavailable
    assert queries.banner(other.patient_id).parked is None


def test_a_process_killed_between_two_read_models_leaves_none_of_them_ahead(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = Rows.flush

    def killed(rows: Rows) -> None:
        if TimelineEntry in rows._changed:
            raise SystemExit("killed")
        flush(rows)

    record.add(make.PrescriptionAddedFactory(medication="bisoprolol"), follow=False)
    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(Rows, "flush", killed)
        catch_up()
    assert not PatientState.objects.exists()
    assert Patient.objects.get(patient_id=record.patient_id).version == 1
    catch_up()
    catch_up()
    assert titles(record) == ["bisoprolol prescribed", "Record opened"]
    assert ComplianceEntry.objects.filter(patient_id=record.patient_id).count() == 2
    assert Patient.objects.get(patient_id=record.patient_id).version == 2
