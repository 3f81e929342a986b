"""The audit: a row for every event of every kind, in words, with who, from where and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from eventstore import store
from eventstore.projector import catch_up
from eventstore.store import Batch, NewEvent
from projections.models import ComplianceEntry
from records import events
from tests import factories as make
from tests.projections.record import JONES, Record, day

pytestmark = pytest.mark.django_db(transaction=True)


def row(event_id: UUID) -> ComplianceEntry:
    return ComplianceEntry.objects.get(event_id=event_id)


def append(stream: str, aggregate_type: str, *facts: Any) -> tuple[UUID, ...]:
    new = tuple(NewEvent(fact, timezone.now(), {"user_id": JONES, "user_name": "Dr Jones"}) for fact in facts)
    done = store.append([Batch(stream, aggregate_type, 0, new)], command_id=uuid4(), command_digest="00" * 32)
    catch_up()
    return done.event_ids


def test_a_change_names_the_medication_and_both_doses(record: Record) -> None:
    order: Any = make.PrescriptionAddedFactory(medication="furosemide", dose="40")
    record.add(order)
    (event_id,) = record.add(
        make.DosageAdjustedFactory(prescription_id=order.prescription_id, dose="80", reason="oedema"),
        at=day(3),
    )
    found = row(event_id)
    assert (found.action, found.summary, found.kind) == (
        "Dosage adjusted",
        "furosemide 40 mg → 80 mg",
        "medication",
    )
    assert (found.changed_by, found.changed_by_name, found.role, found.ip) == (
        JONES, "Dr Jones", "clinician", "10.1.2.3",
    )  # fmt: skip
    assert (found.patient_id, found.reason, found.occurred_at) == (record.patient_id, "oedema", day(3))
    assert found.changed_at > found.occurred_at


def test_what_was_ordered_or_recorded_reads_as_one_line(record: Record) -> None:
    (order,) = record.add(make.PrescriptionAddedFactory(medication="furosemide", dose="40"))
    (silent,) = record.add(
        make.PrescriptionAddedFactory(medication="ibuprofen", dose=None, unit=None, route=None, reported=True)
    )
    (allergy,) = record.add(make.AllergyRecordedFactory(substance="penicillins", severity="severe"))
    assert row(order).summary == "furosemide 40 mg, oral, once daily"
    assert row(silent).summary == "ibuprofen, once daily, dose and route not stated by source"
    assert row(allergy).summary == "penicillins, severe, rash, confirmed"


def test_a_note_is_audited_without_its_text(record: Record) -> None:
    (event_id,) = record.add(make.NoteAddedFactory(text="confided in me"))
    assert (row(event_id).action, row(event_id).summary) == ("Note added", "")


def test_a_correction_points_at_what_it_corrects(record: Record) -> None:
    order: Any = make.PrescriptionAddedFactory(medication="digoxin", dose="125", unit="mcg")
    record.add(order)
    adjusted = make.DosageAdjustedFactory(prescription_id=order.prescription_id, dose="250", unit="mcg")
    (wrong,) = record.add(adjusted)
    correction = row(record.mark(wrong))
    assert (correction.kind, correction.summary) == ("correction", "digoxin 125 mcg → 250 mcg")
    assert row(wrong).in_error


def test_accounts_are_audited_by_name(rebuilt_equals_incremental: None) -> None:
    ids = append(
        f"clinician-{uuid4()}",
        "Clinician",
        events.ClinicianRegistered(username="smith", name="Dr Ada Smith"),
        events.RoleGranted(role="clinician"),
        events.LicenseRecorded(license="LIC-7"),
        events.RoleWithdrawn(role="clinician", reason="moved"),
        events.Deactivated(reason="left"),
    )
    assert [(row(each).kind, row(each).action, row(each).summary) for each in ids] == [
        ("account", "Clinician registered", "Dr Ada Smith, user name smith"),
        ("account", "Role granted", "Dr Ada Smith, clinician"),
        ("account", "License recorded", "Dr Ada Smith, license LIC-7"),
        ("account", "Role withdrawn", "Dr Ada Smith, clinician"),
        ("account", "Deactivated", "Dr Ada Smith"),
    ]
    assert row(ids[4]).reason == "left"


def test_a_reserved_record_number_belongs_to_its_patient(record: Record) -> None:
    (event_id,) = append(
        f"recordnumber-{uuid4().hex}",
        "RecordNumber",
        events.RecordNumberReserved(patient_id=str(record.patient_id)),
    )
    assert (row(event_id).kind, row(event_id).patient_id) == ("record number", record.patient_id)


def test_an_imported_entry_names_its_source(record: Record) -> None:
    (event_id,) = record.add(
        make.NoteAddedFactory(reported=True), source={"system": "county-hospital", "type": "Note", "id": "7"}
    )
    assert row(event_id).source == "county-hospital"


def test_an_event_of_an_unknown_kind_has_its_row(record: Record) -> None:
    found = row(record.add_unknown())
    assert (found.kind, found.action, found.event_type) == (
        "unknown", "Entry of an unknown kind: CareHandedOver", "CareHandedOver",
    )  # fmt: skip
