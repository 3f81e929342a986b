"""Names beside the dots of what was told late, where nothing else stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from eventstore.store import RecordedEvent
from projections import words
from projections.moments.plot import LEFT, NOT_YET, TOP, WIDTH, Corner, Dot, Row

_LETTER, _LINE = 6.2, 14
_NAMES = 4


@dataclass(frozen=True)
class Name:
    """What an entry off the diagonal is about. Shape: x and y of its first line, its end or its beginning."""

    x: float
    y: float
    anchor: str
    lines: tuple[str, str]
    leader: tuple[float, float, float, float] | None

    @property
    def second_y(self) -> float:
        return self.y + _LINE - 1


Box = tuple[float, float, float, float]


def named(
    dots: Sequence[Dot], rows: dict[UUID, Row], corner: Corner, name_of: Callable[[RecordedEvent], str]
) -> Iterator[Name]:
    """The entries told late, the latest told first; those that found no room are in the table."""
    late = sorted(
        (
            (_lateness(row), dot, row)
            for dot in dots
            for entry in dot.entries
            if (row := rows[entry.event_id]) and _is_late(row)
        ),
        key=lambda each: (each[2].state != NOT_YET, -each[0]),
    )
    taken = [_box_of(dot) for dot in dots]
    if corner.holds_words:
        taken.append((LEFT, corner.y, LEFT + 70, corner.y + 20))
    placed, crowded = 0, set[int]()
    for _delay, dot, row in late:
        if placed == _NAMES:
            return
        if id(dot) in crowded:
            continue
        name = _beside(dot, (name_of(row.entry), _told_late(row)), taken)
        if name is not None:
            placed += 1
            taken.append(_box(name))
            yield name
        elif _beside(dot, ("", _shortest()), taken) is None:
            crowded.add(id(dot))


def _beside(dot: Dot, lines: tuple[str, str], taken: Sequence[Box]) -> Name | None:
    return next((name for name in _places(dot, lines) if _is_free(_box(name), taken)), None)


def _told_late(row: Row) -> str:
    """true 02-Sep, recorded 04-Sep"""
    day, later = (words.clinic_day(at).isoformat() for at in (row.true_at, row.entry.created_at))
    return _said_late(day, later)


def _said_late(day: str, later: str) -> str:
    said = (str(words.day(each)).rpartition("-")[0] for each in (day, later))
    return _("true {day}, recorded {later}").format(**dict(zip(("day", "later"), said, strict=True)))


def _shortest() -> str:
    """No entry's words are shorter: where these have no room, a dot with thousands of entries is done."""
    return min((_said_late(day, day) for day in (f"2000-{month:02}-01" for month in range(1, 13))), key=len)


def _lateness(row: Row) -> float:
    return (row.entry.created_at - row.true_at).total_seconds()


def _is_late(row: Row) -> bool:
    return words.clinic_day(row.entry.created_at) > words.clinic_day(row.true_at)


def _places(dot: Dot, lines: tuple[str, str]) -> Iterator[Name]:
    """Beside the dot, then further up and to the left, where nothing can have happened."""
    width, r = _width(lines), dot.r
    for up in range(0, 150, 10):
        for aside in (0, 30, 60, 100, 140):
            y = dot.y - up - (0 if aside or not up else 4)
            right = dot.x - r - 4 - aside
            leader = (right + 3, y, dot.x - r, dot.y) if up + aside > 20 else None
            if right - width >= LEFT - 44 and y >= TOP + 8:
                yield Name(round(right, 1), round(y, 1), "end", lines, leader)
            left = dot.x + r + 4 - aside
            if left + width <= WIDTH - 2 and left >= LEFT + 2 and y >= TOP + 8 and up > 10:
                yield Name(round(left, 1), round(y, 1), "start", lines, (left, y + _LINE, dot.x, dot.y - r))


def _width(lines: tuple[str, str]) -> float:
    return max(map(len, lines)) * _LETTER


def _box(name: Name) -> Box:
    width = _width(name.lines)
    left = name.x - width if name.anchor == "end" else name.x
    return left, name.y - 11, left + width, name.y + _LINE + 4


def _box_of(dot: Dot) -> Box:
    r = dot.r + 2
    return dot.x - r, dot.y - r, dot.x + r, dot.y + r


def _is_free(box: Box, taken: Iterable[Box]) -> bool:
    return all(
        box[2] <= other[0] or box[0] >= other[2] or box[3] <= other[1] or box[1] >= other[3]
        for other in taken
    )
