"""From a command to recorded entries, on the real ledger: once, in order, with who and why."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from eventstore import projector, store
from eventstore.errors import CommandReused, WrongExpectedVersion
from eventstore.projector import CatchUp
from eventstore.registry import Sealed
from records import clinician, commands, events, handlers, patient, reservations
from records.author import COMMAND_LINE, Author, Origin
from records.decision import Rejected
from records.handlers import Receipt
from tests.factories import (
    AddNoteFactory,
    AddPrescriptionFactory,
    AdjustDosageFactory,
    CorrectDemographicsFactory,
    GrantRoleFactory,
    MarkEntryInErrorFactory,
    RecordAllergyFactory,
    RecordLicenseFactory,
    RegisterClinicianFactory,
    RegisterPatientFactory,
    new_id,
)

pytestmark = pytest.mark.django_db(transaction=True)

AUTHOR = Author(user_id=new_id(), name="Dr Ada Jones", role="clinician", license="LIC-1")
ORIGIN = Origin(ip="192.0.2.7", session="a keyed digest", correlation_id="one-request")


def submit(command: Any, seen: int, *, command_id: UUID | None = None, author: Author = AUTHOR) -> Receipt:
    return handlers.handle(
        command, command_id=command_id or uuid4(), seen_version=seen, author=author, origin=ORIGIN
    )


def number() -> str:
    """A record number that no other test has."""
    return f"T-{uuid4().int % 10**12:012}"


def registered(**values: Any) -> str:
    """A patient, newly registered."""
    command = RegisterPatientFactory(**{"mrn": number(), **values})
    submit(command, 0)
    return str(command.patient_id)


def stream(patient_id: str) -> list[store.RecordedEvent]:
    return list(store.read_stream(patient.stream(patient_id)))


# --- Once, and in order --------------------------------------------------------------------------


def test_a_command_becomes_an_entry_that_says_who_when_from_where_and_why() -> None:
    patient_id = registered()
    command_id = uuid4()
    command = AddPrescriptionFactory(patient_id=patient_id)
    receipt = submit(command, 1, command_id=command_id)
    assert (receipt.aggregate_id, receipt.version) == (f"patient-{patient_id}", 2)
    assert (receipt.duplicate, receipt.shown, receipt.event_ids) == (False, True, (command_id,))
    entry = stream(patient_id)[-1]
    assert (entry.event_id, entry.position) == (command_id, receipt.position)
    assert isinstance(entry.data, events.PrescriptionAdded)
    assert entry.data.prescriber_license == "LIC-1"
    metadata = {key: entry.metadata[key] for key in entry.metadata if key not in {"timestamp", "command"}}
    assert metadata == {
        "user_id": AUTHOR.user_id,
        "user_name": "Dr Ada Jones",
        "user_role": "clinician",
        "user_license": "LIC-1",
        "ip": "192.0.2.7",
        "session": "a keyed digest",
        "correlation_id": "one-request",
        "causation_id": str(command_id),
        "seen_version": 1,
    }
    assert entry.metadata["command"]["type"] == "AddPrescription"
    assert abs(timezone.now() - entry.occurred_at) < timedelta(minutes=1)


def test_a_late_entry_keeps_when_it_was_true() -> None:
    patient_id = registered()
    moment = timezone.now() - timedelta(days=3)
    submit(AddNoteFactory(patient_id=patient_id, occurred_at=moment), 1)
    entry = stream(patient_id)[-1]
    assert entry.occurred_at == moment
    assert entry.created_at > moment + timedelta(days=2)


def test_the_same_press_twice_is_recorded_once_even_where_a_rule_would_refuse_the_second() -> None:
    command, command_id = RegisterPatientFactory(mrn=number()), uuid4()
    first = submit(command, 0, command_id=command_id)
    second = submit(command, 0, command_id=command_id)
    assert second == replace(first, duplicate=True)
    assert len(stream(command.patient_id)) == 1


def test_a_command_id_is_never_used_for_something_else() -> None:
    patient_id, command_id = registered(), uuid4()
    submit(AddNoteFactory(patient_id=patient_id, text="one"), 1, command_id=command_id)
    with pytest.raises(CommandReused):
        submit(AddNoteFactory(patient_id=patient_id, text="two"), 2, command_id=command_id)


def test_a_stale_form_is_a_conflict_before_any_rule_is_asked() -> None:
    patient_id = registered()
    submit(AddNoteFactory(patient_id=patient_id), 1)
    for command in (AddNoteFactory(patient_id=patient_id), AdjustDosageFactory(patient_id=patient_id)):
        with pytest.raises(WrongExpectedVersion) as conflict:
            submit(command, 1)
        assert (conflict.value.expected, conflict.value.actual) == (1, 2)
        assert conflict.value.aggregate_id == f"patient-{patient_id}"
    assert len(stream(patient_id)) == 2


def test_a_version_that_is_still_to_come_is_a_conflict_too() -> None:
    patient_id = registered()
    with pytest.raises(WrongExpectedVersion):
        submit(AddNoteFactory(patient_id=patient_id), 2)


def test_a_refusal_records_nothing() -> None:
    patient_id = registered()
    with pytest.raises(Rejected, match="Write the dose"):
        submit(AddPrescriptionFactory(patient_id=patient_id, dose=None), 1)
    with pytest.raises(Rejected, match="no such patient"):
        submit(AddNoteFactory(), 0)
    assert len(stream(patient_id)) == 1


def test_rules_see_what_is_sealed_in_the_ledger() -> None:
    """A birth date is sealed at rest, and yet a start before it is refused."""
    patient_id = registered(birth_date="1990-05-01")
    with pytest.raises(Rejected, match="before the patient's birth, 01-May-1990"):
        submit(AddPrescriptionFactory(patient_id=patient_id, start="1990-04-30"), 1)


def test_rules_see_the_same_from_a_snapshot(settings: Any) -> None:
    settings.SNAPSHOT_EVERY = 2
    patient_id = registered(birth_date="1990-05-01", family="Canary")
    submit(AddPrescriptionFactory(patient_id=patient_id, indication="Canary"), 1)
    assert handlers.load(patient_id).version == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version, state::text FROM snapshots WHERE aggregate_id = %s", [f"patient-{patient_id}"]
        )
        version, state = cursor.fetchone()
    assert version == 2
    assert "Canary" not in state
    record = handlers.load(patient_id)
    assert record.demographics is not None
    assert record.demographics.family == "Canary"
    assert [course.indication for course in record.open_courses] == ["Canary"]


# --- Alerts --------------------------------------------------------------------------------------


def test_what_interrupted_and_why_the_author_went_on_are_kept_and_sealed() -> None:
    patient_id = registered()
    submit(RecordAllergyFactory(patient_id=patient_id), 1)
    command = AddPrescriptionFactory(patient_id=patient_id, medication="Amoxicillin 500 mg capsule")
    with pytest.raises(Rejected) as rejected:
        submit(command, 2)
    assert [alert.kind for alert in rejected.value.alerts] == ["allergy"]
    submit(replace(command, override_code="tolerated before", override_reason="took it in May"), 2)
    metadata = stream(patient_id)[-1].metadata
    assert metadata["override_reason"] == "took it in May"
    assert metadata["override_code"] == "tolerated before"
    assert [(alert["kind"], alert["interrupts"]) for alert in metadata["alerts"]] == [("allergy", True)]
    sealed = next(store.read_stream(f"patient-{patient_id}", after=2, opened=False)).metadata
    assert isinstance(sealed["override_reason"], Sealed)
    assert isinstance(sealed["alerts"][0]["text"], Sealed)


def test_a_preview_is_the_decision_and_records_nothing() -> None:
    patient_id = registered()
    decision = handlers.decided(AddPrescriptionFactory(patient_id=patient_id), author=AUTHOR)
    assert [type(event) for event in decision.events] == [events.PrescriptionAdded]
    assert len(stream(patient_id)) == 1


# --- Corrections ---------------------------------------------------------------------------------


def test_an_entry_marked_in_error_restores_what_held_before_and_seals_it() -> None:
    patient_id = registered()
    order = AddPrescriptionFactory(patient_id=patient_id, dose="10")
    submit(order, 1)
    wrong = submit(
        AdjustDosageFactory(patient_id=patient_id, prescription_id=order.prescription_id, dose="100"), 2
    )
    mark = MarkEntryInErrorFactory(patient_id=patient_id, target_event_id=str(wrong.event_ids[0]))
    assert len(handlers.decided(mark, author=AUTHOR).events) == 1
    submit(mark, 3)
    assert handlers.load(patient_id).courses[order.prescription_id].dose == "10"
    opened = stream(patient_id)[-1].data.restores["prescriptions"][order.prescription_id]
    assert (opened["indication"], opened["dose"]) == ("hypertension", "10")
    raw = json.dumps(stream(patient_id)[-1].raw_data)
    assert "hypertension" not in raw
    with pytest.raises(Rejected, match="marked in error already"):
        submit(mark, 4)


# --- Record numbers ------------------------------------------------------------------------------


def test_a_record_number_belongs_to_one_patient_however_it_is_written() -> None:
    mrn = number()
    registered(mrn=mrn)
    other = RegisterPatientFactory(mrn=mrn.lower().replace("-", " "))
    with pytest.raises(Rejected, match="belongs to another patient") as rejected:
        submit(other, 0)
    assert rejected.value.field == "mrn"
    assert stream(other.patient_id) == []


def test_the_numbers_own_stream_does_not_give_the_number_away() -> None:
    mrn = number()
    patient_id = registered(mrn=mrn)
    assert mrn not in reservations.stream(mrn)
    (entry,) = store.read_stream(reservations.stream(mrn))
    assert entry.data == events.RecordNumberReserved(patient_id=patient_id)
    assert mrn not in json.dumps([entry.raw_data, entry.metadata])


def test_two_registrations_at_once_race_for_a_number_and_one_is_told() -> None:
    """Both decide before either appends: the number's own stream lets one of them through."""
    mrn = number()
    together = threading.Barrier(2)
    results: list[Receipt | Exception] = []

    def meet(found: Callable[..., Any]) -> Callable[..., Any]:
        def waiting(*arguments: Any) -> Any:
            claims = found(*arguments)
            together.wait(timeout=20)
            return claims

        return waiting

    def register() -> None:
        try:
            results.append(submit(RegisterPatientFactory(mrn=mrn), 0))
        except Rejected as rejected:
            results.append(rejected)
        finally:
            connections.close_all()

    original = reservations.claims
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reservations, "claims", meet(original))
        threads = [threading.Thread(target=register) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    assert sorted(type(result).__name__ for result in results) == ["Receipt", "Rejected"]
    (refusal,) = [result for result in results if isinstance(result, Rejected)]
    assert refusal.field == "mrn"
    assert mrn in refusal.message


def test_a_corrected_number_is_reserved_and_the_wrong_one_is_free_again() -> None:
    wrong, right = number(), number()
    patient_id = registered(mrn=wrong)
    submit(CorrectDemographicsFactory(patient_id=patient_id, mrn=right), 1)
    assert reservations.holder_of(right) == (patient_id, 1)
    assert reservations.holder_of(wrong) == (None, 2)
    other = registered(mrn=wrong)
    assert reservations.holder_of(wrong) == (other, 3)
    with pytest.raises(Rejected, match="belongs to another patient"):
        submit(CorrectDemographicsFactory(patient_id=other, mrn=right), 1)


def test_a_number_written_otherwise_is_still_the_same_number() -> None:
    mrn = number()
    patient_id = registered(mrn=mrn)
    submit(CorrectDemographicsFactory(patient_id=patient_id, mrn=mrn.lower()), 1)
    assert reservations.holder_of(mrn) == (patient_id, 1)


def test_marking_a_correction_of_the_number_in_error_gives_the_old_number_back() -> None:
    old, new = number(), number()
    patient_id = registered(mrn=old)
    corrected = submit(CorrectDemographicsFactory(patient_id=patient_id, mrn=new), 1)
    mark = MarkEntryInErrorFactory(patient_id=patient_id, target_event_id=str(corrected.event_ids[0]))
    submit(mark, 2)
    assert reservations.holder_of(old)[0] == patient_id
    assert reservations.holder_of(new)[0] is None


# --- Read models ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["behind", "broken"])
def test_what_cannot_be_shown_yet_is_recorded_all_the_same(monkeypatch: Any, fault: str) -> None:
    def catch_up(until: int | None = None) -> CatchUp:
        if fault == "broken":
            raise OperationalError("the read models are away")
        return CatchUp(0, complete=False)

    patient_id = registered()
    monkeypatch.setattr(projector, "catch_up", catch_up)
    receipt = submit(AddNoteFactory(patient_id=patient_id), 1)
    assert receipt.shown is False
    assert len(stream(patient_id)) == 2


# --- Clinicians ----------------------------------------------------------------------------------


def test_an_account_is_kept_in_a_stream_of_its_own() -> None:
    user_id = new_id()
    installer = Author(user_id=user_id, name="command line", role=COMMAND_LINE)
    about: list[commands.ClinicianCommand] = [
        RegisterClinicianFactory(user_id=user_id, username=f"jones-{user_id[:8]}", name="Dr Ada Jones"),
        GrantRoleFactory(user_id=user_id, role="clinician"),
        RecordLicenseFactory(user_id=user_id, license="LIC-9"),
    ]
    for seen, command in enumerate(about):
        command_id = uuid4()
        for _ in range(2):  # pressed twice
            receipt = handlers.handle_clinician(
                command, command_id=command_id, seen_version=seen, author=installer, origin=ORIGIN
            )
        assert (receipt.version, receipt.duplicate) == (seen + 1, True)
    person = handlers.load_clinician(user_id)
    assert (person.version, person.license) == (3, "LIC-9")
    assert person.roles == {"clinician"}
    assert isinstance(person.name, Sealed)
    assert [entry.event_type for entry in store.read_stream(clinician.stream(user_id))] == [
        "ClinicianRegistered",
        "RoleGranted",
        "LicenseRecorded",
    ]


def test_a_stale_account_page_is_a_conflict_and_a_rule_is_a_rule() -> None:
    user_id = new_id()
    register = RegisterClinicianFactory(user_id=user_id)
    handlers.handle_clinician(register, command_id=uuid4(), seen_version=0, author=AUTHOR, origin=ORIGIN)
    with pytest.raises(WrongExpectedVersion):
        handlers.handle_clinician(register, command_id=uuid4(), seen_version=0, author=AUTHOR, origin=ORIGIN)
    oneself = replace(AUTHOR, user_id=user_id)
    with pytest.raises(Rejected, match="grant yourself"):
        handlers.handle_clinician(
            GrantRoleFactory(user_id=user_id),
            command_id=uuid4(),
            seen_version=1,
            author=oneself,
            origin=ORIGIN,
        )
