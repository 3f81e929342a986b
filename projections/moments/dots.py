"""Dots that do not cover each other: those of one kind become one, those of two kinds move apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from projections.moments.plot import RIGHT, SEEN, TOP, Corner, Dot


def spread(dots: Sequence[Dot], corner: Corner) -> list[Dot]:
    return _apart(_gathered(_binned(dots)), corner)


def _binned(dots: Sequence[Dot]) -> list[Dot]:
    """Those within a few pixels of each other together, so that thousands are dozens."""
    cells: dict[tuple[str, int, int], Dot] = {}
    for dot in dots:
        cell = dot.state, int(dot.x // 6), int(dot.y // 6)
        cells[cell] = _together(cells[cell], dot) if cell in cells else dot
    return list(cells.values())


def _gathered(dots: Sequence[Dot]) -> list[Dot]:
    """Dots of one kind that would touch are one, as long as any two of them do."""
    kept = list(dots)
    merged = True
    while merged:
        merged = False
        result: list[Dot] = []
        for dot in sorted(kept, key=lambda each: (each.state, each.x - each.y)):
            near = next((i for i, other in enumerate(result) if _touch(other, dot)), None)
            if near is None:
                result.append(dot)
            else:
                result[near], merged = _together(result[near], dot), True
        kept = result
    return kept


def _touch(one: Dot, other: Dot) -> bool:
    return one.state == other.state and _distance(one, other) < one.r + other.r + 1


def _distance(one: Dot, other: Dot) -> float:
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)


def _together(one: Dot, other: Dot) -> Dot:
    count = one.count + other.count
    return Dot(
        round((one.x * one.count + other.x * other.count) / count, 1),
        round((one.y * one.count + other.y * other.count) / count, 1),
        one.state,
        (*one.entries, *other.entries),
    )


def _apart(dots: Sequence[Dot], corner: Corner) -> list[Dot]:
    """Those not visible yet stand clear of those that are, on their own side of the corner."""
    seen = [_within(dot, corner) for dot in dots if dot.state == SEEN]
    others: list[Dot] = []
    for dot in dots:
        if dot.state == SEEN:
            continue
        moved = dot
        for _step in range(40):
            if all(_distance(moved, other) >= moved.r + other.r + 1 for other in (*seen, *others)):
                break
            right = 1.0 if dot.x >= corner.x else 0.0
            moved = replace(moved, x=min(RIGHT - 2, moved.x + right), y=max(TOP + 2, round(moved.y - 1.5, 1)))
        others.append(moved)
    return [*seen, *others]


def _within(dot: Dot, corner: Corner) -> Dot:
    """A visible dot keeps to the visible side where there is room for it."""
    if corner.width < 2 * dot.r or corner.height < 2 * dot.r:
        return dot
    return replace(dot, x=min(dot.x, corner.x - dot.r - 1), y=max(dot.y, corner.y + dot.r + 1))
