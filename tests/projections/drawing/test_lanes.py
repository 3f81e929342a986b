"""Which courses share a lane, and in which order the lanes stand."""

from __future__ import annotations

from projections.drawing.lanes import lanes
from projections.drawing.runs import Mistake, run
from tests.projections.drawing.stories import NOW, ago, course, drawn, stopped


def test_courses_of_one_drug_share_a_lane_where_they_never_ran_together() -> None:
    first = course("amoxicillin", 300, (stopped(), 290))
    second = course("Amoxicillin", 200, (stopped(), 190))
    third = course("amoxicillin", 10)
    found = lanes([run(each, NOW, {}) for each in (second, third, first)], [])
    assert [len(lane.runs) for lane in found] == [3]
    assert [each.begins for each in found[0].runs] == [ago(300), ago(200), ago(10)]


def test_two_courses_of_one_drug_at_once_have_two_lanes() -> None:
    found = lanes([run(course("insulin", 100), NOW, {}), run(course("insulin", 50), NOW, {})], [])
    assert [len(lane.runs) for lane in found] == [1, 1]


def test_lanes_stand_as_the_table_does_and_what_ended_follows_newest_first() -> None:
    drawing = drawn(
        course("zopiclone", 100),
        course("amoxicillin", 90, (stopped(), 80)),
        course("bisoprolol", 80),
        course("prednisone", 60, (stopped(), 50)),
    )
    assert [lane.name for lane in drawing.wide.current] == ["bisoprolol", "zopiclone"]
    assert [lane.name for lane in drawing.wide.past] == ["prednisone", "amoxicillin"]


def test_a_mistake_stands_on_the_lane_of_its_course_and_has_one_of_its_own_where_it_opened_it() -> None:
    digoxin = course("digoxin", 80)
    on_it = Mistake(digoxin.prescription_id, "digoxin", "250 mcg", ago(20), ago(18), "e1")
    alone = Mistake("nobody's", "warfarin", "5 mg", ago(20), ago(18), "e2", whole=True)
    found = lanes([run(digoxin, NOW, {})], [on_it, alone])
    assert [(lane.medication, len(lane.mistakes)) for lane in found] == [("digoxin", 1), ("warfarin", 1)]
    assert not found[1].is_current


def test_past_courses_outside_the_window_are_counted_and_not_drawn() -> None:
    drawing = drawn(
        course("apixaban", 100),
        course("codeine", 900, (stopped(), 800)),
        course("tramadol", 90, (stopped(), 80)),
    )
    assert drawing.wide.courses == "1 current, 1 of 2 past"
    assert [lane.name for lane in drawing.wide.past] == ["tramadol"]
