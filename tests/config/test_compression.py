"""Files that are worth it are sent compressed, and asked for again they answer 304; pages never are."""

from __future__ import annotations

import gzip

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


def test_a_page_is_never_compressed() -> None:
    page = Client().get("/sign-in/", headers=GZIP)
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
