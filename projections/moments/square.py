"""The square of the two clocks: when an entry was true from left to right, when it was known upwards.

What was recorded as it happened lies on the diagonal, what was told later above it. Dots that would cover
each other become one with their number; names stand where nothing else does.
Pure geometry in pixels of the drawing; knows no database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eventstore.store import RecordedEvent
from projections.moments.between import PART_OF, Side
from projections.moments.dot_names import Name, named
from projections.moments.dots import spread
from projections.moments.plot import (
    BOTTOM,
    HEIGHT,
    IN_ERROR,
    LEFT,
    NOT_YET,
    RIGHT,
    SEEN,
    SIZE,
    TOP,
    WIDTH,
    Corner,
    Dot,
    Row,
    Tick,
    ticks,
)
from projections.moments.record_at import true_from


@dataclass(frozen=True)
class Square:
    """Shape: columns and lines: ticks of the two axes; outside: entries recorded before it begins."""

    corner: Corner
    dots: tuple[Dot, ...]
    names: tuple[Name, ...]
    columns: tuple[Tick, ...]
    lines: tuple[Tick, ...]
    rows: tuple[Row, ...]
    outside: int
    label: str

    @property
    def states(self) -> set[str]:
        return {dot.state for dot in self.dots}

    @property
    def has_groups(self) -> bool:
        return any(dot.count > 1 for dot in self.dots)

    @property
    def diagonal(self) -> tuple[float, float]:
        """Where the words on the diagonal stand: where the fewest dots are near."""
        places = [(LEFT + SIZE * share, BOTTOM - SIZE * share) for share in (0.75, 0.62, 0.5, 0.38, 0.27)]

        def crowded(place: tuple[float, float]) -> int:
            return sum(abs(dot.x - dot.r - place[0]) < 52 and abs(dot.y - place[1]) < 52 for dot in self.dots)

        x, y = min(places, key=crowded)
        return x + 13, y + 13

    @property
    def plot(self) -> dict[str, int]:
        return {
            "left": LEFT, "top": TOP, "right": RIGHT, "bottom": BOTTOM, "width": WIDTH, "height": HEIGHT,
            "columns_y": BOTTOM + 16, "end_y": BOTTOM + 34, "lines_x": LEFT - 6, "words_x": LEFT + 8,
        }  # fmt: skip


def square(
    entries: Sequence[RecordedEvent],
    first: Side,
    now: datetime,
    *,
    name_of: Callable[[RecordedEvent], str],
) -> Square:
    """The entries around a moment. name_of: what an entry is about, in words."""
    clinical = [entry for entry in entries if type(entry.data) in PART_OF]
    start, end = _frame(clinical, first, now)
    shown = [entry for entry in clinical if entry.created_at >= start]
    rows = tuple(_row(entry, first) for entry in sorted(shown, key=_recorded, reverse=True))

    def place(moment: datetime) -> float:
        return min(1.0, max(0.0, (moment - start) / (end - start))) * SIZE

    def dot(row: Row) -> Dot:
        x, y = LEFT + place(row.true_at), BOTTOM - place(row.entry.created_at)
        return Dot(round(x, 1), round(y, 1), row.state, (row.entry,))

    corner = Corner(round(LEFT + place(first.true_at), 1), round(BOTTOM - place(first.known_at), 1))
    dots = spread([dot(row) for row in rows], corner)
    marks = list(ticks(start, end))
    seen = sum(row.state == SEEN for row in rows)
    return Square(
        corner=corner,
        dots=tuple(dots),
        names=tuple(named(dots, {row.entry.event_id: row for row in rows}, corner, name_of)),
        columns=tuple(Tick(round(LEFT + place(at), 1), label) for at, label in marks),
        lines=tuple(Tick(round(BOTTOM - place(at), 1), label) for at, label in marks),
        rows=rows,
        outside=len(clinical) - len(shown),
        label=ngettext(
            "{count} entry by when it was true and when it was recorded; {seen} visible at A",
            "{count} entries by when they were true and when they were recorded; {seen} visible at A",
            len(rows),
        ).format(count=len(rows), seen=seen),
    )


def _recorded(entry: RecordedEvent) -> int:
    return entry.version


def _frame(entries: Sequence[RecordedEvent], first: Side, now: datetime) -> tuple[datetime, datetime]:
    """From some time before the moment to now: three weeks at least, and the newest entry before it."""
    earliest = min(first.known_at, first.true_at)
    span = max((now - earliest) * 0.6, timedelta(days=21))
    recorded = [entry.created_at for entry in entries]
    begins = min(recorded, default=earliest)
    newest = max((at for at in recorded if at <= earliest), default=earliest)
    start = max(earliest - span, begins - (now - begins) * 0.03 - timedelta(hours=1))
    start = min(start, earliest - timedelta(hours=1), newest - (now - newest) * 0.05)
    return start, now + (now - start) * 0.02


def _row(entry: RecordedEvent, first: Side) -> Row:
    key = entry.event_id
    state = SEEN if key in first.stood else IN_ERROR if key in first.marked else NOT_YET
    return Row(entry, true_from(entry) or entry.occurred_at, state)


def state_words() -> dict[str, str]:
    return {
        SEEN: _("visible at A"),
        NOT_YET: _("not yet"),
        IN_ERROR: _("known by then to be an error"),
    }
