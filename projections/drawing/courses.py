"""The drawing of a patient's courses: lanes on an axis up to a cursor, for a wide and for a narrow page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projections import words
from projections.course_history import CourseHistory
from projections.drawing import sentences, windows
from projections.drawing.allergies import AllergyMark, allergy_lane, allergy_lines, allergy_marks, sentence
from projections.drawing.lane import sketch
from projections.drawing.lanes import Lane, first_moment, lanes
from projections.drawing.runs import Dose, Ending, Hold, Remarks, Run, run
from projections.drawing.shapes import Sketch, down, entry, joined, number, percent, veil
from projections.drawing.windows import NARROW, WIDE, Axis, Tick, Window

__all__ = ["AllergyMark", "Drawing", "Remarks", "Window", "allergy_marks", "draw"]

#: Up to so many rows the table stands on the page; longer ones come when they are asked for.
TABLE = 60


@dataclass(frozen=True)
class Row:
    """A step in words, for the table. Shape: begins: its order; where: its place in the timeline."""

    medication: str
    says: str
    begins: datetime
    where: str
    is_current: bool


@dataclass(frozen=True)
class Picture:
    """Shape: grid: behind all lanes; lines: down through each; flag_moved, flag_width: the cursor's flag."""

    size: str
    axis: Axis
    ticks: list[Tick]
    grid: SafeString
    lines: SafeString
    flag: str
    flag_moved: str
    flag_width: str
    allergies: Sketch | None
    current: list[Sketch]
    past: list[Sketch]
    courses: str

    @property
    def flag_half(self) -> str:
        return number(float(self.flag_width) / 2)

    @property
    def cursor_x(self) -> str:
        return percent(self.axis.share(self.axis.cursor))

    @property
    def tick_places(self) -> list[tuple[str, str]]:
        return [(percent(tick.share), tick.label) for tick in self.ticks if tick.label]


@dataclass(frozen=True)
class Drawing:
    """Shape: steps: how many there are in the wide window; table: tells them, when asked; legend: sentences
    for the signs in use; past: whether the cursor stands in the past."""

    id: str
    wide: Picture
    narrow: Picture
    steps: int
    table: Callable[[], list[Row]]
    legend: list[str] = field(default_factory=list)
    past: bool = False

    @cached_property
    def rows(self) -> list[Row]:
        """Every step in the wide window, by drug."""
        return self.table()

    @property
    def pictures(self) -> tuple[Picture, Picture]:
        return self.wide, self.narrow

    @property
    def is_empty(self) -> bool:
        return not (self.wide.current or self.wide.past or self.wide.allergies)

    @property
    def table_fits(self) -> bool:
        return self.steps <= TABLE


def draw(
    courses: Sequence[CourseHistory],
    allergies: Sequence[AllergyMark],
    *,
    window: Window,
    cursor: datetime,
    past: bool = False,
    remarks: Remarks | None = None,
    names: Mapping[str, str] | None = None,
    id: str = "courses",  # noqa: A002 - the attribute that it becomes
) -> Drawing:
    """Courses up to the cursor.

    past: the cursor stands in the past, so what follows is veiled ("not yet"). names: medications by
    prescription id, where `courses` are not all of them. id: begins the ids of its elements.
    """
    known = {course.prescription_id: course.medication for course in courses} | dict(names or {})
    runs = [run(course, cursor, known) for course in courses]
    remarks = remarks or Remarks()
    found = lanes(runs, remarks.mistakes)
    first = first_moment(runs, remarks.mistakes)
    wide, narrow = (
        _picture(
            found, runs, allergies, remarks, windows.axis(months, cursor, first, width), past=past, id=id
        )
        for months, width in ((window.months, WIDE), (window.narrow_months, NARROW))
    )
    steps = _steps(found, allergies, wide.axis)
    told = partial(_rows, found, allergies, remarks, wide.axis)
    return Drawing(id, wide, narrow, steps, told, _legend(found, remarks, wide), past)


def _picture(
    found: Sequence[Lane],
    runs: Sequence[Run],
    allergies: Sequence[AllergyMark],
    remarks: Remarks,
    axis: Axis,
    *,
    past: bool,
    id: str,  # noqa: A002 - the attribute that it becomes
) -> Picture:
    size = "wide" if axis.width == WIDE else "narrow"
    span = axis.end - axis.start
    with_year = span.days > 400
    ticks = list(windows.ticks(axis))
    grid = [down("grid-year" if tick.is_year else "grid-month", tick.share) for tick in ticks]
    at = axis.share(axis.cursor)
    after = [veil(at)] if past else []
    flag = _flag(axis, past=past)
    wide_flag = len(flag) * 6.9 + 10
    moved = min(0.0, axis.width * (1 - at) - wide_flag / 2)
    return Picture(
        size=size,
        axis=axis,
        ticks=ticks,
        grid=joined([*grid, *after, down("cursor", at)]),
        lines=joined([*allergy_lines(allergies, axis), down("cursor", at)]),
        flag=flag,
        flag_moved=number(moved),
        flag_width=number(wide_flag),
        allergies=allergy_lane(allergies, axis),
        current=[sketch(lane, axis, remarks, with_year=with_year) for lane in found if lane.is_current],
        past=[
            sketch(lane, axis, remarks, with_year=with_year)
            for lane in found
            if not lane.is_current and _is_shown(lane, axis)
        ],
        courses=_counted(runs, axis),
    )


def _is_shown(lane: Lane, axis: Axis) -> bool:
    stretches = [*((run.begins, run.ends) for run in lane.runs), *((m.begins, m.ends) for m in lane.mistakes)]
    return any(axis.shows(begins, ends) for begins, ends in stretches)


def _counted(runs: Sequence[Run], axis: Axis) -> str:
    past = [run for run in runs if not run.is_current]
    shown = sum(axis.shows(run.begins, run.ends) for run in past)
    current = len(runs) - len(past)
    return _("{current} current, {shown} of {past} past").format(
        current=f"{current:,}", shown=f"{shown:,}", past=f"{len(past):,}"
    )


def _flag(axis: Axis, *, past: bool) -> str:
    day = str(words.day_of(axis.cursor))
    clock = f"{timezone.localtime(axis.cursor):%H:%M}"
    if axis.width == WIDE:
        return f"{day} {clock}"
    return day if past else _("{day}, now").format(day=day.rpartition("-")[0])


def _steps(found: Sequence[Lane], allergies: Sequence[AllergyMark], axis: Axis) -> int:
    """As many as `_rows` tells, without telling them."""
    marks = sum(axis.start <= each.at <= axis.cursor for each in allergies)
    wrong = sum(axis.shows(each.begins, each.ends) for lane in found for each in lane.mistakes)
    runs = [each for lane in found for each in lane.runs]
    return marks + wrong + sum(len(list(_shown(each, axis))) for each in runs)


def _shown(run: Run, axis: Axis) -> Iterator[Dose | Hold | Ending]:
    """What of a course stands in the window, or still lies ahead."""
    stretches: tuple[Dose | Hold, ...] = (*run.doses, *run.holds)
    for each in stretches:
        if axis.shows(each.begins, each.ends) or (run.is_current and each.begins > axis.cursor):
            yield each
    if run.ending and axis.shows(run.ending.at, run.ending.at):
        yield run.ending


def _rows(found: Sequence[Lane], allergies: Sequence[AllergyMark], remarks: Remarks, axis: Axis) -> list[Row]:
    rows = [
        Row(_("Allergies"), sentence(each), each.at, each.where, is_current=True)
        for each in allergies
        if axis.start <= each.at <= axis.cursor
    ]
    for lane in found:
        mine = [_row(run, each, remarks) for run in lane.runs for each in _shown(run, axis)]
        mine += [
            Row(
                lane.medication,
                sentences.mistake(wrong),
                wrong.begins,
                entry(wrong.event_id),
                lane.is_current,
            )
            for wrong in lane.mistakes
            if axis.shows(wrong.begins, wrong.ends)
        ]
        rows += sorted(mine, key=lambda row: row.begins)
    return rows


def _row(run: Run, step: Dose | Hold | Ending, remarks: Remarks) -> Row:
    recorded = remarks.recorded.get(step.event_id)
    if isinstance(step, Dose):
        says, begins = sentences.dose(run, step, recorded), step.begins
    elif isinstance(step, Hold):
        says, begins = sentences.hold(run, step), step.begins
    else:
        says, begins = sentences.ending(run, step, recorded), step.at
    return Row(run.medication, says, begins, entry(step.event_id), run.is_current)


def _legend(found: Sequence[Lane], remarks: Remarks, wide: Picture) -> list[str]:
    runs = [run for lane in found for run in lane.runs if wide.axis.shows(run.begins, run.ends)]
    kinds = {run.ending.kind for run in runs if run.ending}
    doses = [dose for run in runs for dose in run.doses]
    units = any(len(lane.highest()) > 1 for lane in found)
    signs = (
        (bool(runs), _("Height: dose relative to the highest in the lane, never between lanes")),
        (units, _("Another unit in a lane has a scale of its own")),
        (any(run.holds for run in runs), _("Hatched: held")),
        ("discontinued" in kinds, _("Square: stopped")),
        (bool(kinds & {"completed", "ran out"}), _("Ring: completed")),
        ("changed" in kinds, _("Triangle: changed to another drug")),
        (any(lane.mistakes for lane in found), _("Red dashes: entered in error")),
        (any(run.as_needed for run in runs), _("Dashed line: as needed")),
        (any(dose.amount is None for dose in doses), _("Dotted line at half height: dose not stated")),
        (any(run.start != "stated" for run in runs), _("Dashed start: the day it began is not stated")),
        ("undated" in kinds, _("Open end: the day it ended is not stated")),
        (bool(remarks.recorded), _("Dot and ring on the base line: true from the dot, recorded later")),
        (wide.allergies is not None, _("Red diamond: allergy recorded")),
    )
    return [sign for shown, sign in signs if shown]
