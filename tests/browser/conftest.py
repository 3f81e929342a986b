"""A real Chromium on a live server that works as the web role. Every page must leave its console empty.

Without a Chromium these tests are skipped, except in CI, where there must be one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.cast import PASSWORD, Member

#: A browser says this of every answer that is not a success, also of those that are meant.
ANSWERED = "Failed to load resource: the server responded with a status of"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("there is no Chromium here (CHROMIUM names one)")
    # Playwright runs a loop of its own in this thread; nothing here asks the database from within it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@dataclass
class Visitor:
    """A person at a browser of their own. complaints: what the console said, page by page."""

    page: Page
    server: str
    complaints: list[str] = field(default_factory=list)
    #: Statuses that a test provokes on purpose.
    expected: frozenset[int] = frozenset()

    def goto(self, path: str) -> None:
        self.page.goto(self.server + path)

    def sign_in(self, member: Member) -> None:
        self.goto("/sign-in/")
        self.page.get_by_label("User name").fill(member.user.username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def heard(self, message: ConsoleMessage) -> None:
        meant = message.text.startswith(ANSWERED) and any(str(s) in message.text for s in self.expected)
        if message.type in {"error", "warning"} and not meant:
            self.complaints.append(f"{self.page.url}: {message.type}: {message.text}")

    def failed(self, error: Exception) -> None:
        self.complaints.append(f"{self.page.url}: {error}")


Arrive = Callable[..., Visitor]


@pytest.fixture
def arrive(browser: Browser, live_server: LiveServer) -> Iterator[Arrive]:
    """Opens a browser window: arrive(clinician), arrive(clinician, java_script_enabled=False).

    At the end nobody's console may have said anything.
    """
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def come(member: Member | None = None, *, server: str | None = None, **options: Any) -> Visitor:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        visitor = Visitor(context.new_page(), server or live_server.url)
        visitors.append(visitor)
        visitor.page.on("console", visitor.heard)
        visitor.page.on("pageerror", visitor.failed)
        if member is not None:
            visitor.sign_in(member)
        return visitor

    yield come
    for context in contexts:
        context.close()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert complaints == []
