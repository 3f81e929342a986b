"""Older shapes of events, lifted: what they gain, and from where it is known."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from eventstore import registry, store
from eventstore.registry import Recording, Stored
from eventstore.store import Batch, NewEvent
from records import clinician, events, patient
from records.licenses import Licenses, licenses
from records.upcasters import add_prescriber_license
from tests.factories import (
    ClinicianRegisteredFactory,
    LicenseRecordedFactory,
    PrescriptionAddedFactory,
    new_id,
)


def version_1() -> dict[str, Any]:
    """A prescription as it was stored before it named the prescriber's license."""
    data = asdict(PrescriptionAddedFactory())
    del data["prescriber_license"]
    return data


def lifted(metadata: dict[str, Any], **lookups: Any) -> dict[str, Any]:
    recording = Recording(position=7, created_at=timezone.now(), metadata=metadata)
    return add_prescriber_license(version_1(), recording=recording, lookups=lookups)


def test_version_2_names_the_license_that_the_recording_person_had_then() -> None:
    asked: list[tuple[str, int]] = []

    def license_at(key: str, position: int) -> str:
        asked.append((key, position))
        return "LIC-1"

    assert lifted({"user_id": "u-1"}, licenses=license_at)["prescriber_license"] == "LIC-1"
    assert asked == [("u-1", 7)]


@pytest.mark.parametrize("metadata", [{}, {"user_id": None}, {"user_id": "u-1"}])
def test_a_license_that_is_not_known_is_unknown(metadata: dict[str, Any]) -> None:
    assert lifted(metadata, licenses=lambda key, position: None)["prescriber_license"] is None
    assert lifted(metadata)["prescriber_license"] is None


def test_the_rest_of_the_event_stays_as_it_was() -> None:
    before = version_1()
    recording = Recording(position=7, created_at=timezone.now(), metadata={})
    after = add_prescriber_license(dict(before), recording=recording, lookups={})
    assert after == {**before, "prescriber_license": None}
    assert isinstance(registry.decode("PrescriptionAdded", 1, before, recording), events.PrescriptionAdded)


def test_every_step_between_versions_exists() -> None:
    assert list(registry.missing_steps()) == []


# --- With the ledger -----------------------------------------------------------------------------


def append(stream: str, kind: str, expected: int, *new: Any, user_id: str | None = None) -> None:
    earlier, metadata = timezone.now() - timedelta(hours=1), {"user_id": user_id}
    entries = tuple(NewEvent(data=each, occurred_at=earlier, metadata=metadata) for each in new)
    store.append([Batch(stream, kind, expected, entries)], command_id=uuid4(), command_digest=uuid4().hex)


def read(patient_id: str) -> list[str | None]:
    return [event.data.prescriber_license for event in store.read_stream(patient.stream(patient_id))]


@pytest.mark.django_db(transaction=True)
def test_the_license_is_the_one_recorded_before_and_never_a_later_one() -> None:
    user_id, patient_id = new_id(), new_id()
    person, record = clinician.stream(user_id), patient.stream(patient_id)
    old = Stored("PrescriptionAdded", 1, version_1())

    append(person, "Clinician", 0, ClinicianRegisteredFactory())
    append(record, "Patient", 0, old, user_id=user_id)
    assert read(patient_id) == [None]

    append(person, "Clinician", 1, LicenseRecordedFactory(license="LIC-1"))
    append(record, "Patient", 1, old, user_id=user_id)
    append(person, "Clinician", 2, LicenseRecordedFactory(license="LIC-2"))
    append(record, "Patient", 2, old, user_id=user_id)
    assert read(patient_id) == [None, "LIC-1", "LIC-2"]

    licenses.forget()
    assert read(patient_id) == [None, "LIC-1", "LIC-2"]


@pytest.mark.django_db(transaction=True)
def test_a_clinicians_stream_is_read_once_for_all_that_is_settled(
    django_assert_num_queries: Any,
) -> None:
    user_id = new_id()
    append(clinician.stream(user_id), "Clinician", 0, ClinicianRegisteredFactory(), LicenseRecordedFactory())
    append(patient.stream(new_id()), "Patient", 0, PrescriptionAddedFactory())
    head = store.head().position
    lookup = Licenses()
    assert lookup(user_id, head) == "LIC-1"
    with django_assert_num_queries(0):
        assert lookup(user_id, head) == "LIC-1"
        assert lookup(user_id, head - 1) is None, "at its own position a license is not yet known"
