"""The record as folded: laws over generated histories, snapshots, and what a fold must not look at."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventstore.registry import Sealed, SealedContext, Unknown
from records import codes, commands, corrections, events, fold
from records.decision import Rejected
from records.fold import Patient, evolve
from records.patient import PatientAggregate, decide
from tests import factories as make
from tests.records.scenario import JONES, NOW, Recorded, at, recorded

#: Generated stories are about a handful of things, so that their entries meet.
KEYS = tuple(make.new_id() for _ in range(2))
DRUGS = ("Lisinopril 10 mg tablet", "Amoxicillin 500 mg capsule", "Ibuprofen 400 mg tablet")
START = NOW - timedelta(days=100)

key = st.sampled_from(KEYS)
drug = st.sampled_from(DRUGS)
dose = st.sampled_from(("5", "10", "20"))
#: None is now; the others make late entries.
moment = st.one_of(st.none(), st.none(), st.integers(0, 99).map(lambda day: START + timedelta(days=day)))


@st.composite
def command(draw: st.DrawFn) -> Any:
    """Something a person may ask of the record, sensible or not."""
    shared = {"patient_id": KEYS[0], "occurred_at": draw(moment)}
    one, other = draw(key), draw(key)
    kind = draw(st.sampled_from(_OFTEN + tuple(_ASKED)))
    order = {"medication": draw(drug), "dose": draw(dose), "override_reason": "known"}
    substance = {"substance": draw(drug), "severity": draw(st.sampled_from(codes.Severity))}
    values: dict[str, Any] = {
        "add": {"prescription_id": one, **order},
        "change": {"prescription_id": one, "replacement_id": other, **order},
        "adjust": {"prescription_id": one, "dose": draw(dose)},
        "renew": {"prescription_id": one, "override_reason": "known"},
        "record": {"allergy_id": one, **substance},
        "revise": {"allergy_id": one, **substance},
        "correct": {"family": draw(st.sampled_from(("Moreau", "Morel"))), "mrn": "A-1"},
        "mark": {"target_event_id": draw(st.integers(0, 60))},
    }.get(kind, {})
    if kind in {"hold", "resume", "discontinue"}:
        values = {"prescription_id": one}
    if kind in {"refute", "resolve"}:
        values = {"allergy_id": one}
    return _ASKED[kind](**shared, **values)


_ASKED: dict[str, Any] = {
    "add": make.AddPrescriptionFactory,
    "change": make.ChangePrescriptionFactory,
    "adjust": make.AdjustDosageFactory,
    "renew": make.RenewPrescriptionFactory,
    "hold": make.HoldPrescriptionFactory,
    "resume": make.ResumePrescriptionFactory,
    "discontinue": make.DiscontinuePrescriptionFactory,
    "record": make.RecordAllergyFactory,
    "revise": make.ReviseAllergyFactory,
    "refute": make.RefuteAllergyFactory,
    "resolve": make.ResolveAllergyFactory,
    "none known": make.AssertNoKnownAllergiesFactory,
    "note": make.AddNoteFactory,
    "correct": make.CorrectDemographicsFactory,
    "mark": make.MarkEntryInErrorFactory,
}

_OFTEN = ("add", "add", "adjust", "adjust", "hold", "resume", "record", "mark", "mark")


def told(asked: list[Any]) -> list[Recorded]:
    """The entries that come of asking all this, one after the other; refusals leave none."""
    entries = recorded(
        (make.PatientRegisteredFactory(mrn="A-1"), START),
        (make.PrescriptionAddedFactory(prescription_id=KEYS[0]), START),
        (make.AllergyRecordedFactory(allergy_id=KEYS[0], substance="Latex"), START),
    )
    record = fold.fold(KEYS[0], entries)
    for each in asked:
        try:
            if isinstance(each, commands.MarkEntryInError):
                target = entries[int(each.target_event_id) % len(entries)]
                marking = replace(each, target_event_id=str(target.event_id), occurred_at=None)
                decision = corrections.decide(KEYS[0], entries, marking, NOW)
            else:
                decision = decide(record, each, JONES, NOW)
        except Rejected:
            continue
        for event in decision.events:
            entries.append(Recorded(event, len(entries) + 1, decision.occurred_at))
            record = evolve(record, entries[-1])
    return entries


stories = st.lists(command(), min_size=20, max_size=40).map(told)


@given(stories)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_a_record_keeps_its_laws_whatever_is_asked(entries: list[Recorded]) -> None:
    """Nothing ended is kept, nothing known is denied, and no fact comes from the future."""
    record = fold.fold(KEYS[0], entries)
    assert record.version == len(entries)
    assert all(course.is_open for course in record.courses.values())
    assert all(allergy.is_active for allergy in record.allergies.values())
    assert not (record.none_known and record.allergies)
    for course in record.courses.values():
        times = (course.since, course.dose_since, course.status_at)
        assert course.since == min(times)
        assert max(times) <= NOW
        assert (course.status == "active") or course.status_reason


@given(stories, st.integers(0, 30))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_a_snapshot_and_the_entries_after_it_give_the_full_fold(entries: list[Recorded], cut: int) -> None:
    aggregate = PatientAggregate()
    until = min(cut, len(entries))
    state = fold.fold(KEYS[0], entries[:until])
    state = aggregate.from_json(json.loads(json.dumps(aggregate.to_json(state))))
    for entry in entries[until:]:
        state = aggregate.evolve(state, entry)
    assert state == fold.fold(KEYS[0], entries)


@given(stories)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_forgetting_what_has_ended_changes_nothing_that_is_current(entries: list[Recorded]) -> None:
    remembered = fold.fold(KEYS[0], entries, remember=True)
    record = fold.fold(KEYS[0], entries)
    assert record.courses == {course.prescription_id: course for course in remembered.open_courses}
    assert record.allergies == {allergy.allergy_id: allergy for allergy in remembered.active_allergies}
    assert record.none_known == remembered.none_known


@given(stories)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_marking_the_last_entry_in_error_is_the_fold_without_it(entries: list[Recorded]) -> None:
    last = entries[-1]
    if isinstance(last.data, events.PatientRegistered | events.EntryMarkedInError):
        return
    marking = make.MarkEntryInErrorFactory(target_event_id=str(last.event_id))
    (event,) = corrections.decide(KEYS[0], entries, marking, NOW).events
    corrected = fold.fold(KEYS[0], [*entries, Recorded(event, len(entries) + 1, NOW)])
    without = fold.fold(KEYS[0], entries[:-1])
    assert replace(corrected, version=0) == replace(without, version=0)


@given(stories)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_corrections_add_up_to_the_fold_without_all_that_was_wrong(entries: list[Recorded]) -> None:
    wrong = set(corrections.marked_in_error(entries))
    without = corrections.fold_without(KEYS[0], entries, wrong)
    record = fold.fold(KEYS[0], entries, remember=True)
    assert replace(record, version=0) == replace(without, version=0)


@given(st.permutations(range(6)))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_recording_does_not_decide_the_dosage(order: list[int]) -> None:
    """However late an adjustment is recorded, the one that was true last holds."""
    added = (make.PrescriptionAddedFactory(prescription_id=KEYS[0]), START)
    adjusted = [
        (make.DosageAdjustedFactory(prescription_id=KEYS[0], dose=str(n + 1)), START + timedelta(days=n + 1))
        for n in order
    ]
    course = fold.fold(KEYS[0], recorded(added, *adjusted)).courses[KEYS[0]]
    assert (course.dose, course.dose_since) == ("6", START + timedelta(days=6))


@given(st.permutations(range(6)))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_recording_does_not_decide_the_status(order: list[int]) -> None:
    """So too for being on hold: days 1, 3, 5 hold it, days 2, 4, 6 let it go on."""
    added = (make.PrescriptionAddedFactory(prescription_id=KEYS[0]), START)
    turned = [
        (
            make.PrescriptionResumedFactory(prescription_id=KEYS[0])
            if n % 2
            else make.PrescriptionHeldFactory(prescription_id=KEYS[0]),
            START + timedelta(days=n + 1),
        )
        for n in order
    ]
    course = fold.fold(KEYS[0], recorded(added, *turned)).courses[KEYS[0]]
    assert (course.status, course.status_at) == ("active", START + timedelta(days=6))


def test_of_two_entries_at_one_moment_the_one_recorded_last_holds() -> None:
    same = at("2026-11-01 09:00")
    entries = recorded(
        (make.PrescriptionAddedFactory(prescription_id=KEYS[0], dose="10"), same),
        (make.DosageAdjustedFactory(prescription_id=KEYS[0], dose="20"), same),
        (make.DosageAdjustedFactory(prescription_id=KEYS[0], dose="30"), same),
    )
    assert fold.fold(KEYS[0], entries).courses[KEYS[0]].dose == "30"


def test_an_ended_course_takes_no_more_entries() -> None:
    entries = recorded(
        make.PrescriptionAddedFactory(prescription_id=KEYS[0]),
        make.PrescriptionDiscontinuedFactory(prescription_id=KEYS[0]),
        make.PrescriptionResumedFactory(prescription_id=KEYS[0]),
        make.DosageAdjustedFactory(prescription_id=KEYS[0]),
    )
    assert fold.fold(KEYS[0], entries).courses == {}
    remembered = fold.fold(KEYS[0], entries, remember=True).courses[KEYS[0]]
    assert (remembered.status, remembered.dose) == ("discontinued", "10")


def test_a_course_that_a_source_says_was_completed_was_not_stopped_by_decision() -> None:
    entries = recorded(
        make.PrescriptionAddedFactory(prescription_id=KEYS[0]),
        make.PrescriptionDiscontinuedFactory(prescription_id=KEYS[0], source_status="completed"),
    )
    assert fold.fold(KEYS[0], entries, remember=True).courses[KEYS[0]].status == "completed"


def test_an_unknown_entry_only_moves_the_version() -> None:
    known = recorded(make.PatientRegisteredFactory(), make.PrescriptionAddedFactory(prescription_id=KEYS[0]))
    unknown = Recorded(Unknown("VitalsMeasured", 1, {"pulse": "72"}), 3, NOW)
    before, after = fold.fold(KEYS[0], known), fold.fold(KEYS[0], [*known, unknown])
    assert after == replace(before, version=3)


def test_the_state_does_not_grow_with_history() -> None:
    entries = recorded(
        make.PatientRegisteredFactory(), make.PrescriptionAddedFactory(prescription_id=KEYS[0])
    )
    small = len(json.dumps(fold.to_json(fold.fold(KEYS[0], entries))))
    for _ in range(200):
        other = make.new_id()
        for event in (
            make.PrescriptionAddedFactory(prescription_id=other),
            make.PrescriptionDiscontinuedFactory(prescription_id=other),
            make.AllergyRecordedFactory(allergy_id=other),
            make.AllergyRefutedFactory(allergy_id=other),
            make.PrescriptionRenewedFactory(prescription_id=KEYS[0]),
            make.NoteAddedFactory(),
        ):
            entries.append(Recorded(event, len(entries) + 1, NOW))
    assert len(json.dumps(fold.to_json(fold.fold(KEYS[0], entries)))) < small + 100


# --- Sealed text ---------------------------------------------------------------------------------


def sealed(event: Any) -> Any:
    """The event as it is read unopened: every personal text replaced by ciphertext."""

    def walk(value: Any, name: str, inside: bool = False) -> Any:
        inside = inside or name in events.PERSONAL
        if isinstance(value, dict):
            return {k: walk(v, k, inside) for k, v in value.items()}
        if inside and isinstance(value, str):
            return Sealed(
                f"sealed {value}", SealedContext("stream", str(uuid4()), type(event).__name__, name)
            )
        return value

    return replace(event, **{name: walk(value, name) for name, value in vars(event).items()})


def opened(value: Any) -> Any:
    if isinstance(value, Sealed):
        return str(value).removeprefix("sealed ")
    if isinstance(value, dict):
        return {key: opened(item) for key, item in value.items()}
    return [opened(item) for item in value] if isinstance(value, list) else value


@given(stories)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_sealed_text_goes_through_folds_and_snapshots_and_opens_to_the_same_record(
    entries: list[Recorded],
) -> None:
    unopened = fold.fold(KEYS[0], [replace(entry, data=sealed(entry.data)) for entry in entries])
    stored = json.dumps(fold.to_json(unopened))
    assert "Moreau" not in stored.replace("sealed Moreau", "")
    assert JONES.name not in stored.replace(f"sealed {JONES.name}", "")
    back = fold.from_json(json.loads(stored))
    assert fold.opened(back, opened) == fold.fold(KEYS[0], entries)


def test_a_snapshot_says_which_fold_made_it() -> None:
    assert PatientAggregate().fingerprint == fold.fingerprint()
    assert len(fold.fingerprint()) == 64


def test_a_patient_that_nobody_registered_has_nothing() -> None:
    state = PatientAggregate().initial(f"patient-{KEYS[0]}")
    assert state == Patient(patient_id=KEYS[0])
    assert fold.from_json(fold.to_json(state)) == state


def _is_aware(value: datetime) -> bool:
    return value.tzinfo is not None


def test_times_come_back_from_a_snapshot_as_the_same_moments() -> None:
    entries = recorded((make.PrescriptionAddedFactory(prescription_id=KEYS[0]), at("2026-07-01 09:00")))
    back = fold.from_json(fold.to_json(fold.fold(KEYS[0], entries))).courses[KEYS[0]]
    assert _is_aware(back.since)
    assert back.since == at("2026-07-01 09:00")
