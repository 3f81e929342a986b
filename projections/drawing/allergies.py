"""The allergies on a drawing: a diamond where each was recorded, and its line through all lanes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projections import words
from projections.drawing.labels import Room
from projections.drawing.runs import start_of
from projections.drawing.shapes import Link, Sketch, down, joined, mark, target
from projections.drawing.windows import Axis
from records import partial_dates

#: Units: pixels. Where the diamonds of the allergy lane stand.
MIDDLE = 28


@dataclass(frozen=True)
class AllergyMark:
    """Shape: at: when it was recorded; reactions, severity: as stated, or ""."""

    substance: str
    reactions: str
    severity: str
    at: datetime
    allergy_id: str

    @property
    def where(self) -> str:
        return f"?about={self.allergy_id}"


def allergy_marks(allergies: Iterable[Mapping[str, Any]]) -> list[AllergyMark]:
    """From active allergies as `projections.models.Patient` keeps them, oldest first."""
    found = [
        AllergyMark(
            substance=each["substance"] or words.UNKNOWN,
            reactions=each["reactions"] or "",
            severity=each["severity"] or "",
            at=at,
            allergy_id=str(each["allergy_id"]),
        )
        for each in allergies
        if (at := _moment(each["recorded_on"]))
    ]
    return sorted(found, key=lambda allergy: allergy.at)


def allergy_lane(allergies: Sequence[AllergyMark], axis: Axis) -> Sketch | None:
    """None where none is known by the cursor; those before the window are counted."""
    known = [each for each in allergies if each.at <= axis.cursor]
    shown = [each for each in known if each.at >= axis.start]
    if not known:
        return None
    earlier = len(known) - len(shown)
    below = _("{count} before this window").format(count=earlier) if earlier else ""
    lane = Sketch(_("Allergies recorded"), below, is_current=True)
    room = Room(axis.width, axis.px(axis.cursor) - 2)
    for each in shown:
        x = axis.px(each.at)
        room.block(x - 7, x + 7, MIDDLE - 7, MIDDLE + 7)
    for each in reversed(shown):
        share, x = axis.share(each.at), axis.px(each.at)
        lane.links.append(
            Link(
                sentence(each),
                each.where,
                joined([target(share), mark("diamond", share, MIDDLE)]),
                "allergy",
            )
        )
        said = f"{each.substance}: {each.reactions}" if each.reactions else each.substance
        places = [(x, 11.0, MIDDLE + 4.0, "start"), (x, -11.0, MIDDLE + 4.0, "end")]
        room.write("allergy", [said, each.substance], places)
    lane.links.reverse()
    lane.labels = room.labels
    return lane


def allergy_lines(allergies: Sequence[AllergyMark], axis: Axis) -> list[SafeString]:
    """Down through all lanes."""
    shares = dict.fromkeys(axis.share(each.at) for each in allergies if axis.start <= each.at <= axis.cursor)
    return [down("allergy-line", share) for share in shares]


def sentence(allergy: AllergyMark) -> str:
    said = words.joined((allergy.reactions, allergy.severity))
    day = words.day_of(allergy.at)
    if not said:
        return _("Allergy recorded {day}: {substance}").format(day=day, substance=allergy.substance)
    return _("Allergy recorded {day}: {substance}, {reaction}").format(
        day=day, substance=allergy.substance, reaction=said
    )


def _moment(value: str | date | datetime | None) -> datetime | None:
    """A day as it is kept (or a moment); None where a source did not date it."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and "T" in value:
        return datetime.fromisoformat(value)
    span = partial_dates.known_span(value.isoformat() if isinstance(value, date) else value)
    return start_of(span[0]) if span else None
