"""What a drawing is made of, ready to print: shapes, links and labels.

Horizontal places are percentages of the plot, heights pixels, all text already: a decimal comma of the
reader's language must not get into a drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

#: Units: pixels. A lane, the full dose, the base line on which courses stand.
PITCH, HEIGHT, BASE = 42, 22, 36
#: A mark that lasts no time is this wide all the same.
LEAST = 8


@dataclass(frozen=True)
class Link:
    """What can be pointed at or focused. Shape: says: the sentence; where: in the timeline, a query;
    svg: its shapes; kind: a class."""

    says: str
    where: str
    svg: SafeString
    kind: str = "step"


@dataclass(frozen=True)
class Label:
    """A word in the drawing. Shape: anchor "start" or "end"; box: x from, y from, x to, y to in pixels of
    the least width, as laid out."""

    text: str
    x: str
    dx: str
    y: str
    anchor: str
    kind: str
    box: tuple[float, float, float, float]


@dataclass
class Sketch:
    """A lane as it is drawn. Shape: svg: shapes that are no link; labels come after all shapes."""

    name: str
    below: str
    is_current: bool
    links: list[Link] = field(default_factory=list)
    marks: list[SafeString] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def svg(self) -> SafeString:
        return joined(self.marks)


def entry(event_id: str) -> str:
    """Where an entry stands in the timeline."""
    return f"?at={event_id}#entry-{event_id}"


def number(value: float) -> str:
    """12.5, 12, 0.25: no zeros that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    return f"{number(share * 100)}%"


def shape(markup: str) -> SafeString:
    """Markup of numbers and of names from the code. Words of a record never get here: they are printed by
    the template, which escapes them."""
    return mark_safe(markup)  # noqa: S308 - as it says


def joined(parts: list[SafeString]) -> SafeString:
    return shape("".join(parts))


def rect(kind: str, x: float, y: float, width: float, height: float) -> SafeString:
    """x and width are shares."""
    return shape(
        f'<rect class="{kind}" x="{percent(x)}" y="{number(y)}"'
        f' width="{percent(width)}" height="{number(height)}"/>'
    )


def line(kind: str, x: float, y: float, to_x: float, to_y: float) -> SafeString:
    """x are shares."""
    return shape(
        f'<line class="{kind}" x1="{percent(x)}" y1="{number(y)}" x2="{percent(to_x)}" y2="{number(to_y)}"/>'
    )


def down(kind: str, x: float) -> SafeString:
    """From the top to the bottom of whatever it is used in."""
    return shape(f'<line class="{kind}" x1="{percent(x)}" y1="0" x2="{percent(x)}" y2="100%"/>')


def veil(x: float) -> SafeString:
    """Over all that follows."""
    return shape(f'<rect class="veil" x="{percent(x)}" y="0" width="{percent(1 - x)}" height="100%"/>')


def mark(name: str, x: float, y: float) -> SafeString:
    """A mark of the legend, by its name: square, ring, triangle, diamond, dot, open."""
    return shape(f'<use href="#mark-{name}" x="{percent(x)}" y="{number(y)}"/>')


def target(x: float) -> SafeString:
    """Where a mark can be hit: 24 px wide, over it."""
    return shape(
        f'<rect class="hit" x="{percent(x)}" y="14" width="24" height="28" transform="translate(-12 0)"/>'
    )
