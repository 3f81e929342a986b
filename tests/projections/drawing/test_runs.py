"""Courses as stretches of time: doses, holds, ends, and what a source did not say."""

from __future__ import annotations

from datetime import date

from projections.drawing.runs import CHANGED, RAN_OUT, UNDATED, run, start_of
from tests import factories as make
from tests.projections.drawing.stories import NOW, adjusted, ago, course, held, resumed, stopped


def test_each_dose_ends_where_the_next_begins_and_the_last_goes_on() -> None:
    found = run(course("bisoprolol", 200, (adjusted("5"), 100), dose="2.5"), NOW, {})
    assert [(dose.dosage, dose.begins, dose.ends) for dose in found.doses] == [
        ("2.5 mg", ago(200), ago(100)),
        ("5 mg", ago(100), NOW),
    ]
    assert [dose.ongoing for dose in found.doses] == [False, True]


def test_holds_last_from_hold_to_resume_and_the_open_one_to_the_cursor() -> None:
    story = course("metformin", 200, (held(), 140), (resumed(), 132), (held(), 3))
    found = run(story, NOW, {})
    assert [(hold.begins, hold.ends, hold.ongoing) for hold in found.holds] == [
        (ago(140), ago(132), False),
        (ago(3), NOW, True),
    ]


def test_a_stated_start_moves_the_beginning_and_a_partial_one_is_marked() -> None:
    whole = run(course("levothyroxine", 10, start="2026-03-02"), NOW, {})
    partial = run(course("levothyroxine", 10, start="2019"), NOW, {})
    assert (whole.begins, whole.start) == (start_of(date(2026, 3, 2)), "stated")
    assert (partial.begins, partial.start) == (start_of(date(2019, 1, 1)), "partial")


def test_a_reported_course_without_a_start_says_so() -> None:
    assert run(course("metformin", 90, reported=True), NOW, {}).start == "unstated"
    assert run(course("metformin", 90), NOW, {}).start == "stated"


def test_a_course_whose_last_day_has_passed_ran_out_at_the_end_of_that_day() -> None:
    found = run(course("doxycycline", 30, start="2026-10-26", duration_days=7), NOW, {})
    assert found.ending is not None
    assert (found.ending.kind, found.ending.at) == (RAN_OUT, start_of(date(2026, 11, 2)))
    assert run(course("doxycycline", 3, start="2026-11-21", duration_days=7), NOW, {}).is_current


def test_a_change_names_the_drug_it_was_changed_to() -> None:
    change = make.PrescriptionChangedFactory(medication="candesartan")
    found = run(course("ramipril", 200, (change, 80)), NOW, {change.replacement_id: "candesartan"})
    assert found.ending is not None
    assert (found.ending.kind, found.ending.other, found.ends) == (CHANGED, "candesartan", ago(80))


def test_an_end_that_a_source_does_not_date_is_no_day() -> None:
    end = make.PrescriptionDiscontinuedFactory(reported=True, undated=True)
    found = run(course("codeine", 300, (end, 0), reported=True), NOW, {})
    assert found.ending is not None
    assert (found.ending.kind, found.ending.at) == (UNDATED, ago(300))


def test_a_dose_that_is_no_number_has_no_amount() -> None:
    story = course("insulin", 30, dose=None, unit=None, reported=True)
    found = run(story, NOW, {})
    assert found.doses[0].amount is None
    assert found.doses[0].dosage == "not stated by source"


def test_a_course_that_ended_before_its_stated_start_has_no_negative_time() -> None:
    found = run(course("codeine", 30, (stopped(), 20), start="2026-12-24"), NOW, {})
    assert found.begins <= found.ends
    assert all(dose.begins <= dose.ends for dose in found.doses)
