"""The harness itself can fail: what it looks for is planted here, and must be found."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visitor
from tests.browser.looks import barriers, broken_words, too_wide, unseen_focus

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'"


@pytest.fixture
def planted(browser: Browser) -> Visitor:
    visitor = Visitor(browser.new_page(), "http://planted.invalid")
    visitor.page.on("console", visitor.heard)
    visitor.page.on("pageerror", visitor.failed)
    return visitor


def plant(visitor: Visitor, body: str, policy: str = STRICT) -> None:
    page = f"<!doctype html><html lang=en><title>Planted</title><body>{body}"
    visitor.page.route(
        "**/*",
        lambda route: route.fulfill(
            body=page, content_type="text/html", headers={"Content-Security-Policy": policy}
        ),
    )
    visitor.goto("/")


@pytest.mark.parametrize(
    "body",
    [
        "<script>document.title = 'inline'</script>",
        "<p style='color: red'>inline</p>",
        "<button onclick='alert(1)' autofocus>inline</button>",
        "<img src='https://elsewhere.invalid/a.png' alt='from elsewhere'>",
    ],
)
def test_what_the_content_policy_forbids_is_heard(planted: Visitor, body: str) -> None:
    plant(planted, body)
    planted.page.get_by_role("button").dispatch_event("click") if "button" in body else None
    planted.page.wait_for_timeout(200)
    assert any("Content Security Policy" in complaint for complaint in planted.complaints)


def test_a_script_that_fails_is_heard(planted: Visitor) -> None:
    plant(planted, "<script>nothing.here()</script>", policy="script-src 'unsafe-inline'")
    assert any("nothing is not defined" in complaint for complaint in planted.complaints)


def test_a_missing_file_is_heard_unless_it_is_expected(planted: Visitor) -> None:
    planted.page.route("**/*", lambda route: route.fulfill(status=404, body="gone"))
    planted.goto("/")
    assert len(planted.complaints) == 1
    planted.expected = frozenset({404})
    planted.goto("/again")
    assert len(planted.complaints) == 1


def test_a_picture_without_words_and_pale_text_are_barriers(planted: Visitor) -> None:
    plant(planted, "<main><h1>x</h1><img src=a.png><p><font color=#ccc>pale</font></p></main>", policy="")
    found = " ".join(barriers(planted.page))
    assert "image-alt" in found
    assert "color-contrast" in found


def test_a_page_that_is_too_wide_is_found_at_the_width_where_it_is(planted: Visitor) -> None:
    plant(planted, "<table width=500><tr><td>wide</table>", policy="")
    assert len(too_wide(planted.page)) == 2


def test_a_dose_on_two_lines_is_found(planted: Visitor) -> None:
    plant(planted, "<p style='width:2em;overflow-wrap:anywhere'><b class=dose>1,000mcg</b>", policy="")
    assert "1,000mcg at 320 px" in broken_words(planted.page)


def test_a_focus_that_cannot_be_seen_is_found(planted: Visitor) -> None:
    plant(planted, "<style>a { outline: none }</style><a href=/x>unseen</a>", policy="")
    assert len(unseen_focus(planted.page, steps=1)) == 1


def test_a_focus_under_something_is_found(planted: Visitor) -> None:
    body = "<a href=/x>under</a><div style='position:fixed;inset:0;background:white'></div>"
    plant(planted, body, policy="")
    assert len(unseen_focus(planted.page, steps=1)) == 1
