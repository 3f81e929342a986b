"""The current list and all courses: a prescription is on one list, and late entries never overwrite."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from projections.models import MedicationCourse, PatientState
from tests import factories as make
from tests.projections.record import Record, day

pytestmark = pytest.mark.django_db(transaction=True)


def prescribed(record: Record, **values: Any) -> str:
    order: Any = make.PrescriptionAddedFactory(**{"medication": "bisoprolol", "dose": "2.5", **values})
    record.add(order)
    return str(order.prescription_id)


def current(key: str) -> PatientState:
    return PatientState.objects.get(prescription_id=key)


def course(key: str) -> MedicationCourse:
    return MedicationCourse.objects.get(prescription_id=key)


def is_current(key: str) -> bool:
    return PatientState.objects.filter(prescription_id=key).exists()


def test_a_prescription_is_current_with_all_that_was_ordered(record: Record) -> None:
    order: Any = make.PrescriptionAddedFactory(
        medication="bisoprolol", dose="2.5", unit="mg", start="2026-01-14"
    )
    (event_id,) = record.add(order, at=day(5))
    row = current(order.prescription_id)
    assert (row.patient_id, row.medication, row.dosage) == (record.patient_id, "bisoprolol", "2.5 mg")
    assert (row.route, row.frequency, row.indication) == ("oral", "once daily", "hypertension")
    assert (row.status, row.since, row.opened_at, row.dose_since) == ("active", "2026-01-14", day(5), None)
    assert (row.version, row.event_id, row.dose_event_id) == (2, event_id, event_id)


def test_the_dose_is_stored_as_it_is_searched_without_the_comma_of_print(record: Record) -> None:
    assert current(prescribed(record, dose="1000", unit="mg")).dosage == "1000 mg"


def test_an_unstated_dose_is_a_word(record: Record) -> None:
    assert current(prescribed(record, dose=None, unit=None, reported=True)).dosage == "not stated by source"
    assert current(prescribed(record, dose=None, unit=None)).dosage == "unknown"


def test_a_number_without_a_unit_is_not_taken_for_a_dose(record: Record) -> None:
    key = prescribed(record, dose="1", unit=None, reported=True)
    assert current(key).dosage == "1 (unit not stated by source)"


def test_units_are_stored_as_they_are_read_so_that_a_recall_finds_them(record: Record) -> None:
    written = [("2", "tablet"), ("1", "tablet"), ("50", "ug"), ("1", "units")]
    keys = [prescribed(record, dose=dose, unit=unit, reported=True) for dose, unit in written]
    assert [current(key).dosage for key in keys] == ["2 tablets", "1 tablet", "50 mcg", "1 unit"]


def test_an_adjusted_dose_names_the_entry_that_set_it(record: Record) -> None:
    key = prescribed(record)
    (event_id,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"), at=day(9))
    row = current(key)
    assert (row.dosage, row.dose_since, row.dose_event_id) == ("5 mg", day(9), event_id)


def test_a_dose_recorded_late_does_not_overwrite_a_newer_one(record: Record) -> None:
    key = prescribed(record)
    (newest,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="10"), at=day(90))
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"), at=day(30))
    row = current(key)
    assert (row.dosage, row.dose_since, row.dose_event_id) == ("10 mg", day(90), newest)
    assert row.version == record.version


def test_a_hold_recorded_late_does_not_undo_the_resumption_that_followed_it(record: Record) -> None:
    key = prescribed(record)
    record.add(make.PrescriptionHeldFactory(prescription_id=key), at=day(20))
    record.add(make.PrescriptionResumedFactory(prescription_id=key), at=day(40))
    record.add(make.PrescriptionHeldFactory(prescription_id=key), at=day(30))
    assert (current(key).status, current(key).status_at) == ("active", day(40))


def test_held_says_why_and_since_when(record: Record) -> None:
    key = prescribed(record)
    record.add(
        make.PrescriptionHeldFactory(prescription_id=key, reason_code="procedure", reason="contrast CT"),
        at=day(7),
    )
    row = current(key)
    assert (row.status, row.status_reason, row.status_at) == ("held", "procedure: contrast CT", day(7))


def test_renewals_are_counted_in_the_one_course(record: Record) -> None:
    key = prescribed(record)
    for renewed_on in ("2024-05-01", "2024-07-01", "2024-06-01"):
        record.add(make.PrescriptionRenewedFactory(prescription_id=key, renewed_on=renewed_on))
    assert (current(key).renewals, current(key).last_renewed_on) == (3, "2024-07-01")


def test_what_is_discontinued_leaves_the_current_list(record: Record) -> None:
    key = prescribed(record)
    record.add(make.PrescriptionDiscontinuedFactory(prescription_id=key), at=day(50))
    assert not is_current(key)
    assert (course(key).status, course(key).status_at) == ("discontinued", day(50))


def test_a_change_of_drug_ends_one_course_and_opens_the_other(record: Record) -> None:
    key = prescribed(record, medication="ramipril", dose="5")
    change: Any = make.PrescriptionChangedFactory(prescription_id=key, medication="candesartan", dose="8")
    record.add(change)
    assert not is_current(key)
    assert (course(key).status, str(course(key).replaced_by)) == ("changed", change.replacement_id)
    assert current(change.replacement_id).medication == "candesartan"


@pytest.mark.parametrize(
    ("order", "ends_on"),
    [
        ({"end": "2024-05-31"}, date(2024, 5, 31)),
        ({"end": "2024-05"}, date(2024, 5, 31)),
        ({"end": "2024"}, date(2024, 12, 31)),
        ({"start": "2024-05-01", "duration_days": 7}, date(2024, 5, 7)),
        ({"duration_days": 1}, date(2024, 3, 2)),
        ({"start": "2024-05", "duration_days": 7}, None),
        ({"end": "2024-02-31"}, None),
        ({"start": "2024-05-01"}, None),
        ({"start": "9999-12-30", "duration_days": 7}, None),
    ],
)
def test_the_last_day_is_told_only_where_it_is_certain(
    record: Record, order: dict[str, Any], ends_on: date | None
) -> None:
    """DAY + 1 is 2 March 2024: a duration without a start counts from when the entry was true."""
    assert current(prescribed(record, **order)).ends_on == ends_on


def test_a_renewal_moves_the_last_day_and_one_without_a_length_lasts_as_long_as_the_first_order(
    record: Record,
) -> None:
    key = prescribed(record, start="2024-05-01", duration_days=30)
    record.add(
        make.PrescriptionRenewedFactory(prescription_id=key, renewed_on="2024-05-31", duration_days=60)
    )
    assert current(key).ends_on == date(2024, 7, 29)
    record.add(make.PrescriptionRenewedFactory(prescription_id=key, renewed_on="2024-07-30"))
    assert current(key).ends_on == date(2024, 8, 28)


def test_an_open_ended_prescription_does_not_run_out_with_a_renewal(record: Record) -> None:
    key = prescribed(record)
    record.add(
        make.PrescriptionRenewedFactory(prescription_id=key, renewed_on="2024-05-31", duration_days=30)
    )
    assert current(key).ends_on is None


def test_a_corrected_dose_gives_the_earlier_one_back(record: Record) -> None:
    key = prescribed(record, dose="125", unit="mcg")
    before = current(key)
    (wrong,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="250", unit="mcg"))
    record.mark(wrong)
    row = current(key)
    assert (row.dosage, row.dose_since, row.dose_event_id) == ("125 mcg", None, before.dose_event_id)
    assert row.entries_in_error == 1


def test_a_corrected_end_puts_the_prescription_back_on_the_list(record: Record) -> None:
    key = prescribed(record)
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"), at=day(9))
    (wrong,) = record.add(make.PrescriptionDiscontinuedFactory(prescription_id=key))
    record.mark(wrong)
    row = current(key)
    assert (row.status, row.dosage, row.dose_since) == ("active", "5 mg", day(9))
    assert course(key).status == "active"


def test_a_prescription_entered_in_error_is_gone_from_the_list_and_kept_as_such(record: Record) -> None:
    order: Any = make.PrescriptionAddedFactory()
    (wrong,) = record.add(order)
    record.mark(wrong)
    assert not is_current(order.prescription_id)
    assert course(order.prescription_id).status == "entered in error"


def test_what_was_entered_in_error_stays_away_when_a_later_entry_of_it_is_marked_too(record: Record) -> None:
    order: Any = make.PrescriptionAddedFactory()
    (wrong,) = record.add(order)
    (adjusted,) = record.add(make.DosageAdjustedFactory(prescription_id=order.prescription_id, dose="40"))
    record.mark(wrong)
    record.mark(adjusted)
    assert not is_current(order.prescription_id)
    assert course(order.prescription_id).status == "entered in error"


def test_a_change_of_drug_entered_in_error_is_undone_on_both_sides(record: Record) -> None:
    key = prescribed(record, medication="ramipril")
    change: Any = make.PrescriptionChangedFactory(prescription_id=key, medication="candesartan")
    (wrong,) = record.add(change)
    record.mark(wrong)
    assert current(key).status == "active"
    assert course(key).replaced_by is None
    assert not is_current(change.replacement_id)


def test_a_late_dose_marked_in_error_counts_though_it_changed_nothing(record: Record) -> None:
    key = prescribed(record)
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="10"), at=day(90))
    (wrong,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"), at=day(30))
    assert current(key).entries_in_error == 0
    record.mark(wrong)
    assert (current(key).dosage, current(key).entries_in_error) == ("10 mg", 1)


def test_one_patient_never_touches_another(record: Record) -> None:
    mine = prescribed(record)
    other = Record()
    other.add(make.PatientRegisteredFactory())
    order: Any = make.PrescriptionAddedFactory()
    (wrong,) = other.add(order)
    other.mark(wrong)
    assert PatientState.objects.filter(patient_id=record.patient_id).count() == 1
    assert current(mine).entries_in_error == 0


def test_the_row_of_a_course_keeps_every_step_of_its_dose(record: Record) -> None:
    key = prescribed(record, dose="2.5")
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="10"), at=day(90))
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="5"), at=day(30))
    steps = course(key).course["dosages"]
    assert [(step["dose"], step["version"]) for step in steps] == [("2.5", 2), ("5", 4), ("10", 3)]
    assert UUID(steps[1]["event_id"])
