"""The choice of language: by the browser's wish, by the footer, without scripts, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def afterwards_english() -> Iterator[None]:
    yield
    translation.deactivate()


def test_the_browsers_wish_counts_until_one_chooses(client: Client) -> None:
    page = client.get(reverse("sign-in"), headers={"Accept-Language": "de-AT, en;q=0.5"})
    assert '<html lang="de"' in page.content.decode()
    client.post(reverse("language"), {"language": "en"})
    page = client.get(reverse("sign-in"), headers={"Accept-Language": "de-AT, en;q=0.5"})
    assert '<html lang="en"' in page.content.decode()


def test_the_choice_is_kept_for_a_year_out_of_reach_of_scripts(client: Client) -> None:
    response = client.post(reverse("language"), {"language": "de", "next": "/sign-in/"})
    kept = response.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (kept.value, kept["httponly"], kept["samesite"]) == ("de", True, "Lax")
    assert kept["max-age"] == 365 * 24 * 60 * 60
    assert settings.LANGUAGE_COOKIE_SECURE is settings.HTTPS
    assert '<html lang="de"' in client.get(response.url).content.decode()  # type: ignore[attr-defined]  # a redirect


def test_it_leads_back_to_where_one_was_and_nowhere_else(client: Client) -> None:
    for back, goes in (
        ("/sign-in/?next=/patients/", "/sign-in/?next=/patients/"),
        ("https://evil.example/", "/"),
    ):
        response = client.post(reverse("language"), {"language": "de", "next": back})
        assert response.headers["Location"] == goes


def test_a_language_that_is_not_there_changes_nothing(client: Client) -> None:
    response = client.post(reverse("language"), {"language": "xx", "next": "/sign-in/"})
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


def test_looking_changes_nothing(client: Client) -> None:
    assert settings.LANGUAGE_COOKIE_NAME not in client.get(reverse("language") + "?language=de").cookies


def test_every_language_is_offered_by_its_own_name_in_its_own_language(client: Client) -> None:
    page = client.get(reverse("sign-in")).content.decode()
    assert 'value="en" lang="en" aria-pressed="true">English</button>' in page
    assert 'value="de" lang="de" aria-pressed="false">Deutsch</button>' in page
