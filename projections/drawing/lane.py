"""One lane as it is drawn: the steps of its doses, holds, ends, mistakes, and the words beside them.

Why a step's height is base - H x (0.35 + 0.65 x dose / highest dose): a low dose is still seen, and a
change is too. Heights compare within a lane and a unit, never across.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from projections import words
from projections.drawing import sentences
from projections.drawing.labels import SHORTEST, Place, Room, width_of
from projections.drawing.lanes import Lane
from projections.drawing.runs import CHANGED, DISCONTINUED, UNDATED, Dose, Ending, Hold, Mistake, Remarks, Run
from projections.drawing.shapes import (
    BASE,
    HEIGHT,
    LEAST,
    PITCH,
    Link,
    Sketch,
    entry,
    joined,
    line,
    mark,
    rect,
    target,
)
from projections.drawing.windows import Axis

#: Steps closer than this are told together; where there are many, as wide as a finger.
_APART, _MANY, _FAR_APART = 4, 40, 24
#: Baseline of words beside a mark.
_BESIDE = BASE - 7
_MARKS = {DISCONTINUED: "square", CHANGED: "triangle", UNDATED: "open"}


def height_of(amount: Decimal | None, highest: Decimal | None, *, one_dose: bool) -> float:
    """Units: pixels above the base line. A dose that is not stated stands at half."""
    if amount is None or not highest:
        return HEIGHT * 0.5
    return HEIGHT * (0.8 if one_dose else 0.35 + 0.65 * float(amount / highest))


def sketch(lane: Lane, axis: Axis, remarks: Remarks, *, with_year: bool) -> Sketch:
    return _Drawer(lane, axis, remarks, with_year=with_year).sketch


class _Drawer:
    """Draws one lane: shapes as they come, then words by their importance."""

    def __init__(self, lane: Lane, axis: Axis, remarks: Remarks, *, with_year: bool) -> None:
        self.lane, self.axis, self.remarks, self.with_year = lane, axis, remarks, with_year
        self.highest, self.one_dose = lane.highest(), lane.has_one_dose
        self.recorded_on: dict[date, str] = {}
        below = _taken(lane.runs[-1]) if lane.runs else ""
        self.sketch = Sketch(lane.medication, below, lane.is_current)
        self.room = Room(axis.width, axis.px(axis.cursor) - 2)
        shown = [run for run in lane.runs if axis.shows(run.begins, run.ends)]
        stretches = [(run, self._stretches(run)) for run in shown]
        for run, groups in stretches:
            self._run(run, groups)
        for run, groups in reversed(stretches):
            self._dose_labels(run, groups)
        for wrong in lane.mistakes:
            self._mistake(wrong)
        for run, _groups in reversed(stretches):
            self._words(run)
        for run in lane.runs:
            if run.begins > axis.cursor and run.is_current:
                day = sentences.period(run.begins, run.begins, ongoing=True)
                self.room.write(
                    "note", [f"{run.doses[-1].dosage} {day}"], [(self.room.until, -4, _BESIDE, "end")]
                )
        self.sketch.labels = self.room.labels

    def _y(self, dose: Dose) -> float:
        top = height_of(dose.amount, self.highest.get(dose.unit), one_dose=self.one_dose)
        return BASE - top

    # --- Shapes -------------------------------------------------------------------------------------

    def _stretches(self, run: Run) -> list[list[Dose]]:
        """Its doses in this window; those that cannot be told apart at this width stand together."""
        seen = [dose for dose in run.doses if self.axis.shows(dose.begins, dose.ends)]
        apart = _FAR_APART if len(seen) > _MANY else _APART
        groups: list[list[Dose]] = []
        for dose in seen:
            if groups and self.axis.px(dose.begins) - self.axis.px(groups[-1][0].begins) < apart:
                groups[-1].append(dose)
            else:
                groups.append([dose])
        return groups

    def _run(self, run: Run, groups: list[list[Dose]]) -> None:
        before: float | None = None
        for group in groups:
            before = self._step(run, group, before)
        for held in self._together(run.holds):
            self._hold(run, held)
        ending = run.ending
        if ending is not None and ending.at >= self.axis.start:
            self._ending(run, ending)

    def _step(self, run: Run, group: list[Dose], before: float | None) -> float:
        first, last = group[0], group[-1]
        x, to_x = self.axis.share(first.begins), self.axis.share(last.ends)
        to_x = max(to_x, min(1.0, x + 2 / self.axis.width))
        tops = [self._y(dose) for dose in group]
        y = tops[-1]
        kind = _line_kind(run, last)
        shapes = [
            rect("hit", x, 0, to_x - x, PITCH),
            rect("area", x, y, to_x - x, BASE - y),
            line(kind, x, y, to_x, y),
        ]
        if len(group) > 1:
            until = max(self.axis.share(last.begins), x + _APART / self.axis.width)
            shapes.append(rect("many", x, min(tops), min(until, 1.0) - x, max(max(tops) - min(tops), 1)))
        if first.begins >= self.axis.start:
            opening = before is None and run.start != "stated" and first is run.doses[0]
            shapes.append(
                line("course open" if opening else kind, x, BASE if before is None else before, x, y)
            )
        if last is run.doses[-1] and run.ending is not None:
            shapes.append(line(kind, to_x, y, to_x, BASE))
        recorded = self.remarks.recorded.get(first.event_id)
        says = sentences.dose(run, first, recorded) if len(group) == 1 else sentences.doses(run, group)
        self.sketch.links.append(Link(says, entry(last.event_id), joined(shapes), _kind(run)))
        if recorded and len(group) == 1:
            self._later(first, recorded)
        return y

    def _later(self, dose: Dose, at: datetime) -> None:
        """Dot: true from here; ring: recorded then."""
        x, to_x = self.axis.share(dose.begins), self.axis.share(at)
        if not self.axis.start <= dose.begins or at > self.axis.cursor:
            return
        to_x = max(to_x, x + LEAST / self.axis.width)
        self.sketch.marks += [
            line("later", x, BASE, to_x, BASE),
            mark("dot", x, BASE),
            mark("late", to_x, BASE),
        ]

    def _together(self, holds: Sequence[Hold]) -> list[list[Hold]]:
        groups: list[list[Hold]] = []
        for hold in holds:
            if not self.axis.shows(hold.begins, hold.ends):
                continue
            if groups and self.axis.px(hold.begins) - self._until(groups[-1]) < _APART:
                groups[-1].append(hold)
            else:
                groups.append([hold])
        return groups

    def _until(self, holds: Sequence[Hold]) -> float:
        """Where the hatch of holds ends. Units: pixels."""
        return max(self.axis.px(holds[-1].ends), self.axis.px(holds[0].begins) + LEAST)

    def _hold(self, run: Run, holds: list[Hold]) -> None:
        x = self.axis.px(holds[0].begins)
        to_x = self._until(holds)
        if holds[-1].ongoing or to_x > self.axis.width:
            x, to_x = min(x, self.axis.px(self.axis.cursor) - LEAST), self.axis.px(self.axis.cursor)
        y = min(
            (self._y(dose) for dose in run.doses if dose.begins <= holds[0].ends),
            default=float(BASE - HEIGHT),
        )
        top = self._y(next((d for d in reversed(run.doses) if d.begins <= holds[0].begins), run.doses[0]))
        share, width = x / self.axis.width, (to_x - x) / self.axis.width
        shapes = [
            rect("hit", share, min(y, 9), width, PITCH - 9),
            rect("held", share, top, width, BASE - top),
            line("held-side", share, top, share, BASE),
            line("held-side", share + width, top, share + width, BASE),
        ]
        says = sentences.hold(run, holds[0]) if len(holds) == 1 else sentences.holds(run, holds)
        self.sketch.links.append(Link(says, entry(holds[-1].event_id), joined(shapes), "hold"))
        self.room.block(x, to_x, top, BASE)

    def _ending(self, run: Run, ending: Ending) -> None:
        x = self.axis.share(ending.at)
        recorded = self.remarks.recorded.get(ending.event_id)
        says = sentences.ending(run, ending, recorded)
        shapes = [target(x), mark(_MARKS.get(ending.kind, "ring"), x, BASE)]
        self.sketch.links.append(Link(says, entry(ending.event_id), joined(shapes), "end"))
        self.room.block(self.axis.px(ending.at) - 5, self.axis.px(ending.at) + 5, BASE - 5, BASE + 5)

    def _mistake(self, wrong: Mistake) -> None:
        axis = self.axis
        if not axis.shows(wrong.begins, wrong.ends):
            return
        x = axis.px(wrong.begins)
        to_x = min(max(axis.px(wrong.ends), x + LEAST), axis.px(axis.cursor))
        x = min(x, to_x - LEAST)
        y = float(BASE - HEIGHT * 0.8) if wrong.whole or not self.lane.runs else self._y_at(wrong)
        top, bottom = (y, float(BASE)) if wrong.whole or not self.lane.runs else (y - 10, y - 1)
        share, width = x / axis.width, (to_x - x) / axis.width
        shapes = [
            rect("hit", share - 4 / axis.width, top - 2, width + 8 / axis.width, 26),
            rect("ghost", share, top, width, bottom - top),
            line("strike", share, (top + bottom) / 2, share + width, (top + bottom) / 2),
        ]
        self.sketch.links.append(
            Link(sentences.mistake(wrong), entry(wrong.event_id), joined(shapes), "mistake")
        )
        self.room.block(x, to_x, top, bottom)
        beside: list[Place] = [
            (x, -4, bottom - 1, "end"),
            (to_x, 4, bottom - 1, "start"),
            (to_x, 0, BASE - 4, "end"),
        ]
        self.room.write("wrong", [wrong.dosage], beside)
        half = width_of(sentences.in_error(), "error") / 2
        under: list[Place] = [
            ((x + to_x) / 2, half, BASE - 4, "end"),
            (to_x, 0, BASE - 4, "end"),
            (x, 0, BASE - 4, "start"),
        ]
        self.room.write("error", [sentences.in_error()], under)

    def _y_at(self, wrong: Mistake) -> float:
        """The line that held instead."""
        doses = [dose for run in self.lane.runs for dose in run.doses if dose.begins <= wrong.begins]
        return self._y(doses[-1]) if doses else float(BASE - HEIGHT)

    # --- Words --------------------------------------------------------------------------------------

    def _dose_labels(self, run: Run, groups: list[list[Dose]]) -> None:
        """The last and the first, then the others from the newest on."""
        order = [*groups[-1:], *groups[:1], *reversed(groups[1:-1])] if len(groups) > 1 else groups
        for group in order:
            self._dose_label(run, groups, group)

    def _dose_label(self, run: Run, groups: list[list[Dose]], group: list[Dose]) -> None:
        dose = group[-1]
        above = self._y(dose) - 5
        number = groups.index(group)
        if dose.begins < self.axis.start:
            self.room.write("dose", [f"< {dose.dosage}"], [(0, 1, above, "start")])
            return
        x, to_x = self.axis.px(dose.begins), self.axis.px(dose.ends)
        room = width_of(dose.dosage, "dose")
        right: Place = (x, 1, above, "start")
        left: list[Place] = [(x, -4, _BESIDE, "end")]
        if number:
            before = groups[number - 1][-1]
            # Over a shorter stretch it would read as that one's dose.
            clear = x - self.axis.px(before.begins) > room + SHORTEST
            left = [(x, -4, min(above, self._y(before) - 5), "end")] if clear else []
        flips = to_x - x < SHORTEST or x + 1 + room > self.room.until
        self.room.write("dose", [dose.dosage], [*left, right] if flips else [right, *left])

    def _words(self, run: Run) -> None:
        axis, ending = self.axis, run.ending
        if ending is not None and ending.at >= axis.start:
            x = axis.px(ending.at)
            texts = sentences.ending_words(ending, with_year=self.with_year)
            places: list[Place] = [(x, 8, _BESIDE, "start"), (x, -8, _BESIDE, "end")]
            opens = max(axis.px(run.begins), 0.0)
            before = width_of(run.doses[0].dosage, "dose") + 12
            self.room.write(
                "note", texts, [*places, (opens, -8, _BESIDE, "end"), (opens, -before, _BESIDE, "end")]
            )
        for holds in reversed(self._together(run.holds)):
            x, to_x = axis.px(holds[0].begins), self._until(holds)
            if holds[-1].ongoing:
                x = min(x, axis.px(axis.cursor) - LEAST)
            texts = sentences.hold_words(holds[0], with_year=self.with_year) if len(holds) == 1 else []
            self.room.write("held-words", texts, [(x, -4, _BESIDE, "end"), (to_x, 4, _BESIDE, "start")])
        for dose in run.doses:
            recorded = self.remarks.recorded.get(dose.event_id)
            if recorded and axis.start <= dose.begins and recorded <= axis.cursor:
                text = self._recorded_words(recorded)
                x, to_x = axis.px(dose.begins), axis.px(recorded)
                places = [(x, -7, BASE - 2, "end"), (max(to_x, x + LEAST), 7, BASE - 2, "start")]
                self.room.write("note", [text], places)

    def _recorded_words(self, recorded: datetime) -> str:
        """Said once a day: what was taken over from a source was recorded together."""
        day = words.clinic_day(recorded)
        if day not in self.recorded_on:
            self.recorded_on[day] = sentences.recorded_words(recorded, with_year=self.with_year)
        return self.recorded_on[day]


def _taken(run: Run) -> str:
    return _("as needed") if run.as_needed else run.frequency


def _line_kind(run: Run, dose: Dose) -> str:
    if dose.amount is None:
        return "course undosed"
    return "course as-needed" if run.as_needed else "course"


def _kind(run: Run) -> str:
    return "step" if run.is_current else "step past"
