"""The page of any moment: what it says of then, of since, and to words that name no moment."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventstore import store
from records.events import ChartViewed
from tests import factories
from tests.cast import Member
from tests.projections.moments.entries import History, a_year
from tests.projections.pages import head, page, seen_since, text_of
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(clinician: Member) -> Client:
    return clinician.client()


@pytest.fixture
def story(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> History:
    """A record of a year: the test database takes only entries of today."""
    told = a_year()
    entries = told.of(chart.patient_id)
    monkeypatch.setattr(store, "read_stream", lambda *_args, **_kwargs: iter(entries))
    return told


def words_of(response: Any) -> str:
    """As `text_of`, with commas and full stops where they belong."""
    return re.sub(r" ([.,:])", r"\1", text_of(response))


def at(client: Client, chart: Chart, **asked: str) -> Any:
    return page(client, "moment", chart, f"?{urlencode(asked)}")


NOON = {"known_at": "03-Sep-2025", "known_at_time": "12:00"}


@pytest.mark.usefixtures("story")
def test_the_chart_of_then_says_what_the_record_said_and_what_it_did_not_know(
    client: Client, chart: Chart
) -> None:
    response = at(client, chart, **NOON)
    said = words_of(response)
    assert response.status_code == 200
    assert "You are looking at the past. Read only." in said
    assert "Known at 03-Sep-2025 12:00, true at 03-Sep-2025 12:00" in said
    assert "At noon on 03-Sep-2025 the record still said ramipril 5 mg." in said
    assert "It had been changed to candesartan 8 mg the day before, but nobody had recorded it yet." in said
    assert "3 current then" in said
    assert "learned later: changed to candesartan 8 mg: true 02-Sep-2025, recorded 04-Sep-2025" in said
    assert "1 entry made and withdrawn" in said
    assert "held: 21-Nov-2025" in said
    assert "as at A and now" in said
    assert "From A to B: 4 differences" in said
    assert "Allergies no difference: 1 known at A and at B" in said


@pytest.mark.usefixtures("story")
def test_an_error_that_stood_then_is_said_to_be_one(client: Client, chart: Chart) -> None:
    said = words_of(at(client, chart, known_at="04-Nov-2025", known_at_time="12:00"))
    assert "It also said digoxin 250 mcg, which was an error: recorded 03-Nov-2025" in said
    assert "an error, known later: dose adjusted from 125 mcg to 250 mcg: recorded 03-Nov-2025" in said


def test_a_start_that_no_source_stated_is_said_as_the_chart_says_it(
    client: Client, chart: Chart, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = History()
    told.prescribed("metformin", "1000", "2026-03-11 10:00", start=None, reported=True)
    entries = told.of(chart.patient_id)
    monkeypatch.setattr(store, "read_stream", lambda *_args, **_kwargs: iter(entries))
    said = words_of(at(client, chart, known_at="12-Mar-2026"))
    (row,) = re.findall(r"metformin hypertension.*?Dr Ada Jones", said)
    assert "1,000 mg" in row
    assert "not stated by source" in row
    assert "11-Mar-2026" not in row


@pytest.mark.usefixtures("story")
def test_both_clocks_are_told_what_is_wrong_with_them_at_once(client: Client, chart: Chart) -> None:
    said = words_of(at(client, chart, known_at="soon", true_at="01-Jan-2099", known_at_b="x"))
    assert "3 things to put right" in said


@pytest.mark.usefixtures("story")
def test_the_past_has_one_way_out_and_nothing_to_record_with(client: Client, chart: Chart) -> None:
    main = at(client, chart, **NOON).content.decode().partition("<main")[2].partition("</main>")[0]
    assert main.count(f'href="{reverse("chart", args=[chart.patient_id])}"') == 1
    assert "Return to now" in main
    for name in ("add-prescription", "record-allergy", "add-note", "correct-demographics"):
        assert reverse(name, args=[chart.patient_id]) not in main
    assert 'method="post"' not in main


@pytest.mark.usefixtures("story")
def test_now_is_not_framed_as_past(client: Client, chart: Chart) -> None:
    said = words_of(at(client, chart, known_at="", true_at=""))
    assert "looking at the past" not in said
    assert "This is the record as it is now: 3 current medications and 1 known allergy." in said
    assert "From A to B: 0 differences" in said


@pytest.mark.usefixtures("story")
def test_two_moments_of_choice_are_compared_and_swapped(client: Client, chart: Chart) -> None:
    response = at(client, chart, **NOON, known_at_b="04-Nov-2025", known_at_b_time="12:00")
    said = words_of(response)
    assert "B known 04-Nov-2025 12:00, true 04-Nov-2025 12:00" in said
    assert "digoxin dose adjusted" in said
    assert "metformin held" not in said.partition("From A to B")[2].partition("Allergies at moment")[0]
    swap = re.search(r'href="([^"]+)"[^>]*>Swap', response.content.decode())
    assert swap
    back = words_of(client.get(reverse("moment", args=[chart.patient_id]) + swap[1].replace("&amp;", "&")))
    assert "Known at 04-Nov-2025 12:00" in back
    assert "Not yet recorded at B" in back
    assert "Not yet true at B" in back


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"known_at": "01-Jan-2099"}, "This moment is still to come. It is "),
        ({"true_at": "01-Jan-2025"}, "Nothing was known yet: the first entry of this record was recorded"),
        ({"known_at": "", "true_at": "01-Jan-2025"}, "it begins with what was true"),
        ({"known_at": "soon"}, "Write a date such as 24-Nov-2026"),
        ({"known_at": "31-Feb-2025"}, "Feb-2025 has no day 31"),
        ({**NOON, "true_at_b": "03-Sep-2025", "true_at_b_time": "25:00"}, "24-hour clock"),
    ],
)
def test_what_is_no_moment_of_this_record_is_said_and_stays_typed(
    client: Client, chart: Chart, asked: dict[str, str], sentence: str
) -> None:
    response = at(client, chart, **asked)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "Medications at moment" not in text_of(response)
    typed = next(iter(asked.values())) or asked.get("true_at", "")
    assert f'value="{typed}"' in response.content.decode()


def test_without_a_moment_it_is_a_month_ago_or_as_the_record_began(client: Client, chart: Chart) -> None:
    said = words_of(page(client, "moment", chart))
    assert "You are looking at the past" in said
    assert "From A to B: 4 differences" not in said
    assert page(client, "moment", chart).status_code == 200


@pytest.mark.usefixtures("story")
def test_without_a_moment_an_older_record_shows_a_month_ago(client: Client, chart: Chart) -> None:
    response = page(client, "moment", chart)
    here = re.search(r'aria-current="true" href="\?([^"]+)">One month ago', response.content.decode())
    assert here


def test_without_a_moment_what_was_recorded_late_is_shown_as_true_a_month_ago(
    client: Client, chart: Chart
) -> None:
    long_ago = timezone.now() - timedelta(days=90)
    chart.record(factories.AddPrescriptionFactory(medication="warfarin", occurred_at=long_ago))
    said = words_of(page(client, "moment", chart))
    assert "As known at now" in said
    assert "1 current then" in said


def test_an_exact_moment_between_two_entries_shows_the_first_alone(client: Client, chart: Chart) -> None:
    before = chart.entries[-1].created_at
    chart.record(factories.DiscontinuePrescriptionFactory(prescription_id=chart.prescription_id))
    said = words_of(at(client, chart, known_at=before.isoformat()))
    assert "2 current then" in said


@pytest.mark.parametrize("asked", [{}, {"known_at": "soon"}])
def test_the_look_is_recorded_whatever_was_asked(client: Client, chart: Chart, asked: dict[str, str]) -> None:
    before = head()
    at(client, chart, **asked)
    assert seen_since(before) == [
        ChartViewed(patient_id=chart.patient_id, page="moment", version=chart.version)
    ]


NAMES = ["known_at", "true_at", "known_at_b", "true_at_b"]
WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "now",
            "",
            "2025-09-03",
            "03-Sep-2025 12:00",
            "0001-01-01",
            "9999-12-31T23:59:59Z",
            "2025-09-03T12:00Z",
        ]
    ),
    st.datetimes().map(lambda moment: moment.isoformat()),
)
PARAMETERS = st.dictionaries(
    st.sampled_from([*NAMES, *(f"{name}_time" for name in NAMES), "other"]), WORDS, max_size=6
)


@given(PARAMETERS)
@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.usefixtures("story")
def test_no_parameter_breaks_the_page(client: Client, chart: Chart, asked: dict[str, str]) -> None:
    query = urlencode(asked, errors="replace")
    assert page(client, "moment", chart, f"?{query}").status_code in {200, 422}
