"""Which courses share a lane: those of one drug that never ran at the same time. The current ones lead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from projections.drawing.runs import Mistake, Run


@dataclass
class Lane:
    """Shape: runs oldest first; mistakes on it; a lane of a mistake alone has no runs."""

    medication: str
    runs: list[Run] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        return any(run.is_current for run in self.runs)

    def has_room_for(self, run: Run) -> bool:
        return all(run.ends <= other.begins or other.ends <= run.begins for other in self.runs)

    def highest(self) -> dict[str | None, Decimal]:
        """The highest dose of each unit: heights compare within a lane and a unit only."""
        found: dict[str | None, Decimal] = {}
        for dose in self._doses():
            if dose[0] is not None:
                found[dose[1]] = max(found.get(dose[1], dose[0]), dose[0])
        return found

    @property
    def has_one_dose(self) -> bool:
        return len({dose for dose in self._doses() if dose[0] is not None}) <= 1

    def _doses(self) -> Iterable[tuple[Decimal | None, str | None]]:
        return ((dose.amount, dose.unit) for run in self.runs for dose in run.doses)


def lanes(runs: Sequence[Run], mistakes: Sequence[Mistake]) -> list[Lane]:
    """The current ones in the order of the table, then those that ended, the newest end first."""
    current = sorted((run for run in runs if run.is_current), key=lambda run: (run.key, run.begins))
    past = sorted((run for run in runs if not run.is_current), key=lambda run: run.ends, reverse=True)
    found: list[Lane] = []
    by_drug: dict[str, list[Lane]] = {}
    for run in (*current, *past):
        mine = by_drug.setdefault(run.key, [])
        lane = next((each for each in mine if each.has_room_for(run)), None)
        if lane is None or run.is_current:
            lane = Lane(run.medication)
            found.append(lane)
            mine.append(lane)
        lane.runs.append(run)
    for lane in found:
        lane.runs.sort(key=lambda run: run.begins)
    _place(mistakes, found)
    return found


def _place(mistakes: Sequence[Mistake], found: list[Lane]) -> None:
    """A mistake stands on the lane of its course; one that opened a course has a lane of its own."""
    of_course = {run.prescription_id: lane for lane in found for run in lane.runs}
    for mistake in mistakes:
        lane = of_course.get(mistake.prescription_id)
        if lane is None:
            lane = Lane(mistake.medication)
            found.append(lane)
        lane.mistakes.append(mistake)


def first_moment(runs: Iterable[Run], mistakes: Iterable[Mistake]) -> datetime | None:
    """The earliest moment that All must show."""
    return min([*(run.begins for run in runs), *(each.begins for each in mistakes)], default=None)
