"""The demo clinic before it is stored: reproducible, plausible, and nothing that the product would refuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eventstore import registry
from eventstore.registry import Stored
from records import corrections, dose, events, fold, upcasters
from records.abbreviations import dangerous
from records.codes import Severity
from records.demo import reading
from records.demo.clinic import Clinic, generate
from records.demo.people import EMPLOYEES
from records.demo.recorder import Entry

TODAY = date(2026, 11, 24)
ZONE = ZoneInfo("America/New_York")
PATIENT_EVENTS = {
    known.cls
    for known in registry.known_types()
    if known.aggregate_type in {"Patient", "Clinician"} and known.cls.__module__ == events.__name__
}


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return generate(TODAY, ZONE)


def all_events(clinic: Clinic) -> Iterator[tuple[Entry, Any]]:
    for entry in clinic.entries:
        for event in entry.events:
            yield entry, event


def values(event: Any) -> dict[str, Any]:
    """An event's fields, whatever the schema version it was written in."""
    return registry.encode(event)[2]


def texts(event: Any) -> Iterator[str]:
    """The free text of an event."""
    for name in ("text", "reason", "indication", "note_to_patient", "as_needed_reason", "reactions"):
        if said := values(event).get(name):
            yield said


# --- Reproducible ------------------------------------------------------------------------------------


def test_the_same_seed_and_day_give_the_same_clinic(clinic: Clinic) -> None:
    again = generate(TODAY, ZONE)
    assert again.entries == clinic.entries
    assert reading.accesses(again) == reading.accesses(clinic)


def test_another_seed_gives_other_people_ids_and_days(clinic: Clinic) -> None:
    other = generate(TODAY, ZONE, "southfield")
    mine = {event_id for entry in clinic.entries for event_id in entry.event_ids}
    assert mine.isdisjoint(event_id for entry in other.entries for event_id in entry.event_ids)


@pytest.mark.parametrize(
    ("today", "zone"),
    [
        (date(2026, 1, 1), "UTC"),
        (date(2027, 3, 28), "Europe/London"),
        (date(2026, 11, 1), "America/New_York"),
        (date(2028, 2, 29), "Australia/Sydney"),
    ],
    ids=[
        "new year",
        "the day clocks go forward",
        "the day clocks go back",
        "leap day, other side of the world",
    ],
)
def test_the_rules_accept_it_on_any_day(today: date, zone: str) -> None:
    made = generate(today, ZoneInfo(zone))
    assert sum(len(entry.events) for entry in made.entries) > 2_000
    assert all(entry.recorded_at < made.calendar.end for entry in made.entries)


# --- Enough of everything ----------------------------------------------------------------------------


def test_about_fifty_patients_and_more_than_two_thousand_events(clinic: Clinic) -> None:
    sizes = sorted(sum(len(entry.events) for entry in life.entries) for life in clinic.lives.values())
    assert 50 <= len(sizes) <= 55
    assert 2_500 <= sum(sizes) <= 4_000
    assert sizes[0] == 1
    assert sizes[-1] >= 350
    assert sum(1 for size in sizes if size < 20) >= 8


def test_every_event_of_patients_and_clinicians_is_there(clinic: Clinic) -> None:
    names = {getattr(event, "event_type", type(event).__name__) for _, event in all_events(clinic)}
    assert names == {cls.__name__ for cls in PATIENT_EVENTS}


def test_every_kind_of_access_is_there(clinic: Clinic) -> None:
    kinds = Counter(type(access.event).__name__ for access in reading.accesses(clinic))
    session = {known.name for known in registry.known_types() if known.aggregate_type == "Session"}
    assert kinds.keys() == session & set(vars(events))
    assert 300 <= kinds.total() <= 1_500


def test_allergies_are_known_none_or_not_recorded(clinic: Clinic) -> None:
    states = Counter(
        "known" if life.state.active_allergies else "none known" if life.state.none_known else "not recorded"
        for life in clinic.lives.values()
    )
    assert min(states["known"], states["none known"], states["not recorded"]) >= 3


def test_allergies_of_each_severity_are_there(clinic: Clinic) -> None:
    severities = {
        event.severity for _, event in all_events(clinic) if isinstance(event, events.AllergyRecorded)
    }
    assert severities == {severity.value for severity in Severity}


def test_people_differ_in_what_is_known_of_them(clinic: Clinic) -> None:
    who = [life.state.demographics for life in clinic.lives.values()]
    assert all(who)
    known = [one for one in who if one is not None]
    assert any(one.birth_date is None for one in known)
    assert {len(one.birth_date) for one in known if one.birth_date} == {4, 7, 10}
    assert any(one.deceased and one.deceased_date for one in known)
    assert any(one.given is None for one in known)
    assert any(len(one.family or "") > 35 for one in known)
    assert any(not (one.family or "").isascii() for one in known)
    numbers = [one.mrn for one in known]
    assert len(set(numbers)) == len(numbers)


def test_one_patient_is_as_rich_as_the_design_draws(clinic: Clinic) -> None:
    helena = clinic.lives["lindqvist"].state
    doses = {course.medication: (course.dose, course.status) for course in helena.open_courses}
    assert doses == {
        "apixaban": ("5", "active"),
        "bisoprolol": ("5", "active"),
        "candesartan": ("8", "active"),
        "digoxin": ("125", "active"),
        "furosemide": ("40", "active"),
        "levothyroxine": ("75", "active"),
        "lorazepam": ("0.5", "active"),
        "metformin modified-release": ("1000", "held"),
    } | {name: dose for name, dose in doses.items() if name in FINISHED}
    assert {allergy.substance for allergy in helena.active_allergies} == {
        "penicillins",
        "sulfamethoxazole + trimethoprim",
        "latex",
    }


#: Courses of a few days, which end by themselves.
FINISHED = {"prednisone", "doxycycline", "nitrofurantoin"}


# --- In time -----------------------------------------------------------------------------------------


def test_times_never_go_back_and_end_before_today(clinic: Clinic) -> None:
    moments = [entry.recorded_at for entry in clinic.entries]
    assert moments == sorted(moments)
    assert moments[-1] < datetime.combine(TODAY, time(), ZONE).astimezone(UTC)
    assert (clinic.calendar.end - moments[-1]).days <= 2
    assert (moments[-1] - moments[0]).days > 7 * 365


def test_nothing_is_recorded_before_it_was_true(clinic: Clinic) -> None:
    assert all(entry.occurred_at <= entry.recorded_at for entry in clinic.entries)


def test_some_entries_are_late_by_days(clinic: Clinic) -> None:
    late = [entry for entry in clinic.entries if (entry.recorded_at - entry.occurred_at).days >= 1]
    assert len(late) >= 8
    assert {event for entry in late for event in map(type, entry.events)} >= {
        events.DosageAdjusted,
        events.PrescriptionChanged,
    }


def test_versions_of_a_stream_follow_on(clinic: Clinic) -> None:
    next_version: Counter[str] = Counter()
    for entry in clinic.entries:
        assert entry.expected_version == next_version[entry.aggregate_id]
        next_version[entry.aggregate_id] += len(entry.events)
        for other in entry.elsewhere:
            assert other.expected_version == next_version[f"patient-{other.patient_id}"]
            next_version[f"patient-{other.patient_id}"] += len(other.events)


def test_most_work_is_done_on_weekdays_by_day_and_some_at_night(clinic: Clinic) -> None:
    moments = [clinic.calendar.local(entry.recorded_at) for entry in clinic.entries]
    by_day = sum(1 for moment in moments if moment.weekday() < 5 and 8 <= moment.hour < 19)
    by_night = sum(1 for moment in moments if moment.hour >= 20 or moment.hour < 7)
    assert by_day / len(moments) > 0.8
    assert by_night >= 20


# --- Safe to read ------------------------------------------------------------------------------------


def test_every_dose_is_written_in_the_one_way(clinic: Clinic) -> None:
    doses = [values(event)["dose"] for _, event in all_events(clinic) if "dose" in values(event)]
    assert len(doses) > 500
    assert all(dose.parse(text) == text for text in doses)


def test_no_text_holds_a_dangerous_abbreviation(clinic: Clinic) -> None:
    flagged = [
        (text, found)
        for _, event in all_events(clinic)
        for text in texts(event)
        if (found := dangerous(text))
    ]
    assert flagged == []


def test_no_text_shows_an_unfilled_or_trailing_zero_value(clinic: Clinic) -> None:
    said = [text for _, event in all_events(clinic) for text in texts(event)]
    assert [text for text in said if "{" in text or ".0 " in text] == []


def test_notes_are_in_many_different_words(clinic: Clinic) -> None:
    notes = [event.text for _, event in all_events(clinic) if isinstance(event, events.NoteAdded)]
    assert len(set(notes)) > 400


def test_an_interrupting_alert_was_answered(clinic: Clinic) -> None:
    overridden = [entry for entry in clinic.entries if entry.override]
    assert overridden
    for entry in overridden:
        assert entry.override is not None
        assert entry.override.reason
        assert entry.override.code
        assert any(alert.interrupts for alert in entry.alerts)


# --- Corrections -------------------------------------------------------------------------------------


def test_a_correction_leaves_the_record_as_if_the_entry_had_never_been(clinic: Clinic) -> None:
    corrected = 0
    for life in clinic.lives.values():
        wrong = corrections.marked_in_error(life.recorded)
        corrected += len(wrong)
        if wrong:
            with_correction = fold.fold(life.patient_id, life.recorded, remember=True)
            without = corrections.fold_without(life.patient_id, life.recorded, set(wrong))
            assert with_correction.courses == without.courses
            assert with_correction.allergies == without.allergies
            assert with_correction.demographics == without.demographics
            assert with_correction.none_known == without.none_known
    assert corrected >= 10


def test_somebody_relied_on_a_wrong_dose_before_it_was_found(clinic: Clinic) -> None:
    relied = 0
    for life in clinic.lives.values():
        wrong = corrections.marked_in_error(life.recorded)
        kinds = [(str(one.event_id) in wrong, type(one.data)) for one in life.recorded]
        relied += sum(
            1
            for (is_wrong, kind), (_, after) in pairwise(kinds)
            if is_wrong and kind is events.DosageAdjusted and after is events.NoteAdded
        )
    assert relied >= 3


# --- Version 1 ---------------------------------------------------------------------------------------


def test_the_early_years_hold_prescriptions_of_version_1(clinic: Clinic) -> None:
    early = [(entry, event) for entry, event in all_events(clinic) if isinstance(event, Stored)]
    later = [entry for entry, event in all_events(clinic) if isinstance(event, events.PrescriptionAdded)]
    assert len(early) >= 20
    assert all(
        (event.event_type, event.schema_version) == ("PrescriptionAdded", 1)
        and "prescriber_license" not in event.data
        for _, event in early
    )
    authored = [entry for entry in later if entry.source is None]
    assert max(entry.recorded_at for entry, _ in early) < min(entry.recorded_at for entry in authored)


def test_a_prescription_of_version_1_is_lifted_with_the_license_of_that_day(clinic: Clinic) -> None:
    licenses = [
        (entry.aggregate_id.removeprefix("clinician-"), position, event.license)
        for position, entry in enumerate(clinic.entries)
        for event in entry.events
        if isinstance(event, events.LicenseRecorded)
    ]

    def license_at(key: str, position: int) -> str | None:
        held = [number for user_id, at, number in licenses if user_id == key and at < position]
        return held[-1] if held else None

    lifted = set()
    for position, entry in enumerate(clinic.entries):
        for event in entry.events:
            if isinstance(event, Stored):
                recording = registry.Recording(
                    position=position,
                    created_at=entry.recorded_at,
                    metadata={"user_id": entry.author.user_id},
                )
                data = upcasters.add_prescriber_license(
                    event.data, recording=recording, lookups={"licenses": license_at}
                )
                assert data["prescriber_license"] == entry.author.license
                lifted.add(data["prescriber_license"])
    assert None not in lifted
    assert len(lifted) >= 3


def test_every_author_was_employed_and_prescribers_were_licensed(clinic: Clinic) -> None:
    names = {str(clinic.staff.user_id(employee)): employee for employee in EMPLOYEES}
    for entry, event in all_events(clinic):
        if entry.aggregate_type == "Patient":
            assert clinic.staff.employed(names[entry.author.user_id], entry.recorded_at)
        if isinstance(event, events.PrescriptionAdded | events.PrescriptionChanged) and not event.reported:
            assert event.prescriber_license == entry.author.license is not None
