"""A form that comes back: 422 to a program, 200 to a person's browser, whose console stays empty."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(clinician: Member) -> Client:
    return clinician.client()


def bad_registration(browser: Client, headers: dict[str, str]) -> int:
    typed = {"command_id": str(uuid4()), "seen_version": "0", "family": "", "mrn": "A-1"}
    response = browser.post(reverse("register-patient"), typed, headers=headers)
    assert "to put right" in response.content.decode()
    return response.status_code


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "no-cors"}])
def test_a_program_hears_that_the_form_was_not_taken(browser: Client, headers: dict[str, str]) -> None:
    assert bad_registration(browser, headers) == 422


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Mode": "navigate"}, {"HX-Request": "true"}])
def test_a_browser_is_given_the_form_without_an_error(browser: Client, headers: dict[str, str]) -> None:
    assert bad_registration(browser, headers) == 200


def test_no_other_status_is_changed(browser: Client) -> None:
    headers = {"Sec-Fetch-Mode": "navigate"}
    assert browser.get("/nowhere/", headers=headers).status_code == 404
    assert browser.get(reverse("compliance-report"), headers=headers).status_code == 403
    assert browser.get(reverse("sign-out"), headers=headers).status_code == 405
