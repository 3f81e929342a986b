"""Files that are worth it are sent compressed, and asked for again they answer 304.

Pages only where they repeat nothing that a stranger may have written.
"""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("path", ["/static/css/base.css", "/static/js/page.js", "/static/icons.svg"])
def test_a_file_is_sent_compressed_to_who_takes_it(path: str) -> None:
    plain = Client().get(path)
    small = Client().get(path, headers=GZIP)
    body = b"".join(plain)
    plain.close()
    assert gzip.decompress(small.content) == body
    assert len(small.content) < len(body)
    assert small.headers["Content-Length"] == str(len(small.content))
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    assert small.headers["ETag"] != plain.headers["ETag"]


def test_a_file_that_has_not_changed_is_not_sent_again() -> None:
    first = Client().get("/static/css/base.css", headers=GZIP)
    first.close()
    again = Client().get("/static/css/base.css", headers={**GZIP, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_file_that_is_not_there_and_one_that_is_only_asked_about_stay_as_they_are() -> None:
    assert Client().get("/static/none.css", headers=GZIP).status_code == 404
    asked = Client().head("/static/css/base.css", headers=GZIP)
    assert "Content-Encoding" not in asked.headers
    asked.close()


def test_a_page_is_compressed_and_its_length_varies_by_chance() -> None:
    pages = [Client().get("/sign-in/", headers=GZIP) for _ in range(12)]
    assert "Sign in" in gzip.decompress(pages[0].content).decode()
    assert "Accept-Encoding" in pages[0].headers["Vary"]
    assert len({len(page.content) for page in pages}) > 1


def test_a_page_that_may_repeat_what_a_stranger_wrote_is_never_compressed() -> None:
    for page in (
        Client().get("/sign-in/?next=/patients/", headers=GZIP),
        Client().post("/sign-in/", {"username": "x", "password": "y"}, headers=GZIP),
        Client().get("/nowhere/", headers=GZIP),
    ):
        assert "Content-Encoding" not in page.headers


def test_the_style_sheets_are_one_file_under_a_name_of_its_content() -> None:
    page = Client().get("/sign-in/").content.decode()
    (address,) = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    sheet = Client().get(address)
    text = sheet.content.decode()
    assert "immutable" in sheet.headers["Cache-Control"]
    assert text.index("--canvas") < text.index(".topbar") < text.index("@page")
    assert "/*" not in text
    assert address == f"/styles/{hashlib.sha256(sheet.content).hexdigest()[:16]}.css"


def test_a_style_sheet_of_another_version_is_answered_with_this_one_and_not_kept() -> None:
    sheet = Client().get("/styles/0123456789abcdef.css")
    assert "--canvas" in sheet.content.decode()
    assert sheet.headers["Cache-Control"] == "no-store"
