"""Identity and allergies: what the banner says, and the words under which a patient is found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from projections.models import Patient
from tests import factories as make
from tests.projections.record import Record, day

pytestmark = pytest.mark.django_db(transaction=True)


def row(record: Record) -> Patient:
    return Patient.objects.get(patient_id=record.patient_id)


def allergy(record: Record, **values: Any) -> str:
    recorded = make.AllergyRecordedFactory(**values)
    record.add(recorded)
    return str(recorded.allergy_id)


def substances(record: Record) -> list[str]:
    return [each["substance"] for each in row(record).allergies]


def test_a_registered_patient_has_allergies_not_recorded(record: Record) -> None:
    patient = row(record)
    assert (patient.family, patient.given, patient.mrn) == ("Lindqvist", "Helena", "4471 0293")
    assert (patient.allergy_status, patient.allergies) == ("not recorded", [])
    assert (patient.search_key, patient.record_number) == ("lindqvist helena", "44710293")


def test_every_entry_moves_the_chart_version_one_of_an_unknown_kind_too(record: Record) -> None:
    record.add(make.NoteAddedFactory())
    assert (row(record).version, row(record).not_understood) == (2, 0)
    event_id = record.add_unknown()
    assert (row(record).version, row(record).event_id, row(record).not_understood) == (3, event_id, 1)


def test_a_correction_of_identity_replaces_all_of_it(record: Record) -> None:
    record.add(
        make.DemographicsCorrectedFactory(
            family="Ängström", given="Zoë", deceased=True, deceased_date="2026-04"
        )
    )
    patient = row(record)
    assert (patient.family, patient.deceased, patient.deceased_date) == ("Ängström", True, "2026-04")
    assert patient.search_key == "angstrom zoe"
    assert "lindqvist" not in patient.search_text


def test_allergies_stand_worst_first_and_an_unstated_severity_is_not_the_least(record: Record) -> None:
    allergy(record, substance="latex", severity="mild")
    allergy(record, substance="sulfamethoxazole", severity="moderate")
    allergy(record, substance="aspirin", severity=None, reported=True)
    allergy(record, substance="penicillins", severity="severe")
    assert substances(record) == ["penicillins", "sulfamethoxazole", "aspirin", "latex"]
    assert row(record).allergy_status == "known"


def test_no_known_allergies_is_said_with_who_asked_and_withdrawn_by_the_next_allergy(record: Record) -> None:
    record.add(make.NoKnownAllergiesAssertedFactory(asked_by="Nurse Ferrer"), at=day(4))
    patient = row(record)
    assert (patient.allergy_status, patient.no_known_asked_by, patient.no_known_asked_at) == (
        "none known", "Nurse Ferrer", day(4),
    )  # fmt: skip
    key = allergy(record, substance="latex")
    assert (row(record).allergy_status, row(record).no_known_asked_by) == ("known", None)
    record.add(make.AllergyRefutedFactory(allergy_id=key))
    assert row(record).allergy_status == "not recorded"


def test_a_denial_of_one_kind_of_allergy_is_not_a_denial_of_all(record: Record) -> None:
    record.add(make.NoKnownAllergiesAssertedFactory(scope="medication", reported=True))
    assert (row(record).allergy_status, row(record).no_known_asked_by) == ("not recorded", None)


def test_a_known_allergy_weighs_more_than_the_statement_that_there_is_none(record: Record) -> None:
    allergy(record, substance="latex")
    record.add(make.NoKnownAllergiesAssertedFactory())
    assert (row(record).allergy_status, substances(record)) == ("known", ["latex"])


@pytest.mark.parametrize("end", [make.AllergyRefutedFactory, make.AllergyResolvedFactory])
def test_a_refuted_or_resolved_allergy_leaves_the_banner(record: Record, end: Any) -> None:
    key = allergy(record, substance="latex")
    allergy(record, substance="iodine")
    record.add(end(allergy_id=key))
    assert substances(record) == ["iodine"]


def test_a_revision_recorded_late_does_not_overwrite_a_newer_one(record: Record) -> None:
    key = allergy(record, substance="latex", severity="mild")
    record.add(make.AllergyRevisedFactory(allergy_id=key, substance="latex", severity="severe"), at=day(90))
    record.add(make.AllergyRevisedFactory(allergy_id=key, substance="latex", severity="moderate"), at=day(30))
    assert row(record).allergies[0]["severity"] == "severe"


def test_a_refutation_entered_in_error_brings_the_allergy_back(record: Record) -> None:
    key = allergy(record, substance="latex")
    (wrong,) = record.add(make.AllergyRefutedFactory(allergy_id=key))
    record.mark(wrong)
    assert (row(record).allergy_status, substances(record)) == ("known", ["latex"])


def test_an_allergy_entered_in_error_gives_back_that_none_was_known(record: Record) -> None:
    record.add(make.NoKnownAllergiesAssertedFactory(asked_by="Nurse Ferrer"), at=day(4))
    (wrong,) = record.add(make.AllergyRecordedFactory())
    record.mark(wrong)
    patient = row(record)
    assert (patient.allergy_status, patient.no_known_asked_by, patient.no_known_asked_at) == (
        "none known", "Nurse Ferrer", day(4),
    )  # fmt: skip


def test_an_identity_entered_in_error_goes_back(record: Record) -> None:
    (wrong,) = record.add(make.DemographicsCorrectedFactory(family="Nobody", given="Helena"))
    record.mark(wrong)
    assert (row(record).family, row(record).search_key) == ("Lindqvist", "lindqvist helena")


def test_each_row_names_the_entry_that_last_shaped_it(record: Record) -> None:
    (event_id,) = record.add(make.NoteAddedFactory())
    patient = row(record)
    assert isinstance(patient.event_id, UUID)
    assert (patient.event_id, patient.version) == (event_id, record.version)
