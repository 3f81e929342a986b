"""The square of the two clocks: each entry once, on its side of the moment, and nothing on anything else."""

from __future__ import annotations

from itertools import combinations

import pytest

from projections.moments.asked import Moment
from projections.moments.between import side
from projections.moments.square import Square, square
from projections.moments.subjects import Subjects
from tests.projections.moments.entries import PATIENT, History, a_year
from tests.records.scenario import NOW, at

MOMENTS = ("2025-03-05 12:00", "2025-09-03 12:00", "2025-11-04 12:00", "2026-06-01 12:00")


def drawn(moment: str, story: History | None = None) -> Square:
    entries = (story or a_year()).entries
    first = side(PATIENT, entries, Moment(at(moment), at(moment)), NOW)
    return square(entries, first, NOW, name_of=Subjects.of(entries).name)


@pytest.mark.parametrize("moment", MOMENTS)
def test_each_entry_that_is_shown_is_in_one_dot(moment: str) -> None:
    found = drawn(moment)
    assert sum(dot.count for dot in found.dots) == len(found.rows) > 0
    assert len(found.rows) + found.outside == 9


@pytest.mark.parametrize("moment", MOMENTS)
def test_no_two_dots_cover_each_other(moment: str) -> None:
    for one, other in combinations(drawn(moment).dots, 2):
        assert ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5 >= one.r + other.r, (one, other)


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_is_visible_stands_in_the_corner_and_what_is_not_outside_it(moment: str) -> None:
    found = drawn(moment)
    for dot in found.dots:
        if dot.state == "seen":
            assert dot.x <= found.corner.x
            assert dot.y >= found.corner.y
        elif dot.state == "not-yet":
            assert dot.x > found.corner.x or dot.y < found.corner.y


def test_what_was_told_late_is_named_with_both_days() -> None:
    (name,) = drawn("2025-09-03 12:00").names
    assert name.lines == ("ramipril to candesartan", "true 02-Sep, recorded 04-Sep")


def test_thousands_of_entries_are_few_dots() -> None:
    story = a_year()
    for minute in range(2000):
        story.prescribed("water", "1", f"2026-01-{1 + minute // 80:02} 10:00")
    found = drawn("2026-01-20 12:00", story)
    assert sum(dot.count for dot in found.dots) > 2000
    assert len(found.dots) < 60
