"""Every look at a record leaves a trace, and nothing is shown without it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from eventstore import store
from eventstore.errors import LedgerBusy
from eventstore.ledgers import ACCESS_EVENTS
from eventstore.store import RecordedEvent
from records import access
from records.access import AccessNotRecorded, Refused
from records.models import User
from records.permissions import Permission
from tests.cast import Member

pytestmark = pytest.mark.django_db(transaction=True)

PATIENT = str(uuid4())


def asked(member: Member, **headers: str) -> HttpRequest:
    """A request of this person, as the middleware hands it to a view."""
    request = RequestFactory().get("/patients/", REMOTE_ADDR="10.1.2.3", headers=headers)
    request.session = SessionStore()
    request.session.create()
    request.user = User.objects.get(pk=member.user.pk)
    request.resolver_match = resolve("/accounts/")
    return request


def newest() -> RecordedEvent:
    position = store.head(ACCESS_EVENTS).position
    return store.read_all(after=position - 1, ledger=ACCESS_EVENTS)[0]


def test_who_from_where_and_in_which_session_is_recorded(clinician: Member) -> None:
    request = asked(clinician)
    access.chart_viewed(request, PATIENT, page="chart", version=7)
    event = newest()
    assert (event.event_type, event.data.patient_id, event.data.page) == ("ChartViewed", PATIENT, "chart")
    metadata = event.metadata
    assert metadata["user_id"] == clinician.author.user_id
    assert metadata["user_name"] == "Dr. Alma Jones"
    assert metadata["user_role"] == "clinician"
    assert metadata["ip"] == "10.1.2.3"
    assert event.aggregate_id == f"session-{metadata['session']}"


def test_the_key_of_the_session_is_nowhere_in_what_is_recorded(clinician: Member) -> None:
    request = asked(clinician)
    access.chart_viewed(request, PATIENT)
    assert request.session.session_key
    assert request.session.session_key not in str(newest())


def test_an_address_that_the_browser_claims_is_not_believed(clinician: Member) -> None:
    access.chart_viewed(asked(clinician, **{"X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6"}), PATIENT)
    assert newest().metadata["ip"] == "10.1.2.3"


def test_a_search_names_every_record_that_it_showed(clinician: Member) -> None:
    shown = [uuid4(), uuid4()]
    access.patients_searched(asked(clinician), "lind", shown)
    assert newest().data.patient_ids == tuple(str(each) for each in shown)
    assert newest().data.words == "lind"


def test_what_was_searched_is_sealed_in_the_ledger(clinician: Member) -> None:
    access.patients_searched(asked(clinician), "Lindqvist", [])
    assert "Lindqvist" not in str(newest().raw_data)


def test_two_looks_of_one_request_belong_together(clinician: Member) -> None:
    request = asked(clinician)
    access.chart_viewed(request, PATIENT)
    first = newest()
    access.report_viewed(request, "who-takes-it", [PATIENT], "digoxin")
    assert newest().metadata["correlation_id"] == first.metadata["correlation_id"]
    assert newest().version == first.version + 1


# --- No trace, no body ---------------------------------------------------------------------------------


def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a record")


def test_a_view_that_shows_a_record_without_recording_it_shows_nothing(clinician: Member) -> None:
    view = access.requires(Permission.VIEW_RECORD)(secret)
    with pytest.raises(AccessNotRecorded):
        view(asked(clinician))


def test_a_view_that_shows_no_record_need_not_record_one(clinician: Member) -> None:
    view = access.requires(Permission.VIEW_RECORD, shows_records=False)(secret)
    assert view(asked(clinician)).status_code == 200


def test_an_access_that_cannot_be_recorded_stops_the_view(
    clinician: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: Any, **kwargs: Any) -> None:
        raise LedgerBusy

    monkeypatch.setattr(store, "append", busy)
    with pytest.raises(AccessNotRecorded):
        access.chart_viewed(asked(clinician), PATIENT)


def test_a_refusal_is_recorded_with_the_patient_that_was_asked_for(account_administrator: Member) -> None:
    view = access.requires(Permission.VIEW_RECORD)(secret)
    with pytest.raises(Refused, match="You may not look at patients' records"):
        view(asked(account_administrator), patient_id=PATIENT)
    assert (newest().event_type, newest().data.patient_id) == ("AccessRefused", PATIENT)


def test_a_refusal_that_cannot_be_recorded_is_a_refusal_still(
    account_administrator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: Any, **kwargs: Any) -> None:
        raise LedgerBusy

    monkeypatch.setattr(store, "append", busy)
    view = access.requires(Permission.VIEW_RECORD)(secret)
    with pytest.raises(AccessNotRecorded):
        view(asked(account_administrator))
