"""Whatever is asked, the answer is a page in plain words and never an unexplained error."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.cast import Member

pytestmark = pytest.mark.django_db(transaction=True)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/patients/not-a-uuid/add-note/",
        "/patients/00000000-0000-0000-0000-000000000000/add-note/",
        "/accounts/zzz/",
        "/%00/",
        "/%ff%fe/",
        f"/patients/{uuid4()}/prescriptions/{uuid4()}/adjust-dosage/?x=%00&y=%ed%a0%80",
    ],
)
def test_an_address_that_leads_nowhere_says_so(clinician: Member, path: str) -> None:
    response = clinician.client().get(path)
    assert response.status_code in {403, 404}
    assert "Anamnesis" in text_of(response)


def test_a_host_that_is_not_ours_is_not_understood() -> None:
    response = Client().get("/sign-in/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "This request was not understood" in text_of(response)


def test_too_much_or_malformed_input_is_not_understood(clinician: Member) -> None:
    client, place = clinician.client(), reverse("register-patient")
    assert client.post(place, {"family": "x" * 1_100_000}).status_code == 400
    assert client.post(place, {f"f{number}": "" for number in range(400)}).status_code == 400
    broken = client.post(place, b"--x\r\nnonsense", content_type="multipart/form-data; boundary=\x00")
    assert broken.status_code == 400
    assert client.put(place).status_code == 405


def test_a_current_address_that_is_none_does_no_harm() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://[oops"}
    response = Client().get("/patients/", headers=headers)
    assert response["HX-Redirect"] == "/sign-in/?next=%2F"


def test_a_database_that_is_away_before_any_view_runs_gives_everything_back(
    clinician: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session itself cannot be read then, so no page frame, no name, and still nothing typed is lost."""
    client = clinician.client()
    client.raise_request_exception = False

    def gone(self: object) -> Any:
        raise OperationalError("connection refused")

    typed = {"command_id": str(uuid4()), "seen_version": "0", "family": "O'Neill & Söhne", "confirm": "yes"}
    monkeypatch.setattr(SessionBase, "_get_session", gone)
    monkeypatch.setattr(SessionBase, "_session", property(gone))
    response = client.post(reverse("register-patient"), typed)
    assert response.status_code == 503
    assert "Press again: it cannot be saved twice" in text_of(response)
    found = re.findall(r'name="(\w+)" value="([^"]*)"', response.content.decode())
    given = {name: unescape(value) for name, value in found}
    given.pop("csrfmiddlewaretoken")
    assert given == typed
    looked = client.get("/patients/")
    assert looked.status_code == 503
    assert "Nothing was changed" in text_of(looked)


def test_a_fault_of_ours_is_said_to_be_ours(clinician: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    client = clinician.client()
    client.raise_request_exception = False

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("records.views.access.author_of", broken)
    typed = {"command_id": str(uuid4()), "seen_version": "0", "family": "Olof", "sex": "male", "mrn": "1"}
    response = client.post(reverse("register-patient"), typed)
    assert response.status_code == 500
    assert "The fault is ours and has been logged." in text_of(response)
