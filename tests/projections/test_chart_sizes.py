"""Records of one entry, forty and four thousand: nothing is left out, and the database is asked the same."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eventstore import projector, store
from eventstore.store import Batch, NewEvent
from tests import factories as make
from tests.cast import Member
from tests.projections.pages import page, text_of
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)

#: What the large record is made of: courses that ended, courses that go on, entries in all.
PAST, CURRENT, ENTRIES = 60, 4, 4000


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


def seeded(author: Any, story: list[tuple[Any, datetime]]) -> Chart:
    """A record of these entries, told in one append."""
    chart = Chart(author, str(uuid4()))
    said = {"user_id": author.user_id, "user_name": author.name, "user_role": author.role}
    entries = tuple(NewEvent(data=event, occurred_at=at, metadata=said) for event, at in story)
    command_id = uuid4()
    done = store.append(
        [Batch(chart.stream, "Patient", 0, entries)], command_id=command_id, command_digest=command_id.hex
    )
    projector.catch_up(done.last_position)
    return chart


def story_of(size: int) -> list[tuple[Any, datetime]]:
    """A registration, then courses with adjustments and renewals over ten years, `size` entries in all."""
    now = timezone.now()
    begin = now - timedelta(days=3650)
    told: list[tuple[Any, datetime]] = [(make.PatientRegisteredFactory(), begin)]
    past = min(PAST, size // 4)
    for number in range(past):
        order = make.PrescriptionAddedFactory(medication=f"drug {number:02}", dose="5")
        start = begin + timedelta(days=30 + number * 55)
        told.append((order, start))
        end = make.PrescriptionDiscontinuedFactory(prescription_id=order.prescription_id)
        told.append((end, start + timedelta(days=40)))
    going = [
        make.PrescriptionAddedFactory(medication=f"lasting {number}", dose="10")
        for number in range(min(CURRENT, max(size - len(told), 0)))
    ]
    told += [(order, begin + timedelta(days=1)) for order in going]
    left = size - len(told)
    for number in range(left):
        key = going[number % len(going)].prescription_id
        at = begin + timedelta(days=2) + (now - begin - timedelta(days=3)) * number / left
        if number % 5 < 3:
            event = make.DosageAdjustedFactory(prescription_id=key, dose=str(5 + number % 9))
        else:
            event = make.PrescriptionRenewedFactory(prescription_id=key, renewed_on=at.date().isoformat())
        told.append((event, at))
    return told


def test_a_record_of_one_entry_has_no_empty_drawing(client: Client, clinician: Member) -> None:
    chart = seeded(clinician.author, story_of(1))
    said = text_of(page(client, "chart", chart))
    assert "0 current, 0 of 0 past" in said
    assert "Nothing was prescribed and no allergy recorded in this window." in said


def test_forty_entries_are_all_there(client: Client, clinician: Member) -> None:
    chart = seeded(clinician.author, story_of(40))
    said = text_of(page(client, "chart", chart, "?window=all"))
    assert "4 current, 10 of 10 past" in said


def test_four_thousand_entries_are_drawn_without_leaving_any_out_and_ask_no_more_of_the_database(
    client: Client, clinician: Member
) -> None:
    few, many = (seeded(clinician.author, story_of(size)) for size in (40, ENTRIES))
    page(client, "chart", few)
    with CaptureQueriesContext(connection) as of_few:
        page(client, "chart", few)
    with CaptureQueriesContext(connection) as of_many:
        shown = page(client, "chart", many)
    assert len(of_many) == len(of_few)
    said = text_of(shown)
    assert "4 current, " in said
    assert len(shown.content) < 200_000
    all_of_it = page(client, "chart", many, "?window=all")
    assert f"4 current, {PAST} of {PAST} past" in text_of(all_of_it)
    assert len(re.findall("lane__drug", all_of_it.content.decode())) == 2 * (PAST + CURRENT)
