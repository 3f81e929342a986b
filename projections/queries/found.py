"""What a page of a longer list is: its rows, how many there are in all, and where the next page begins.

A cursor holds a place and how many rows came before it; never a name, since it stands in addresses
and logs. Pages follow by key, never by counting from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

Row = TypeVar("Row")


@dataclass(frozen=True)
class Found(Generic[Row]):
    """One page.

    Shape: first and last count from 1 (0 for no rows); next: the cursor of the page after, or "".
    """

    rows: Sequence[Row]
    total: int
    first: int
    last: int
    next: str


@dataclass(frozen=True)
class Cursor:
    """shown: rows on the pages before; place: the key of the last row shown."""

    shown: int
    place: str

    def __str__(self) -> str:
        return f"{self.shown}.{self.place}"


def cursor(text: str | None) -> Cursor | None:
    """The cursor in an address; None for none or for one that nobody made."""
    shown, _, place = (text or "").partition(".")
    return Cursor(int(shown), place) if shown.isascii() and shown.isdigit() and len(shown) < 12 else None


def page(rows: Sequence[Row], *, limit: int, total: int, after: Cursor | None, place: str) -> Found[Row]:
    """The page of the first `limit` rows; one row more than that says that there is a next page.

    place: the key of the last row of this page.
    """
    before = after.shown if after else 0
    shown = rows[:limit]
    last = before + len(shown)
    return Found(
        rows=shown,
        total=max(total, last),
        first=before + 1 if shown else 0,
        last=last,
        next=str(Cursor(last, place)) if len(rows) > limit else "",
    )


def following(
    rows: QuerySet[Any], last: Any, *, by: str, tie: str, newest_first: bool = False
) -> QuerySet[Any]:
    """The rows after the last one shown, which may have gone (None: from the first); its place is by key.

    Shape: by, tie: the two columns of the order; what stands level in the first is told by the second.
    """
    sign, after, passed = ("-", "lte", "gte") if newest_first else ("", "gte", "lte")
    rows = rows.order_by(f"{sign}{by}", f"{sign}{tie}")
    if last is None:
        return rows
    level, place = getattr(last, by), getattr(last, tie)
    return rows.filter(**{f"{by}__{after}": level}).exclude(**{by: level, f"{tie}__{passed}": place})


def last_shown(rows: QuerySet[Any], key: str, at: Cursor | None) -> Any:
    """The last row of the page before; None on the first page, and where it has gone."""
    try:
        return rows.filter(**{key: UUID(at.place)}).first() if at else None
    except ValueError:
        return None
