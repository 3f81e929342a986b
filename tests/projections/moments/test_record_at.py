"""The record at any moment: what was known, what was true of it, and that now is the chart."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventstore.store import RecordedEvent
from projections import queries
from projections.models import Patient, PatientState
from projections.moments.record_at import RecordAt, as_of, holds, record_at
from records import fold, identity
from tests import factories as make
from tests.projections.moments.entries import PATIENT, History, entry
from tests.projections.record import Record, day
from tests.records.scenario import CLINIC, NOW, Recorded, at
from tests.records.test_patient_fold import START, stories

END = NOW + timedelta(days=1)


def told(story: History, known: str | None = None, true: str | None = None) -> RecordAt:
    return as_of(
        PATIENT, story.entries, known_at=at(known) if known else None, true_at=at(true) if true else None
    )


def medications(record: RecordAt) -> dict[str, str]:
    return {row.medication: row.dosage for row in record.current}


def substances(record: RecordAt) -> list[str]:
    return [allergy["substance"] for allergy in record.allergies]


# --- Known, and true -------------------------------------------------------------------------------


@pytest.fixture
def ramipril() -> History:
    """Changed on the 2nd, recorded on the 4th."""
    story = History()
    prescription = story.prescribed("ramipril", "5", "2026-08-01 10:00")
    change = make.PrescriptionChangedFactory(prescription_id=prescription, medication="candesartan", dose="8")
    story.add(change, "2026-09-02 10:15", "2026-09-04 09:02")
    return story


@pytest.mark.parametrize(
    ("known", "true", "current"),
    [
        ("2026-09-03 12:00", "2026-09-03 12:00", {"ramipril": "5 mg"}),
        ("2026-09-04 09:01", None, {"ramipril": "5 mg"}),
        ("2026-09-04 09:02", "2026-09-03 12:00", {"candesartan": "8 mg"}),
        (None, "2026-09-03 12:00", {"candesartan": "8 mg"}),
        (None, "2026-09-02 10:14", {"ramipril": "5 mg"}),
        (None, "2026-07-31 10:00", {}),
        ("2026-07-31 10:00", None, {}),
        (None, None, {"candesartan": "8 mg"}),
    ],
)
def test_what_was_recorded_late_was_true_before_it_was_known(
    ramipril: History, known: str | None, true: str | None, current: dict[str, str]
) -> None:
    assert medications(told(ramipril, known, true)) == current


def test_a_wrong_entry_stands_until_its_correction_is_known_and_then_never_held() -> None:
    story = History()
    digoxin = story.prescribed("digoxin", "125", "2026-08-28 15:44", unit="mcg")
    wrong = make.DosageAdjustedFactory(prescription_id=digoxin, dose="250", unit="mcg")
    slip = story.add(wrong, "2026-11-03 17:31")
    story.mark(slip, "2026-11-05 08:52")
    assert medications(told(story, "2026-11-04 12:00", "2026-11-04 12:00")) == {"digoxin": "250 mcg"}
    assert medications(told(story, None, "2026-11-04 12:00")) == {"digoxin": "125 mcg"}
    assert told(story, None, "2026-11-04 12:00").current[0].entries_in_error == 1
    assert told(story, "2026-11-04 12:00").current[0].entries_in_error == 0


def test_a_held_prescription_is_held_on_its_days_alone() -> None:
    story = History()
    key = story.prescribed("metformin", "1000", "2026-01-05 10:00")
    story.add(make.PrescriptionHeldFactory(prescription_id=key, reason="eGFR 37"), "2026-07-08 09:30")
    story.add(make.PrescriptionResumedFactory(prescription_id=key), "2026-07-16 10:20")
    status = [told(story, None, f"2026-07-{on} 12:00").current[0].status for on in ("07", "10", "17")]
    assert status == ["active", "held", "active"]
    assert "eGFR 37" in told(story, None, "2026-07-10 12:00").current[0].status_reason


def test_a_course_has_run_out_on_the_day_after_its_last() -> None:
    story = History()
    story.prescribed("doxycycline", "100", "2026-10-26 16:25", duration_days=7)
    assert medications(told(story, None, "2026-11-01 12:00")) == {"doxycycline": "100 mg"}
    assert medications(told(story, None, "2026-11-02 12:00")) == {}
    assert [course.medication for course in told(story, None, "2026-11-02 12:00").courses] == ["doxycycline"]


def test_a_renewal_keeps_a_course_running_only_once_it_is_known_and_true() -> None:
    story = History()
    key = story.prescribed("apixaban", "5", "2026-03-01 10:00", duration_days=28)
    renewal = make.PrescriptionRenewedFactory(prescription_id=key, renewed_on="2026-03-28", duration_days=28)
    story.add(renewal, "2026-03-28 10:00", "2026-04-02 10:00")
    assert medications(told(story, "2026-04-01 10:00", "2026-04-01 10:00")) == {}
    assert medications(told(story, None, "2026-04-01 10:00")) == {"apixaban": "5 mg"}


def test_an_allergy_holds_from_its_onset_and_is_known_from_when_it_was_recorded() -> None:
    story = History()
    story.add(make.AllergyRecordedFactory(substance="penicillins", onset="2010"), "2026-07-09 08:00")
    story.add(make.AllergyRecordedFactory(substance="latex", onset=None), "2026-07-10 08:00")
    assert substances(told(story, "2026-07-01 12:00", "2026-07-01 12:00")) == []
    assert substances(told(story, None, "2026-07-01 12:00")) == ["penicillins"]
    assert substances(told(story, None, "2010-12-31 12:00")) == ["penicillins"]
    assert substances(told(story, None, "2010-12-30 12:00")) == []
    assert set(substances(told(story))) == {"penicillins", "latex"}


def test_no_known_allergies_is_true_from_when_it_was_asked_until_one_is_found() -> None:
    story = History()
    story.add(make.NoKnownAllergiesAssertedFactory(asked_by="Dr Jones"), "2026-02-01 09:00")
    story.add(make.AllergyRecordedFactory(substance="latex"), "2026-03-01 09:00", "2026-04-01 09:00")
    states = [
        told(story, known, true).allergy_status
        for known, true in [
            ("2026-01-15 09:00", None),
            ("2026-03-15 09:00", "2026-03-15 09:00"),
            (None, "2026-01-15 09:00"),
            (None, "2026-02-15 09:00"),
            (None, None),
        ]
    ]
    assert states == ["not recorded", "none known", "not recorded", "none known", "known"]


def test_a_corrected_birth_date_was_true_always_a_new_name_from_its_day() -> None:
    story = History(family="Berg", birth_date="1961-03-21")
    corrected = make.DemographicsCorrectedFactory(
        mrn="4471 0293", family="Lindqvist", given="Helena", birth_date="1961-03-12"
    )
    story.add(corrected, "2026-06-01 09:00")
    then = told(story, None, "2026-05-01 09:00").patient.demographics
    assert then is not None
    assert (then.family, then.birth_date) == ("Berg", "1961-03-12")
    known = told(story, "2026-05-01 09:00").patient.demographics
    assert known is not None
    assert known.birth_date == "1961-03-21"


def test_a_death_that_was_told_later_was_true_from_its_day() -> None:
    story = History()
    died = make.DemographicsCorrectedFactory(deceased=True, deceased_date="2026-04-08")
    story.add(died, "2026-05-01 09:00")

    def dead(known: str | None, true: str | None) -> bool:
        who = told(story, known, true).patient.demographics
        assert who is not None
        return who.deceased

    assert not dead(None, "2026-04-07 12:00")
    assert dead(None, "2026-04-08 12:00")
    assert not dead("2026-04-20 12:00", "2026-04-20 12:00")
    assert dead(None, None)


# --- Laws ------------------------------------------------------------------------------------------


def as_recorded(entries: list[Recorded]) -> list[RecordedEvent]:
    """Told in their order, an hour apart: late ones stay late."""
    return [
        entry(each.data, each.version, each.occurred_at, START + timedelta(hours=each.version),
              event_id=each.event_id)
        for each in entries
    ]  # fmt: skip


def content(record: RecordAt) -> tuple[Any, ...]:
    """What a record says, without the questions that it answers."""
    current = [
        {field.attname: getattr(row, field.attname) for field in PatientState._meta.fields}
        for row in record.current
    ]
    for row in current:
        for name in ("version", "position", "event_id", "dose_event_id"):
            del row[name]
    patient = {each.name: getattr(record.patient, each.name) for each in fields(record.patient)}
    return patient, current, record.allergies, record.allergy_status


lawful = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
moments = st.integers(0, 101).map(lambda days: START + timedelta(days=days))


@given(stories)
@lawful
def test_now_is_the_write_sides_own_fold(entries: list[Recorded]) -> None:
    patient = as_of(PATIENT, as_recorded(entries)).patient
    assert patient == fold.fold(str(PATIENT), entries, remember=True)
    assert {course.prescription_id for course in patient.open_courses} == set(
        fold.fold(str(PATIENT), entries).courses
    )


@given(stories)
@lawful
def test_what_is_told_without_the_wrong_entries_is_what_their_corrections_restored(
    entries: list[Recorded],
) -> None:
    """A question far in the future takes the other way through the fold as soon as one entry lies there."""
    known = as_recorded(entries)
    beyond = entry(make.NoteAddedFactory(), len(known) + 1, END + timedelta(days=9), END)
    asked = as_of(PATIENT, [*known, beyond], true_at=END)
    now = as_of(PATIENT, known, true_at=END)
    assert content(replace(asked, patient=replace(asked.patient, version=len(known)))) == content(now)


@given(stories, st.integers(1, 45))
@lawful
def test_as_known_at_a_version_is_the_fold_up_to_it(entries: list[Recorded], version: int) -> None:
    known = as_recorded(entries)
    until = known[min(version, len(known)) - 1].created_at
    assert content(as_of(PATIENT, known, known_at=until)) == content(
        as_of(PATIENT, known[:version], known_at=until)
    )
    assert as_of(PATIENT, known, known_at=until).patient == fold.fold(
        str(PATIENT), entries[:version], remember=True
    )


@given(stories, moments, moments)
@lawful
def test_what_holds_only_grows_with_the_moment(
    entries: list[Recorded], one: datetime, other: datetime
) -> None:
    earlier, later = sorted((one, other))
    known = as_recorded(entries)
    held = [{each.event_id for each in known if holds(each, moment)} for moment in (earlier, later)]
    assert held[0] <= held[1]
    opened = [
        {course.prescription_id for course in as_of(PATIENT, known, true_at=moment).courses}
        for moment in (earlier, later)
    ]
    assert opened[0] <= opened[1]


@given(stories, moments)
@lawful
def test_nothing_true_later_shows_at_a_moment(entries: list[Recorded], moment: datetime) -> None:
    asked = as_of(PATIENT, as_recorded(entries), true_at=moment)
    for course in asked.courses:
        now = course.now
        assert max(now.since, now.dose_since, now.status_at, now.renewed_at or now.since) <= moment
        assert all(step.moment.at <= moment for step in (*course.dosages, *course.statuses))


# --- Now is the chart ------------------------------------------------------------------------------


def assert_now_is_the_chart(patient_id: UUID, now: datetime | None = None) -> None:
    asked = record_at(patient_id, known_at=now, true_at=now)
    chart = queries.current_medications(patient_id)
    values = [field.attname for field in PatientState._meta.fields]
    assert [[getattr(row, name) for name in values] for row in asked.current] == [
        [getattr(row, name) for name in values] for row in chart.rows
    ]
    patient = Patient.objects.get(pk=patient_id)
    assert asked.allergy_status == patient.allergy_status
    own = {"known_version", "event_id"}
    assert [{k: v for k, v in each.items() if k not in own} for each in asked.allergies] == [
        {k: v for k, v in each.items() if k not in own} for each in patient.allergies
    ]
    assert asked.version == patient.version
    who = asked.patient.demographics
    assert who is not None
    assert {name: getattr(patient, name) for name in identity.FIELDS} == {
        name: getattr(who, name) for name in identity.FIELDS
    }


@pytest.mark.django_db(transaction=True)
def test_now_is_the_chart_row_for_row() -> None:
    record = Record()
    record.add(make.PatientRegisteredFactory())
    first, other = (
        make.PrescriptionAddedFactory(dose="5"),
        make.PrescriptionAddedFactory(medication="digoxin"),
    )
    record.add(first, other, make.AllergyRecordedFactory(onset="2019-05"), make.AllergyRecordedFactory())
    (slip,) = record.add(make.DosageAdjustedFactory(prescription_id=first.prescription_id, dose="50"))
    record.add(make.PrescriptionHeldFactory(prescription_id=first.prescription_id), at=day(40))
    record.add(make.DosageAdjustedFactory(prescription_id=first.prescription_id, dose="7.5"), at=day(2))
    record.mark(slip)
    record.add(make.PrescriptionDiscontinuedFactory(prescription_id=other.prescription_id), at=day(50))
    record.add(make.PrescriptionAddedFactory(medication="amoxicillin", duration_days=7), at=day(51))
    record.add_unknown()
    assert_now_is_the_chart(record.patient_id)
    assert_now_is_the_chart(record.patient_id, datetime.now(CLINIC))
    assert record_at(record.patient_id, version=1).current == ()
    assert record_at(record.patient_id, version=3).version == 3
