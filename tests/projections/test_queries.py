"""What the pages ask: right rows, right counts, every page by key, and each through an index."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from eventstore.models import ParkedAggregate
from projections import queries
from projections.models import ComplianceEntry, PatientState, TimelineEntry
from projections.queries import ReportFilters
from tests import factories as make
from tests.projections.plans import plans, statements_of
from tests.projections.record import JONES, Record, day

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2024, 6, 30)


def registered(**identity: Any) -> Record:
    record = Record()
    record.add(make.PatientRegisteredFactory(**identity))
    return record


def prescribed(record: Record, **values: Any) -> str:
    order: Any = make.PrescriptionAddedFactory(**{"medication": "bisoprolol", "dose": "2.5", **values})
    record.add(order)
    return str(order.prescription_id)


# --- Patients ----------------------------------------------------------------------------------------


@pytest.fixture
def people() -> dict[str, UUID]:
    """Five patients whose names sort otherwise than their bytes."""
    names = {
        "zoe": ("Ängström", "Zoë", "1970-01-01", "MRN 77-1"),
        "anna": ("angstrom", "Anna", "1961-03-12", "4471 0293"),
        "bo": ("Öberg", "Bo", "1961", None),
        "conan": ("O'Brien", "Conan", "1963-04-18", "0042"),
        "nobody": (None, None, None, None),
    }
    return {
        key: registered(family=family, given=given, birth_date=born, mrn=mrn).patient_id
        for key, (family, given, born, mrn) in names.items()
    }


def found(text: str) -> set[UUID]:
    return {patient.patient_id for patient in queries.search(text).rows}


def test_patients_are_listed_by_name_without_regard_to_case_and_accents(people: dict[str, UUID]) -> None:
    rows = queries.patients().rows
    assert [row.patient_id for row in rows] == [
        people[key] for key in ("anna", "zoe", "bo", "conan", "nobody")
    ]


def test_pages_of_patients_meet_without_gap_or_double(people: dict[str, UUID]) -> None:
    seen, after, places = [], None, []
    while True:
        page = queries.patients(after=after, limit=2)
        seen += [row.patient_id for row in page.rows]
        places.append((page.first, page.last, page.total))
        if not page.next:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 5
    assert places == [(1, 2, 5), (3, 4, 5), (5, 5, 5)]


def test_a_cursor_that_nobody_made_shows_the_first_page(people: dict[str, UUID]) -> None:
    for made_up in ("", "x", "9.", "9.not-a-uuid", f"9.{uuid4()}", "-1.0", "9" * 50):
        assert queries.patients(after=made_up, limit=1).first == 1


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("angstrom", {"anna", "zoe"}),
        ("ÄNGSTRÖM", {"anna", "zoe"}),
        ("zoe ang", {"zoe"}),
        ("ang zoë", {"zoe"}),
        ("obrien", {"conan"}),
        ("o'brien conan", {"conan"}),
        ("4471 0293", {"anna"}),
        ("44710293", {"anna"}),
        ("4471", {"anna"}),
        ("mrn77-1", {"zoe"}),
        ("1961-03-12", {"anna"}),
        ("12-Mar-1961", {"anna"}),
        ("12 March 1961", {"anna"}),
        ("1961", {"anna", "bo"}),
        ("angstrom 1961", {"anna"}),
        ("angstrom 1999", set()),
        ("   ", set()),
        ("& | ! :* ( '", set()),
        ("ang:* | conan", set()),
    ],
)
def test_search_finds_by_beginnings_of_words_in_any_order(
    people: dict[str, UUID], text: str, keys: set[str]
) -> None:
    assert found(text) == {people[key] for key in keys}


@pytest.mark.parametrize(
    ("identity", "texts"),
    [
        ({"family": "Иванова", "given": "Ольга"}, ["иван", "ОЛЬГА иванова"]),
        ({"family": "山田", "given": "太郎"}, ["山田", "太郎 山"]),
        ({"family": "Ng", "given": "An", "mrn": "12e3"}, ["12e3", "12e", "ng 12"]),
        ({"family": "Ito", "given": "Yu", "mrn": "79A66C97-6131"}, ["79a66c97", "79a66c976131", "6131"]),
        ({"family": "van der Berg-O'Hara", "given": "Jo"}, ["berg ohara", "van jo", "der berg"]),
        ({"family": "Li", "given": "X", "other_names": "Meyer (born)"}, ["meyer", "born li"]),
    ],
)
def test_search_finds_any_script_and_any_shape_of_number(identity: dict[str, Any], texts: list[str]) -> None:
    registered(family="Nobody", given="Else", mrn="0")
    patient_id = registered(**{"mrn": None, **identity}).patient_id
    assert [found(text) for text in texts] == [{patient_id}] * len(texts)


def test_search_counts_all_and_pages_by_name(people: dict[str, UUID]) -> None:
    first = queries.search("angstrom", limit=1)
    second = queries.search("angstrom", after=first.next, limit=1)
    assert [row.patient_id for row in (*first.rows, *second.rows)] == [people["anna"], people["zoe"]]
    assert (first.total, second.first, second.last, second.next) == (2, 2, 2, "")


def test_a_filter_takes_an_id_or_a_record_number_however_it_is_spaced(people: dict[str, UUID]) -> None:
    anna = people["anna"]
    assert queries.named(str(anna)) == [anna]
    assert queries.named(" 4471-0293 ") == queries.named("44710293") == [anna]
    assert queries.named("4471") == queries.named("") == []


def test_the_banner_says_since_when_a_chart_is_incomplete() -> None:
    record = registered()
    assert queries.banner(record.patient_id).parked is None
    for projector, position in (("timeline", 9), ("patients", 12)):
        ParkedAggregate.objects.create(
            projector=projector,
            aggregate_id=record.stream,
            position=position,
            event_id=uuid4(),
            version=3,
            error="ValueError: broken",
        )
    banner = queries.banner(record.patient_id)
    assert banner.patient is not None
    assert banner.parked is not None
    assert (banner.parked.position, banner.unavailable) == (9, True)


def test_nobody_known_has_a_banner_without_a_patient() -> None:
    assert queries.banner(uuid4()).patient is None


# --- Medications and allergies -----------------------------------------------------------------------


def test_current_medications_stand_by_name_with_the_held_ones_counted(record: Record) -> None:
    for name in ("metformin", "Apixaban", "bisoprolol"):
        key = prescribed(record, medication=name)
    record.add(make.PrescriptionHeldFactory(prescription_id=key))
    current = queries.current_medications(record.patient_id)
    assert [row.medication for row in current.rows] == ["Apixaban", "bisoprolol", "metformin"]
    assert (current.total, current.held) == (3, 1)


def test_a_prescription_runs_out_on_the_day_after_its_last(record: Record) -> None:
    prescribed(record, medication="doxycycline", start="2024-06-01", duration_days=7)
    on_the_last, after_it = date(2024, 6, 7), date(2024, 6, 8)
    assert queries.current_medications(record.patient_id, on=on_the_last).total == 1
    assert queries.past_medications(record.patient_id, on=on_the_last) == []
    assert queries.current_medications(record.patient_id, on=after_it).total == 0
    (past,) = queries.past_medications(record.patient_id, on=after_it)
    assert (past.status, past.ended_at) == ("completed", on_the_last)


def test_past_medications_say_how_each_ended_newest_first(record: Record) -> None:
    stopped = prescribed(record, medication="ibuprofen")
    changed = prescribed(record, medication="ramipril")
    prescribed(record, medication="doxycycline", start="2024-03-10", duration_days=7)
    (wrong,) = record.add(make.PrescriptionAddedFactory(medication="digoxin"))
    record.add(
        make.PrescriptionDiscontinuedFactory(
            prescription_id=stopped, reason_code="interaction", reason="bled"
        ),
        at=day(40),
    )
    record.add(
        make.PrescriptionChangedFactory(prescription_id=changed, medication="candesartan", reason="cough"),
        at=day(60),
    )
    record.mark(wrong, at=day(50))
    past = queries.past_medications(record.patient_id, on=TODAY)
    assert [(each.medication, each.status, each.status_reason) for each in past] == [
        ("ramipril", "changed to candesartan", "cough"),
        ("digoxin", "entered in error", ""),
        ("ibuprofen", "discontinued", "interaction: bled"),
        ("doxycycline", "completed", "its last day has passed"),
    ]
    names = {row.medication for row in queries.current_medications(record.patient_id, on=TODAY).rows}
    assert names == {"candesartan"}


def test_a_course_that_a_source_calls_completed_is_past_on_the_day_it_says(record: Record) -> None:
    key = prescribed(record, medication="doxycycline", reported=True)
    record.add(
        make.PrescriptionDiscontinuedFactory(
            prescription_id=key, reason_code=None, reason=None, reported=True, source_status="completed"
        ),
        at=day(20),
    )
    (past,) = queries.past_medications(record.patient_id, on=TODAY)
    assert (past.status, past.ended_at) == ("completed", day(20))


def test_an_end_that_a_source_does_not_date_is_told_so_and_is_not_recent(record: Record) -> None:
    key = prescribed(record, medication="naproxen", reported=True)
    record.add(
        make.PrescriptionDiscontinuedFactory(
            prescription_id=key, reason_code=None, reason=None, reported=True, source_status="stopped",
            undated=True,
        ),
        at=day(100),
    )  # fmt: skip
    (past,) = queries.past_medications(record.patient_id, on=TODAY)
    assert (past.status, past.ended_at) == ("discontinued", None)
    assert queries.recently_stopped([past], on=TODAY) == []


def test_recently_stopped_are_those_of_thirty_days_that_ever_ran(record: Record) -> None:
    for name, number in (("ibuprofen", 40), ("naproxen", 100)):
        key = prescribed(record, medication=name)
        record.add(make.PrescriptionDiscontinuedFactory(prescription_id=key), at=day(number))
    (wrong,) = record.add(make.PrescriptionAddedFactory(medication="digoxin"))
    record.mark(wrong, at=day(101))
    past = queries.past_medications(record.patient_id, on=TODAY)
    assert [each.medication for each in queries.recently_stopped(past, on=TODAY)] == ["naproxen"]


def test_a_start_that_lies_ahead_is_told() -> None:
    ahead, partly = PatientState(start="2024-07-01"), PatientState(start="2024")
    assert queries.not_started(ahead, on=TODAY)
    assert not queries.not_started(ahead, on=date(2024, 7, 1))
    assert not queries.not_started(partly, on=TODAY)


def test_past_allergies_say_who_ended_them_and_why(record: Record) -> None:
    refuted: Any = make.AllergyRecordedFactory(substance="latex")
    mistaken: Any = make.AllergyRecordedFactory(substance="iodine")
    record.add(refuted)
    (wrong,) = record.add(mistaken)
    record.add(make.AllergyRecordedFactory(substance="penicillins"))
    record.add(make.AllergyRefutedFactory(allergy_id=refuted.allergy_id, reason="tolerated"), at=day(8))
    correction = record.mark(wrong, reason="another patient", at=day(9))
    past = queries.past_allergies(record.patient_id)
    assert [(each.substance, each.status, each.reason) for each in past] == [
        ("iodine", "entered in error", "another patient"),
        ("latex", "refuted", "tolerated"),
    ]
    assert past[0].event_id == correction


def test_a_refutation_entered_in_error_is_not_past(record: Record) -> None:
    allergy: Any = make.AllergyRecordedFactory()
    record.add(allergy)
    (wrong,) = record.add(make.AllergyRefutedFactory(allergy_id=allergy.allergy_id))
    record.mark(wrong)
    assert queries.past_allergies(record.patient_id) == []


# --- Who takes it ------------------------------------------------------------------------------------


@pytest.fixture
def takers() -> list[Record]:
    """Three patients on apixaban, written in two ways, one of them twice; one on something else."""
    records = [registered(family=name, given="P") for name in ("Ceder", "Berg", "Ahl", "Dahl")]
    prescribed(records[0], medication="apixaban", dose="5")
    prescribed(records[1], medication="Apixaban", dose="2.5")
    prescribed(records[2], medication="apixaban", dose="5")
    prescribed(records[2], medication="APIXABAN", dose="10", reported=True)
    prescribed(records[3], medication="apixaban sandoz", dose="5")
    return records


def test_everyone_who_takes_it_is_found_however_it_is_written(takers: list[Record]) -> None:
    answer = queries.who_takes_it("Apixaban")
    names = [taker.patient.family for taker in answer.rows if taker.patient]
    assert names == ["Ahl", "Ahl", "Berg", "Ceder"]
    assert (answer.total, answer.patients) == (4, 3)
    assert answer.patient_ids == [takers[2].patient_id, takers[1].patient_id, takers[0].patient_id]


def test_the_dose_narrows_it(takers: list[Record]) -> None:
    answer = queries.who_takes_it("apixaban", "5 mg")
    assert [taker.row.patient_id for taker in answer.rows] == [takers[2].patient_id, takers[0].patient_id]
    assert queries.who_takes_it("apixaban", "7 mg").total == 0


def test_those_on_hold_still_count_and_those_who_stopped_do_not(takers: list[Record]) -> None:
    key = PatientState.objects.get(patient_id=takers[0].patient_id).prescription_id
    takers[0].add(make.PrescriptionHeldFactory(prescription_id=str(key)))
    assert queries.who_takes_it("apixaban").patients == 3
    takers[0].add(make.PrescriptionDiscontinuedFactory(prescription_id=str(key)))
    assert queries.who_takes_it("apixaban").patients == 2


def test_pages_of_takers_meet_without_gap_or_double(takers: list[Record]) -> None:
    seen, after = [], None
    while True:
        answer = queries.who_takes_it("apixaban", after=after, limit=1)
        seen += [taker.row.prescription_id for taker in answer.rows]
        if not answer.next:
            break
        after = answer.next
    assert len(seen) == len(set(seen)) == 4


def test_choices_count_patients_not_prescriptions(takers: list[Record]) -> None:
    medications = {each.medication.casefold(): each.patients for each in queries.medication_choices()}
    assert medications == {"apixaban": 3, "apixaban sandoz": 1}
    dosages = [(each.dosage, each.patients) for each in queries.dosage_choices("apixaban")]
    assert dosages == [("2.5 mg", 1), ("5 mg", 2), ("10 mg", 1)]


# --- Timeline ----------------------------------------------------------------------------------------


def titles(rows: Any) -> list[str]:
    return [row.title for row in rows]


def test_the_newest_entries_are_the_head_of_the_timeline(record: Record) -> None:
    record.add(make.NoteAddedFactory(category="nursing"), at=day(50))
    record.add(make.NoteAddedFactory(category="pharmacy"), at=day(20))
    assert titles(queries.newest(record.patient_id, 2)) == ["Nursing note", "Pharmacy note"]


def test_lateness_is_told_for_what_was_written_here_and_not_for_what_a_source_reported(
    record: Record,
) -> None:
    (late,) = record.add(make.NoteAddedFactory(), at=day(0))
    (reported,) = record.add(make.NoteAddedFactory(reported=True), at=day(0))
    assert TimelineEntry.objects.get(event_id=late).later.endswith("days later")
    assert TimelineEntry.objects.get(event_id=reported).later == ""


# --- Compliance report -------------------------------------------------------------------------------


def test_the_report_runs_newest_recorded_first_with_patients_named(record: Record) -> None:
    (event_id,) = record.add(make.NoteAddedFactory(), at=day(-100))
    answer = queries.compliance_report()
    assert [row.event_id for row in answer.rows][:1] == [event_id]
    assert answer.rows[0].patient_name == "LINDQVIST, Helena"
    assert (answer.total, answer.first, answer.last) == (2, 1, 2)
    assert answer.patient_ids == [record.patient_id]


def test_pages_of_the_report_meet_without_gap_or_double(record: Record) -> None:
    record.add(*(make.NoteAddedFactory() for _ in range(6)))
    seen, after = [], None
    while True:
        answer = queries.compliance_report(after=after, limit=3)
        seen += [row.position for row in answer.rows]
        if not answer.next:
            break
        after = answer.next
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == answer.total == answer.last == 7


def test_the_filters_of_the_report_hold_together(record: Record) -> None:
    prescribed(record)
    record.add(make.NoteAddedFactory(), user_id="other", user_name="Dr Smith")
    other = registered(mrn="9")
    other.add(make.NoteAddedFactory())
    recorded = ComplianceEntry.objects.get(event_type="PrescriptionAdded").changed_at

    def total(**filters: Any) -> int:
        return queries.compliance_report(ReportFilters(**filters)).total

    assert total(kind="note") == 2
    assert total(event_type="PrescriptionAdded") == 1
    assert total(person="other") == 1
    assert total(person=JONES, kind="note") == 1
    assert total(patient="4471 0293") == total(patient=str(record.patient_id)) == 3
    assert total(patient="4471 0293", kind="note") == 1
    assert total(patient="no such number") == 0
    assert total(since=recorded, until=recorded + timedelta(microseconds=1)) == 1


def test_a_patient_that_the_filter_names_is_told_apart_from_none(record: Record) -> None:
    assert queries.compliance_report().patients is None
    named = queries.compliance_report(ReportFilters(patient="44710293")).patients
    assert [patient.patient_id for patient in named or ()] == [record.patient_id]
    assert queries.compliance_report(ReportFilters(patient="nobody")).patients == []


def test_people_and_actions_are_those_that_were_recorded(record: Record) -> None:
    record.add(make.NoteAddedFactory(), user_id="other", user_name="Dr Smith", user_role="clinician")
    record.add(make.NoteAddedFactory(), user_id="other", user_name="Dr Smith-Berg", user_role="clinician")
    assert [(person.id, person.name) for person in queries.people()] == [
        (JONES, "Dr Jones"), ("other", "Dr Smith-Berg"),
    ]  # fmt: skip
    assert [action.label for action in queries.actions()] == ["Note added", "Patient registered"]


def test_an_empty_report_has_no_people_and_no_actions() -> None:
    assert (queries.people(), queries.actions(), queries.compliance_report().total) == ([], [], 0)


# --- Indexes -----------------------------------------------------------------------------------------


def asked() -> dict[str, tuple[Any, str]]:
    """Each question, and the index that its page must run on."""
    patient_id = uuid4()
    return {
        "patients": (queries.patients, "patients_by_name"),
        "search": (lambda: queries.search("lind hel"), "patients_by_word"),
        "record number": (lambda: queries.named("4471 0293"), "patients_by_record_number"),
        "current": (lambda: queries.current_medications(patient_id), "patient_state_patient"),
        "past": (lambda: queries.past_medications(patient_id), "medication_courses_patient"),
        "takers": (lambda: queries.who_takes_it("apixaban", "5 mg"), "patient_state_medication_dose"),
        "timeline": (lambda: queries.timeline(patient_id), "timeline_patient"),
        "months": (lambda: queries.timeline_months(patient_id), "timeline_patient"),
        "newest": (lambda: queries.newest(patient_id), "timeline_patient"),
        "steps": (lambda: queries.entries_between(patient_id, 3, 9), "timeline_patient_version"),
        "report": (queries.compliance_report, "compliance_audit_time"),
        "people": (queries.people, "compliance_audit_person"),
        "actions": (queries.actions, "compliance_audit_event_type"),
    }


@pytest.mark.parametrize("question", asked())
def test_each_question_runs_on_its_index_and_reads_no_table_whole(question: str) -> None:
    ask, index = asked()[question]
    found = plans(ask)
    assert any(index in each for each in found), found
    assert not any("Seq Scan" in each for each in found), found
    assert not any("OFFSET" in statement for statement in statements_of(ask))
