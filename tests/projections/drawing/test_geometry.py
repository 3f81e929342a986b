"""The geometry rules of the design, in numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.drawing.lane import height_of
from projections.drawing.runs import Mistake, Remarks
from projections.drawing.shapes import BASE, HEIGHT, LEAST, PITCH, Label, Sketch
from projections.drawing.windows import ALL, FIVE_YEARS, NARROW, SIX_MONTHS, TWELVE_MONTHS, WIDE, axis, ticks
from tests.projections.drawing.stories import (
    NOW,
    adjusted,
    ago,
    allergy,
    course,
    drawn,
    held,
    resumed,
    stopped,
)


def lane(*args: object, **how: object) -> Sketch:
    (only,) = drawn(course(*args, **how)).wide.current  # type: ignore[arg-type]  # handed on as they come
    return only


def words(sketch: Sketch) -> list[str]:
    return [label.text for label in sketch.labels]


def label(sketch: Sketch, text: str) -> Label:
    return next(each for each in sketch.labels if each.text == text)


def numbers(svg: str, shape: str, name: str) -> list[float]:
    """An attribute of all shapes of a class, as numbers."""
    found = re.findall(rf'<\w+ class="{shape}"[^>]*? {name}="([-\d.]+)%?"', svg)
    return [float(each) for each in found]


def test_the_lane_is_as_high_as_the_design_says() -> None:
    assert (PITCH, HEIGHT, BASE) == (42, 22, 36)


@pytest.mark.parametrize(
    ("dose", "highest", "height"), [("5", "5", 22), ("2.5", "5", 14.85), ("0.001", "1000", 7.7)]
)
def test_a_step_is_as_high_as_its_dose_is_part_of_the_highest(dose: str, highest: str, height: float) -> None:
    assert height_of(Decimal(dose), Decimal(highest), one_dose=False) == pytest.approx(height, abs=0.01)


def test_a_single_dose_stands_at_four_fifths_and_an_unstated_one_at_half() -> None:
    assert height_of(Decimal(5), Decimal(5), one_dose=True) == pytest.approx(17.6)
    assert height_of(None, Decimal(5), one_dose=True) == 11


def test_y_is_measured_from_the_base_line() -> None:
    sketch = lane("bisoprolol", 200, (adjusted("5"), 100), dose="2.5")
    tops = [numbers(link.svg, "area", "y")[0] for link in sketch.links]
    assert tops == pytest.approx([36 - 14.85, 14], abs=0.01)


def test_each_unit_has_a_scale_of_its_own_and_the_legend_says_so() -> None:
    drawing = drawn(course("insulin", 200, (adjusted("20", unit="units"), 100), dose="100", unit="mg"))
    tops = [numbers(link.svg, "area", "y")[0] for link in drawing.wide.current[0].links]
    assert tops == [14, 14]
    assert "Another unit in a lane has a scale of its own" in drawing.legend


def test_a_dose_from_before_the_window_begins_at_the_edge_with_a_mark() -> None:
    sketch = lane("levothyroxine", 2000, (adjusted("75"), 200), dose="50")
    assert words(sketch) == ["75 mg", "< 50 mg"]
    assert label(sketch, "< 50 mg").x == "0%"
    assert numbers(sketch.links[0].svg, "area", "x") == [0]


def test_a_label_stands_above_its_step_where_the_stretch_is_long_enough() -> None:
    found = label(lane("apixaban", 300, dose="5"), "5 mg")
    assert found.anchor == "start"
    assert float(found.y) == pytest.approx(36 - 17.6 - 5)


def test_a_label_goes_left_of_the_start_where_the_stretch_is_short() -> None:
    story = course("prednisone", 120, (stopped(), 115), dose="40")
    (sketch,) = drawn(story).wide.past
    found = label(sketch, "40 mg")
    assert found.anchor == "end"
    assert found.box[2] <= float(found.x.rstrip("%")) / 100 * WIDE


def test_a_label_that_would_cross_the_cursor_flips_to_the_left() -> None:
    sketch = lane("candesartan", 5, dose="8")
    cursor = axis(12, NOW, None, WIDE).px(NOW)
    assert label(sketch, "8 mg").anchor == "end"
    assert all(each.box[2] <= cursor for each in sketch.labels)


def test_a_hold_of_a_moment_is_eight_pixels_wide_and_keeps_inside_the_cursor() -> None:
    sketch = lane("metformin", 300, (held(), 100), (resumed(), 99.9), (held(), 0.1))
    widths = [
        width / 100 * WIDE
        for link in sketch.links
        if link.kind == "hold"
        for width in numbers(link.svg, "held", "width")
    ]
    assert widths == [pytest.approx(LEAST, abs=0.1), pytest.approx(LEAST, abs=0.1)]
    assert "held since 24-Nov" in words(sketch)


def test_marks_of_ends_differ_by_shape() -> None:
    past = drawn(
        course("amoxicillin", 100, (stopped("Anaphylaxis"), 90)),
        course("doxycycline", 30, start="2026-10-26", duration_days=7),
    ).wide.past
    ends = {sketch.name: link.svg for sketch in past for link in sketch.links if link.kind == "end"}
    assert "#mark-square" in ends["amoxicillin"]
    assert "#mark-ring" in ends["doxycycline"]
    assert any(text.startswith("stopped") and text.endswith("Anaphylaxis") for text in words(past[1]))


def test_as_needed_is_dashed_and_a_dose_that_is_not_stated_dotted() -> None:
    assert 'class="course as-needed"' in lane("lorazepam", 60, as_needed=True).links[0].svg
    unstated = lane("insulin", 60, dose=None, unit=None, reported=True)
    assert 'class="course undosed"' in unstated.links[0].svg
    assert "not stated by source" in words(unstated)


def test_an_entry_in_error_is_a_ghost_above_the_line_with_its_dose_and_the_words() -> None:
    digoxin = course("digoxin", 90, dose="125", unit="mcg")
    wrong = Mistake(digoxin.prescription_id, "digoxin", "250 mcg", ago(21), ago(19), "e1")
    (sketch,) = drawn(digoxin, remarks=Remarks(mistakes=[wrong])).wide.current
    (link,) = (each for each in sketch.links if each.kind == "mistake")
    (top,) = numbers(link.svg, "ghost", "y")
    assert top + 9 < 36 - 17.6
    assert label(sketch, "250 mcg").kind == "wrong"
    assert "entered in error" in words(sketch)
    assert link.says.startswith("digoxin 250 mcg from 03-Nov-2026: entered in error")


def test_what_was_recorded_later_has_a_dot_a_ring_and_the_day() -> None:
    story = course("candesartan", 80)
    event_id = story.dosages[0].moment.event_id
    (sketch,) = drawn(story, remarks=Remarks(recorded={event_id: ago(70)})).wide.current
    assert sketch.svg.index("#mark-dot") < sketch.svg.index("#mark-late")
    assert "recorded 15-Sep" in words(sketch)
    assert "recorded 15-Sep-2026" in sketch.links[0].says


def test_allergies_have_their_own_lane_and_a_line_through_all_others() -> None:
    drawing = drawn(course("apixaban", 100), allergies=[allergy("latex", 3000), allergy("penicillins", 130)])
    assert drawing.wide.allergies is not None
    assert words(drawing.wide.allergies) == ["penicillins: rash"]
    assert drawing.wide.allergies.below == "1 before this window"
    assert drawing.wide.lines.count("allergy-line") == 1


def test_after_a_cursor_in_the_past_there_is_a_veil() -> None:
    assert "veil" in drawn(course("apixaban", 100), past=True).wide.grid
    assert "veil" not in drawn(course("apixaban", 100)).wide.grid


def test_what_is_not_yet_true_at_the_cursor_is_not_drawn_before_it() -> None:
    sketch = lane("warfarin", 1, start="2027-01-04", dose="5")
    assert [link for link in sketch.links if link.kind == "step"] == []
    assert any("04-Jan-2027" in text for text in words(sketch))


def test_changes_that_cannot_be_told_apart_stand_together_and_none_is_lost() -> None:
    changes = [(adjusted(str(10 + number % 7)), 100 - number / 20) for number in range(400)]
    drawing = drawn(course("heparin", 120, *changes, dose="10"))
    (sketch,) = drawing.wide.current
    assert len(sketch.links) < 20
    assert any("doses set from" in link.says for link in sketch.links)
    assert len(drawing.rows) == 401


@pytest.mark.parametrize("months", [6, 12, 60])
def test_a_window_ends_a_little_behind_the_cursor(months: int) -> None:
    of = axis(months, NOW, None, WIDE)
    assert of.share(NOW) == pytest.approx(0.93)
    assert of.share(of.start) == 0


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("months", [6, 12, 60, None])
def test_the_words_of_the_axis_never_overlap_and_say_the_year_at_january_only(
    months: int | None, width: int
) -> None:
    of = axis(months, NOW, ago(15_000), width)
    shown = [tick for tick in ticks(of) if tick.label]
    assert shown
    places = [tick.share * width for tick in shown]
    wide = [len(tick.label) * 6 for tick in shown]
    assert all(x + room <= following for x, room, following in zip(places, wide, places[1:], strict=False))
    months_shown = [tick for tick in shown if not tick.label.isdigit()]
    assert all(("20" in tick.label) == tick.is_year for tick in months_shown)


_DOSES = st.sampled_from(["0.5", "2.5", "5", "12.5", "100", "1000"])
_DAYS = st.integers(min_value=0, max_value=1200)


@given(
    doses=st.lists(st.tuples(_DOSES, _DAYS), max_size=8),
    holds=st.lists(_DAYS, max_size=4),
    ends=st.none() | st.integers(min_value=0, max_value=30),
    begins=_DAYS,
    window=st.sampled_from([SIX_MONTHS, TWELVE_MONTHS, FIVE_YEARS, ALL]),
)
@settings(max_examples=60, deadline=None)
def test_no_words_ever_overlap_or_leave_the_drawing(
    doses: list[tuple[str, int]], holds: list[int], ends: int | None, begins: int, window: object
) -> None:
    later = [(adjusted(dose), float(day)) for dose, day in doses]
    later += [(event, float(day)) for day in holds for event in (held(), resumed())]
    story = course("furosemide", 1300, *sorted(later, key=lambda each: -each[1]))
    second = course("furosemide", begins / 10, *([(stopped("not needed"), float(ends))] if ends else []))
    drawing = drawn(story, second, window=window)
    for picture in drawing.pictures:
        for sketch in (*picture.current, *picture.past):
            for one, other in combinations([each.box for each in sketch.labels], 2):
                apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                assert apart, (sketch.labels, picture.size)
            assert all(each.box[0] >= 0 and each.box[2] <= picture.axis.width for each in sketch.labels)
            for link in sketch.links:
                assert all(0 <= x <= 100 for x in numbers(link.svg, "area", "x")), link.svg
                assert all(0 <= width <= 100.01 for width in numbers(link.svg, "area", "width")), link.svg
