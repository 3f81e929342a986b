"""What is asked of every page, whatever it shows: no barrier, no sideways scroll, a focus that is seen."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: From the smallest phone to a desk: the design's own widths.
WIDTHS = (320, 390, 768, 1440)

#: In the dark only the colours differ.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def barriers(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe-core finds: rule and element of each."""
    found: dict[str, Any] = Axe().run(page, options=options).response
    return [
        f"{violation['id']}: {node['target'][0]} ({node['failureSummary'].splitlines()[1].strip()})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """The widths at which the page scrolls sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide: int = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} px on a screen of {width} px")
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def in_every_light(page: Page) -> list[str]:
    """Barriers in light and in dark."""
    page.emulate_media(color_scheme="dark")
    dark = [f"dark: {barrier}" for barrier in barriers(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return [*barriers(page), *dark]


FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: element.outerHTML.slice(0, 120),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && box.width > 4 && box.height > 4,
    covered: middle !== null && !element.contains(middle) && !middle.contains(element),
  };
}"""


def unseen_focus(page: Page, *, steps: int = 60) -> list[str]:
    """Elements that take the focus by Tab and do not show it, or lie under something when they have it."""
    found = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        if not focused["seen"] or focused["covered"]:
            found.append(focused["name"])
    return found
