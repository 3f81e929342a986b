"""Where the words of a lane stand: never over each other, never over the cursor, left out before they are.

What is left out is still said by the step's own name and in the table. Laid out for the least width: places
keep their order and only move apart where there is more.
"""

from __future__ import annotations

from collections.abc import Iterable

from projections.drawing.shapes import Label, number, percent

#: x, moved by, baseline, anchor ("start" or "end"); pixels.
Place = tuple[float, float, float, str]
Box = tuple[float, float, float, float]

#: Units: pixels of a character at 11.5 px, of the widest common font.
_BOLD, _PLAIN = 6.9, 6.2
_IS_BOLD = frozenset({"dose", "wrong", "allergy"})
#: A shorter stretch of a dose does not hold its label.
SHORTEST = 44
_GAP = 3


def width_of(text: str, kind: str) -> float:
    """Of the words as the reader will see them, in the reader's language."""
    return len(str(text)) * (_BOLD if kind in _IS_BOLD else _PLAIN)


class Room:
    """The free room of one lane. until: nothing written may cross it (the cursor, or the edge)."""

    def __init__(self, width: int, until: float) -> None:
        self.width, self.until = width, until
        self.taken: list[Box] = []
        self.labels: list[Label] = []

    def block(self, x: float, to_x: float, y: float, to_y: float) -> None:
        """Shapes that words must not cover."""
        self.taken.append((x, y, to_x, to_y))

    def write(self, kind: str, texts: Iterable[str], places: Iterable[Place]) -> bool:
        """The first text that fits, at the first place that has room for it."""
        spots = list(places)
        for text in texts:
            for place in spots:
                box = _box(text, kind, place)
                if self._is_free(box):
                    self.taken.append(box)
                    self.labels.append(self._label(text, kind, place, box))
                    return True
        return False

    def _is_free(self, box: Box) -> bool:
        x, y, to_x, to_y = box
        inside = x >= 0 and to_x <= self.until
        return inside and not any(
            x < taken[2] + _GAP and taken[0] < to_x + _GAP and y < taken[3] and taken[1] < to_y
            for taken in self.taken
        )

    def _label(self, text: str, kind: str, place: Place, box: Box) -> Label:
        x, moved, y, anchor = place
        return Label(text, percent(x / self.width), number(moved), number(y), anchor, kind, box)


def _box(text: str, kind: str, place: Place) -> Box:
    x, moved, y, anchor = place
    width = width_of(text, kind)
    left = x + moved if anchor == "start" else x + moved - width
    return left, y - 9, left + width, y + 2
