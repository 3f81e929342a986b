"""The warning before one person gets two records: who is alike, what is said, and how it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from eventstore import store
from projections.duplicates import likely_duplicates
from projections.models import Patient
from records import duplicates, identity_rules
from records.decision import Rejected
from records.duplicates import Candidate
from records.events import PatientsSearched
from records.fold import Patient as Record_
from tests import factories as make
from tests.cast import Member
from tests.projections.pages import head, seen_since, text_of
from tests.projections.record import Record
from tests.records.scenario import JONES, NOW

HELENA = {
    "mrn": "4471 0293", "family": "Lindqvist", "given": "Helena", "birth_date": "1961-11-24", "sex": "female",
}  # fmt: skip
FOUND = Candidate(
    patient_id=str(uuid4()), name="LINDQVIST, Helena", born="24-Nov-1961", sex="female", number="4471 0293",
    allergies="2 known", why="same birth date; same sex",
)  # fmt: skip


def register(*alike: Candidate, **values: Any) -> Any:
    command = make.RegisterPatientFactory(patient_id=str(uuid4()), **values)
    return identity_rules.register(Record_(patient_id=command.patient_id), command, JONES, NOW, alike)


# --- The rule --------------------------------------------------------------------------------------


def test_a_likely_duplicate_interrupts_and_names_the_danger() -> None:
    with pytest.raises(Rejected) as refused:
        register(FOUND)
    (alert,) = refused.value.alerts
    assert (alert.kind, alert.interrupts, alert.patient_id) == ("duplicate patient", True, FOUND.patient_id)
    assert "LINDQVIST, Helena, born 24-Nov-1961" in alert.text
    assert "the allergies of one are not seen in the other" in alert.text
    assert refused.value.field == "override_reason"


def test_a_reason_answers_it_and_is_kept_with_what_was_shown() -> None:
    decision = register(FOUND, override_code="twin or relative", override_reason="Her sister; passport seen.")
    assert decision.override.reason == "Her sister; passport seen."
    assert [alert.patient_id for alert in decision.alerts] == [FOUND.patient_id]


@pytest.mark.parametrize("code", [None, "other"])
def test_words_that_say_nothing_are_no_answer(code: str | None) -> None:
    with pytest.raises(Rejected, match="at least ten characters"):
        register(FOUND, override_code=code, override_reason="x")


def test_where_nobody_is_alike_nothing_is_asked() -> None:
    decision = register()
    assert (decision.alerts, decision.override) == ((), None)


# --- Who is alike ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("differs", "likely"),
    [
        ({}, True),
        ({"family": "Lindquist"}, True),
        ({"family": "Lindkvist", "given": "Helena M."}, True),
        ({"family": "Helena", "given": "Lindqvist"}, True),
        ({"family": "Moreau", "other_names": "Lindqvist"}, True),
        ({"birth_date": "1961-11-25"}, True),
        ({"birth_date": "1961"}, True),
        ({"birth_date": None}, True),
        ({"family": "Lindqist", "birth_date": "1961-11"}, True),
        ({"mrn": "4471 0239", "family": "Lindkwist"}, True),
        ({"birth_date": "1984-01-30"}, False),
        ({"given": "Olof", "sex": "male"}, False),
        ({"given": "Olof"}, False),
        ({"family": "Moreau", "given": "Élise"}, False),
    ],
    ids=str,
)
def test_who_is_a_likely_duplicate(differs: dict[str, str | None], likely: bool) -> None:
    record = Record()
    record.add(make.PatientRegisteredFactory(**HELENA))
    asked = {**HELENA, "mrn": "9999 0001", "other_names": None, **differs}
    found = [each.patient_id for each in likely_duplicates(asked)]
    assert found == ([str(record.patient_id)] if likely else [])


@pytest.mark.django_db(transaction=True)
def test_day_and_month_swapped_and_what_agrees_are_said() -> None:
    record = Record()
    record.add(
        make.PatientRegisteredFactory(**{**HELENA, "birth_date": "1961-03-12"}),
        make.AllergyRecordedFactory(),
    )
    (found,) = likely_duplicates({**HELENA, "mrn": None, "other_names": None, "birth_date": "1961-12-03"})
    assert found.why == "same family name; same given name; day and month of birth are swapped; same sex"
    assert (found.born, found.allergies) == ("12-Mar-1961", "1 known")


@pytest.mark.django_db(transaction=True)
def test_who_is_alike_is_described_in_the_readers_language() -> None:
    Record().add(make.PatientRegisteredFactory(**HELENA))
    with translation.override("de"):
        (found,) = likely_duplicates({**HELENA, "other_names": None})
    assert (found.sex, found.allergies) == ("weiblich", "nicht erfasst")


@pytest.mark.django_db(transaction=True)
def test_a_record_that_was_merged_away_is_no_duplicate() -> None:
    record = Record()
    record.add(make.PatientRegisteredFactory(**HELENA))
    Patient.objects.filter(patient_id=record.patient_id).update(
        merged_into=uuid4(), search_text="", search_names="", search_sounds=""
    )
    assert likely_duplicates({**HELENA, "other_names": None}) == ()


# --- The page ----------------------------------------------------------------------------------------


@pytest.fixture
def asked() -> Iterator[None]:
    """As in the product: the read models are asked."""
    with override_settings(LIKELY_DUPLICATES="projections.duplicates.likely_duplicates"):
        yield


@pytest.fixture
def client(asked: None, clinician: Member) -> Client:
    return clinician.client()


def typed(**more: str) -> dict[str, str]:
    return {
        "command_id": str(uuid4()), "seen_version": "0", "mrn": f"D-{uuid4().hex[:6]}1",
        "family": "Lindquist", "given": "Helena", "birth_date": "24-Nov-1961", "sex": "female", **more,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_form_is_held_up_with_a_link_to_the_record_and_the_look_is_recorded(client: Client) -> None:
    record = Record()
    record.add(make.PatientRegisteredFactory(**HELENA))
    before = head()
    response = client.post(reverse("register-patient"), typed())
    assert response.status_code == 422
    assert "LINDQVIST, Helena, born 24-Nov-1961" in text_of(response)
    assert reverse("chart", args=[record.patient_id]) in response.content.decode()
    searched = [event for event in seen_since(before) if isinstance(event, PatientsSearched)]
    assert searched[-1].patient_ids == (str(record.patient_id),)


@pytest.mark.django_db(transaction=True)
def test_with_a_reason_the_record_is_opened_and_the_reason_stands_in_the_event(client: Client) -> None:
    Record().add(make.PatientRegisteredFactory(**HELENA))
    answered = typed(override_code="twin or relative", confirm="yes")
    response = client.post(reverse("register-patient"), answered)
    assert response.status_code == 303, text_of(response)
    event = store.read_event(UUID(answered["command_id"]))
    assert event is not None
    assert event.metadata["override_reason"] == "twin or relative"
    assert event.metadata["alerts"][0]["kind"] == duplicates.DUPLICATE
