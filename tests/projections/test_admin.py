"""The admin is a window: who may can look at everything, nobody can change anything, each look is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from eventstore import store
from eventstore.ledgers import ACCESS_EVENTS
from eventstore.models import AccessEvent, Event
from projections.admin import Window
from records.events import AccessRefused, ReportViewed
from tests.cast import Member
from tests.records.charts import Chart

pytestmark = pytest.mark.django_db(transaction=True)

WINDOWS: dict[Any, Any] = admin.site._registry
TABLES = list(WINDOWS)


@pytest.fixture
def client(compliance_officer: Member) -> Client:
    return compliance_officer.client()


def address(model: Any, view: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=arguments)


def seen_since(position: int) -> list[Any]:
    return [event.data for event in store.read_all(after=position, ledger=ACCESS_EVENTS)]


def head() -> int:
    return store.head(ACCESS_EVENTS).position


def test_the_read_models_and_both_ledgers_are_there_and_nothing_of_djangos_own() -> None:
    tables = {model._meta.db_table for model in TABLES}
    assert tables >= {
        "patients", "patient_state", "medication_history", "timeline", "compliance_audit", "events",
        "access_events", "accounts", "parked_aggregates",
    }  # fmt: skip
    assert Group not in TABLES
    assert all(isinstance(table, Window) for table in WINDOWS.values())


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_each_list_and_each_row_is_recorded_with_the_patients_it_showed(
    client: Client, chart: Chart, model: Any
) -> None:
    before = head()
    response: Any = client.get(address(model, "changelist"))
    assert response.status_code == 200
    (listed,) = seen_since(before)
    assert isinstance(listed, ReportViewed)
    assert listed.report == f"admin:{model._meta.db_table}"

    window = WINDOWS[model]
    shown = list(response.context_data["cl"].result_list)
    assert set(listed.patient_ids) == {str(owner) for row in shown if (owner := window.patient_of(row))}
    for row in shown[:1]:
        before = head()
        assert client.get(address(model, "change", row.pk)).status_code == 200
        (viewed,) = seen_since(before)
        owner = window.patient_of(row)
        assert viewed.patient_ids == ((str(owner),) if owner else ())


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_nothing_can_be_added_changed_or_deleted(client: Client, chart: Chart, model: Any) -> None:
    row = model._default_manager.first()
    key = row.pk if row else "00000000-0000-0000-0000-000000000000"
    count = model._default_manager.count()
    for view, arguments in (("add", ()), ("change", (key,)), ("delete", (key,))):
        answer = client.post(address(model, view, *arguments), {"post": "yes", "medication": "arsenic"})
        assert answer.status_code in {302, 403}, view
    marked = {"action": "delete_selected", "_selected_action": str(key), "post": "yes"}
    client.post(address(model, "changelist"), marked)
    assert model._default_manager.count() >= count
    if row is not None:
        assert str(model._default_manager.get(pk=key)) == str(row)


def test_a_ledger_row_shows_what_is_stored_sealed_and_its_hash(client: Client, chart: Chart) -> None:
    shown = client.get(address(Event, "change", chart.note_id)).content.decode()
    event = Event.objects.get(event_id=chart.note_id)
    assert "Sleeps well." not in shown
    assert event.event_data["text"]["sealed"][:20] in shown
    assert bytes(event.hash).hex() in shown


@pytest.mark.parametrize("words", ["NoteAdded", "stream", "id"])
def test_events_are_found_by_type_stream_or_id(client: Client, chart: Chart, words: str) -> None:
    asked = {"stream": chart.stream, "id": str(chart.note_id)}.get(words, words)
    response: Any = client.get(address(Event, "changelist"), {"q": asked})
    found = response.context_data["cl"].result_list
    assert chart.note_id in {str(event.event_id) for event in found}


def test_no_search_takes_a_persons_name_into_an_address() -> None:
    personal = {"family", "given", "mrn", "birth_date", "search_text", "other_names", "phone", "address"}
    for window in WINDOWS.values():
        fields = {field.lstrip("=^@") for field in window.search_fields}
        assert not fields & personal


@pytest.mark.parametrize("path", ["/admin/", "/admin/projections/patient/", "/admin/eventstore/event/"])
def test_whoever_may_not_is_refused_and_the_refusal_is_recorded(
    clinician: Member, account_administrator: Member, path: str
) -> None:
    for member in (clinician, account_administrator):
        before = head()
        assert member.client().get(path).status_code == 403
        (refused,) = seen_since(before)
        assert isinstance(refused, AccessRefused)


def test_a_records_administrator_may_look_too(records_administrator: Member, chart: Chart) -> None:
    assert records_administrator.client().get(address(AccessEvent, "changelist")).status_code == 200


def test_signing_in_happens_at_our_own_page_and_nowhere_else(client: Client) -> None:
    for path in ("/admin/", "/admin/projections/patient/", "/admin/login/"):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("sign-in"))
    assert client.post("/admin/logout/").status_code == 404
    assert client.get("/admin/password_change/").status_code == 404
    assert client.get("/admin/projections/patient/").status_code == 200
