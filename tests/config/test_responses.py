"""What every response carries, whichever view answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.cast import Member
from tests.clusters import PROJECT

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}


def policy_of(response: HttpResponseBase) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["sign-in", "patients", "healthz", "nowhere"])
def test_a_page_runs_only_our_own_files_and_is_kept_nowhere(clinician: Member, page: str) -> None:
    response = clinician.client().get("/nowhere" if page == "nowhere" else reverse(page))

    assert policy_of(response) == POLICY
    assert "no-store" in response["Cache-Control"]
    assert {
        name: response[name]
        for name in (
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy",
            "Cross-Origin-Embedder-Policy",
        )
    } == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
    }
    assert "camera=()" in response["Permissions-Policy"]
    assert "geolocation=()" in response["Permissions-Policy"]


def test_a_style_sheet_may_be_kept_and_belongs_to_this_site_alone() -> None:
    response = Client().get("/static/css/tokens.css")
    response.close()

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert "no-store" not in response["Cache-Control"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response


@pytest.mark.django_db(transaction=True)
def test_a_form_from_elsewhere_is_refused_in_our_words() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("sign-in"), {"username": "jones"})

    assert response.status_code == 403
    assert "This form is no longer valid" in response.content.decode()


@pytest.mark.parametrize(
    ("https", "names"),
    [
        ("0", ["sessionid", "csrftoken", False, 0]),
        ("1", ["__Host-sessionid", "__Host-csrftoken", True, 63072000]),
    ],
)
def test_cookies_are_bound_to_https_where_it_is_said_to_be_there(
    data_folder: Path, https: str, names: list[object]
) -> None:
    question = (
        "import json; from django.conf import settings as s;"
        "print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS]))"
    )
    kept = {name: value for name, value in os.environ.items() if name != "ANAMNESIS_ROLE"}
    own = {"ANAMNESIS_HTTPS": https, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", question],
        env=kept | own | {"ANAMNESIS_DATA": str(data_folder)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == names
