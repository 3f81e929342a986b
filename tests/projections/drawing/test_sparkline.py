"""The year of a dose in a row: the grammar of the lanes, 84 by 26."""

from __future__ import annotations

import re

from projections.drawing.sparkline import spark
from tests.projections.drawing.stories import NOW, adjusted, course, held, resumed


def test_a_change_is_a_step_and_the_present_dose_ends_in_a_dot() -> None:
    found = spark(course("bisoprolol", 300, (adjusted("5"), 150), dose="2.5"), NOW)
    outline = re.search(r'class="course" d="M([\d.]+) 22.5V([\d.]+)H([\d.]+)V([\d.]+)H78"', found.svg)
    assert outline is not None
    x, low, change, high = map(float, outline.groups())
    assert 0 < x < change < 78
    assert (low, high) == (10.35, 4.5)
    assert 'cx="78" cy="4.5"' in found.svg
    assert found.says == "from 28-Jan-2026 2.5 mg, from 27-Jun-2026 5 mg"


def test_what_began_before_the_year_has_no_left_edge() -> None:
    found = spark(course("levothyroxine", 900, dose="75"), NOW)
    assert 'class="course" d="M0 8.1H78"' in found.svg
    assert found.says == "75 mg"


def test_holds_and_as_needed_are_seen() -> None:
    found = spark(course("metformin", 900, (held(), 100), (resumed(), 90), as_needed=True), NOW)
    assert found.svg.count('class="held"') == 1
    assert 'class="course as-needed"' in found.svg


def test_hundreds_of_changes_are_no_more_steps_than_there_are_pixels() -> None:
    changes = [(adjusted(str(5 + number % 7)), 360 - number / 2) for number in range(700)]
    assert spark(course("heparin", 365, *changes), NOW).svg.count("V") < 2 * 90


def test_what_has_not_started_says_so() -> None:
    assert spark(course("warfarin", 1, start="2027-01-04"), NOW).says == "not started"
