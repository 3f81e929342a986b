"""What is asked of every page, whatever it shows: no barrier, no sideways scroll, a focus that is seen."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: From the smallest phone to a desk: the design's own widths.
WIDTHS = (320, 390, 768, 1440)
#: Just above the breakpoints, where tables are tightest.
EDGES = (961, 1041, 1241)

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


#: What sticks out, so that a failure names it.
STICKS_OUT = """() => [...document.body.querySelectorAll("*")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1
    && ![...element.children].some((child) => child.getBoundingClientRect().right > innerWidth + 1))
  .map((element) => element.outerHTML.slice(0, 80))[0]"""


def too_wide(page: Page) -> list[str]:
    """The widths at which the page scrolls sideways, and what makes it."""
    found = []
    for width in (*WIDTHS, *EDGES):
        page.set_viewport_size({"width": width, "height": 900})
        wide: int = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{wide} px on a screen of {width} px: {page.evaluate(STICKS_OUT)}")
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def in_every_light(page: Page) -> list[str]:
    """Barriers in light and in dark."""
    page.emulate_media(color_scheme="dark")
    dark = [f"dark: {barrier}" for barrier in barriers(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return [*barriers(page), *dark]


BROKEN = """() => {
  const found = [];
  const meant = ".drug, .dose, .whole, .banner__substance, .change__after";
  for (const element of document.querySelectorAll(meant)) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[^\\s-]+/g)) {
        if (word[0].length > 30) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""


def broken_words(page: Page) -> list[str]:
    """Drugs, doses and dates that stand on two lines at some width: half a meaning can be read."""
    found = []
    for width in (*WIDTHS, *EDGES):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{word} at {width} px" for word in page.evaluate(BROKEN)]
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


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
