"""A year of one course in a row of the table: the same grammar as the lanes, 84 by 26."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projections import words
from projections.course_history import CourseHistory
from projections.drawing.runs import Dose, Run, run
from projections.drawing.shapes import joined, number
from projections.drawing.windows import Axis, axis

#: Units: pixels.
WIDTH, HEIGHT, _BASE, _FULL, _NOW = 84, 26, 22.5, 18, 78
_LEAST = 2.0


@dataclass(frozen=True)
class Spark:
    """Shape: says: the same in words; svg: its shapes."""

    says: str
    svg: SafeString


def spark(course: CourseHistory, now: datetime) -> Spark:
    ran = run(course, now, {})
    year = axis(12, now, None, WIDTH)
    doses = [dose for dose in ran.doses if year.shows(dose.begins, dose.ends) and dose.begins <= now]
    if not doses:
        return Spark(_("not started"), _base())
    # Of steps on one pixel the last is seen.
    seen = list({int(_x(dose.begins, year)): dose for dose in doses}.values())
    tops = _tops(seen)
    shapes = [_base(), *_steps(ran, seen, tops, year), *_holds(ran, year)]
    if ran.is_current:
        y = tops[-1]
        shapes.append(format_html('<circle class="now" cx="{}" cy="{}" r="2"/>', number(_NOW), number(y)))
    return Spark(_said(doses, year), joined(shapes))


def _steps(ran: Run, doses: list[Dose], tops: list[float], year: Axis) -> list[SafeString]:
    """One outline from dose to dose, and the area below it; what began before has no left edge."""
    x = _x(doses[0].begins, year)
    to_x = min(float(_NOW), _x(doses[-1].ends, year))
    outline = (
        f"M{number(x)} {number(tops[0])}"
        if doses[0].begins < year.start
        else f"M{number(x)} {_BASE}V{number(tops[0])}"
    )
    for dose, top in zip(doses[1:], tops[1:], strict=True):
        outline += f"H{number(_x(dose.begins, year))}V{number(top)}"
    outline += f"H{number(to_x)}"
    area = f"{outline}V{_BASE}H{number(x)}z"
    kind = "course"
    if doses[-1].amount is None:
        kind = "course undosed"
    elif ran.as_needed:
        kind = "course as-needed"
    return [format_html('<path class="area" d="{}"/><path class="{}" d="{}"/>', area, kind, outline)]


def _holds(ran: Run, year: Axis) -> list[SafeString]:
    found = []
    for hold in ran.holds:
        if not year.shows(hold.begins, hold.ends):
            continue
        x, to_x = _x(hold.begins, year), min(float(_NOW), _x(hold.ends, year))
        x = min(x, to_x - _LEAST)
        found.append(
            format_html(
                '<rect class="held" x="{}" y="5" width="{}" height="17.5"/>', number(x), number(to_x - x)
            )
        )
    return found


def _tops(doses: list[Dose]) -> list[float]:
    """As `projections.drawing.lane.height_of`, of the doses of this year."""
    highest = {
        unit: max(d.amount for d in doses if d.amount and d.unit == unit)
        for unit in {d.unit for d in doses if d.amount}
    }
    one = len({(dose.amount, dose.unit) for dose in doses if dose.amount}) <= 1
    tops = []
    for dose in doses:
        share = 0.5
        if dose.amount:
            share = 0.8 if one else 0.35 + 0.65 * float(dose.amount / highest[dose.unit])
        tops.append(_BASE - _FULL * share)
    return tops


def _x(moment: datetime, year: Axis) -> float:
    return (
        min(float(WIDTH), (moment - year.start) / (year.cursor - year.start) * _NOW)
        if moment > year.start
        else 0.0
    )


def _base() -> SafeString:
    return format_html('<path class="base" d="M0 {}H84"/>', _BASE)


def _said(doses: list[Dose], year: Axis) -> str:
    """The doses of the year in words: "2.5 mg, from 24-Feb-2026 3.75 mg"."""
    first, *others = doses
    told = [first.dosage if first.begins < year.start else _dated(first), *map(_dated, others[-6:])]
    if len(others) > 6:
        told.insert(1, _("{count} more").format(count=len(others) - 6))
    return ", ".join(told)


def _dated(dose: Dose) -> str:
    return _("from {day} {dose}").format(day=words.day_of(dose.begins), dose=dose.dosage)
