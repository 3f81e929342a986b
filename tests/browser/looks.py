"""What is asked of every page, whatever it shows: no barrier, no sideways scroll, a focus that is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: From the smallest phone to a desk: the design's own widths.
WIDTHS = (320, 390, 768, 1440)
#: Just above the breakpoints, where tables are tightest.
EDGES = (961, 1081, 1241)

#: All rules of axe-core, also the one that it leaves off: targets of 24 px (WCAG 2.2, 2.5.8).
EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
#: In the dark only the colours differ.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def barriers(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe-core finds: rule and element of each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("(options) => axe.run(options)", options or EVERYTHING)
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


#: The spacing that a reader may set (WCAG 1.4.12).
WIDE_SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    " p { margin-block-end: 2em !important }"
)
AS_SET = """(rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}"""


def too_wide_when_spaced(page: Page) -> list[str]:
    """What scrolls sideways once a reader sets lines, words and letters wider apart."""
    found = []
    for width in (390, 961):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(AS_SET, WIDE_SPACING)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"wide spacing at {width} px: {page.evaluate(STICKS_OUT)}")
        page.evaluate(AS_SET, "")
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
      && (element.ownerSVGElement ? box.width > 4 || box.height > 4 : box.width > 4 && box.height > 4),
    // Marks of one drawing may touch; each is drawn whole when it has the focus.
    covered: middle !== null && !element.contains(middle) && !middle.contains(element)
      && !(element.ownerSVGElement && element.ownerSVGElement.contains(middle)),
  };
}"""


def unseen_focus(page: Page, *, steps: int = 60) -> list[str]:
    """Elements that take the focus by Tab and do not show it, or lie under something when they have it."""
    return [each["name"] for each in walked(page, steps) if not each["seen"] or each["covered"]]


def walked(page: Page, steps: int) -> Iterator[dict[str, Any]]:
    """Each element that Tab comes to, until it leaves the page."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            return
        yield focused


def keyboard_barriers(page: Page) -> list[str]:
    """What stands in the way without a mouse: unseen or covered focus, a trap, an order of its own."""
    steps = list(walked(page, 400))
    found = [each["name"] for each in steps if not each["seen"] or each["covered"]]
    if len(steps) == 400:
        found.append(f"Tab never leaves the page: {steps[-1]['name']}")
    return found + [f"an order of its own: {each}" for each in page.evaluate(OUT_OF_ORDER)]


OUT_OF_ORDER = """() => [...document.querySelectorAll("[tabindex]")]
  .filter((element) => element.tabIndex > 0).map((element) => element.outerHTML.slice(0, 80))"""
