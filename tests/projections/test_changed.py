"""An open chart notices that it was changed: by one look at an index, and only news is an access."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.events import ChartViewed
from records.session_clock import LAST_SEEN
from tests import factories as make
from tests.cast import Member
from tests.projections.pages import head, seen_since, text_of
from tests.projections.record import Record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def record() -> Record:
    record = Record()
    record.add(make.PatientRegisteredFactory(mrn=None))
    return record


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


def asked(client: Client, record: Record, seen: int | str, told: int | str = "") -> Any:
    return client.get(reverse("changed", args=[record.patient_id]), {"seen": seen, "told": told})


def test_nothing_new_is_nothing_and_no_access(client: Client, record: Record) -> None:
    before = head()
    answer = asked(client, record, 1)
    assert (answer.status_code, answer.content) == (204, b"")
    assert seen_since(before) == []


def test_nothing_new_costs_one_look_besides_who_asks(client: Client, record: Record) -> None:
    asked(client, record, 1)
    with CaptureQueriesContext(
        connection,
    ) as asked_of_it:
        asked(client, record, 1)
    of_records = [each["sql"] for each in asked_of_it if "patients" in each["sql"] or "events" in each["sql"]]
    assert len(of_records) == 1
    assert len(asked_of_it) <= 5


def test_news_says_who_what_and_from_what_to_what_and_is_an_access(client: Client, record: Record) -> None:
    order = make.PrescriptionAddedFactory(medication="furosemide", dose="40", unit="mg")
    record.add(order)
    seen, before = record.version, head()
    record.add(
        make.DosageAdjustedFactory(
            prescription_id=order.prescription_id,
            dose="80",
            unit="mg",
            route=order.route,
            frequency=order.frequency,
        )
    )
    said = text_of(asked(client, record, seen))
    assert "Dr Jones changed this chart" in said
    assert "Dose of furosemide adjusted" in said
    assert "40 mg changed to 80 mg" in said
    assert seen_since(before) == [
        ChartViewed(patient_id=str(record.patient_id), page="changed", version=record.version)
    ]


def test_what_was_told_is_not_told_again_until_there_is_more(client: Client, record: Record) -> None:
    record.add(make.NoteAddedFactory())
    assert asked(client, record, 1, told=2).status_code == 204
    record.add(make.NoteAddedFactory())
    answer = asked(client, record, 1, told=2)
    assert answer.status_code == 200
    assert answer.content.decode().count("<li>") == 2


def test_ones_own_change_in_another_window_counts_too(
    client: Client, record: Record, clinician: Member
) -> None:
    record.add(make.NoteAddedFactory(), user_id=clinician.author.user_id, user_name=clinician.author.name)
    assert "You changed this chart in another window" in text_of(asked(client, record, 1))


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_version_that_is_none_is_answered_with_nothing(client: Client, record: Record, seen: str) -> None:
    assert asked(client, record, seen).status_code == 204


def test_a_page_that_asks_by_itself_keeps_no_session_awake(
    clinician: Member, record: Record, settings: Any
) -> None:
    client = clinician.client()
    session = client.session
    session[LAST_SEEN] = an_age_ago = int(time.time()) - settings.SESSION_IDLE_SECONDS + 60
    session.save()
    assert asked(client, record, 1).status_code == 204
    assert client.session[LAST_SEEN] == an_age_ago
    client.get(reverse("chart", args=[record.patient_id]))
    assert client.session[LAST_SEEN] > an_age_ago


def test_who_may_not_see_records_learns_nothing(record: Record, account_administrator: Member) -> None:
    record.add(make.NoteAddedFactory())
    assert asked(account_administrator.client(), record, 1).status_code == 403
