"""The patients page and the list under the top bar: what they show, record, and never give away."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from projections import queries
from records.events import PatientsSearched
from tests import factories as make
from tests.cast import Member
from tests.projections.pages import HTMX, head, seen_since, text_of
from tests.projections.plans import plans
from tests.projections.record import Record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


def registered(family: str, given: str = "Helena", **more: str) -> Record:
    record = Record()
    record.add(make.PatientRegisteredFactory(family=family, given=given, **more))
    return record


def test_similar_names_stand_apart_and_are_recorded_as_shown(client: Client) -> None:
    exact, alike = registered("Lindkvist"), registered("Lindqvist")
    before = head()
    said = text_of(client.post(reverse("patients"), {"words": "lindkvist"}))
    first, similar = said.split("Similar names")
    assert "LINDKVIST, Helena" in first
    assert "LINDQVIST" not in first.split("Why it matches")[1]
    assert "LINDQVIST, Helena" in similar
    (event,) = seen_since(before)
    assert event == PatientsSearched(
        words="lindkvist", patient_ids=(str(exact.patient_id), str(alike.patient_id))
    )


def test_nobody_found_offers_to_register_what_was_typed(client: Client) -> None:
    response = client.post(reverse("patients"), {"words": "okafor chidi 12-Mar-1999"}, headers=HTMX)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', response.content.decode()))
    assert fields.items() >= {
        "opening": "yes", "family": "Okafor", "given": "Chidi", "birth_date": "12-Mar-1999",
    }.items()  # fmt: skip
    form = client.post(reverse("register-patient"), {"opening": "yes", "family": "Okafor", "given": "Chidi"})
    assert form.status_code == 200
    assert 'value="Okafor"' in form.content.decode()


def test_the_next_page_of_a_search_comes_by_post_and_names_nobody_in_its_address(client: Client) -> None:
    for number in range(52):
        registered("Okafor", f"Chidi{number:02}")
    first = client.post(reverse("patients"), {"words": "okafor"})
    assert "1 to 50 of 52" in text_of(first)
    after = re.findall(r'name="after" value="([^"]*)"', first.content.decode())
    second = client.post(reverse("patients"), {"words": "okafor", "after": after[0]})
    assert "51 to 52 of 52" in text_of(second)
    for page in (first, second):
        assert not re.findall(r'(?:href|action)="[^"]*okafor', page.content.decode(), re.IGNORECASE)


def test_no_word_is_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        client.post(reverse("patients"), {"words": "okafor"})
        client.post(reverse("found-as-typed"), {"words": "okafor"})
    assert "okafor" not in caplog.text


def test_the_list_under_the_top_bar_names_the_first_few_and_records_them(client: Client) -> None:
    people = [registered("Okafor", f"Chidi{number}") for number in range(10)]
    before = head()
    response = client.post(reverse("found-as-typed"), {"words": "oka"})
    said = text_of(response)
    assert said.count("OKAFOR") == 8
    assert "2 more: press Enter to see all" in said
    (event,) = seen_since(before)
    assert isinstance(event, PatientsSearched)
    assert set(event.patient_ids) < {str(record.patient_id) for record in people}
    assert len(event.patient_ids) == 8


def test_one_letter_finds_nobody_and_looks_at_nobody(client: Client) -> None:
    before = head()
    response = client.post(reverse("found-as-typed"), {"words": "o"})
    assert (response.status_code, response.content.strip()) == (200, b"")
    assert seen_since(before) == []
    assert client.get(reverse("found-as-typed")).status_code == 405


def test_an_account_administrator_finds_nobody(account_administrator: Member) -> None:
    for name in ("patients", "found-as-typed"):
        assert account_administrator.client().post(reverse(name), {"words": "okafor"}).status_code == 403


@pytest.mark.parametrize("words", ["lindqist helena", "lindqist 1961", "lindqvist 1962", "44710239"])
def test_similar_ones_are_found_through_indexes(words: str) -> None:
    found = plans(lambda: queries.search(words))
    assert not any("Seq Scan" in plan for plan in found), found
