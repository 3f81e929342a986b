"""Accounts of the people who work here: what may be done to one, and by whom. No database."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from eventstore.registry import Unknown
from records import clinician, events
from records.author import COMMAND_LINE, Author
from records.clinician import Clinician, ClinicianAggregate
from records.decision import Rejected
from tests.factories import (
    ClinicianRegisteredFactory,
    DeactivatedFactory,
    DeactivateFactory,
    GrantRoleFactory,
    LicenseRecordedFactory,
    RecordLicenseFactory,
    RegisterClinicianFactory,
    RoleGrantedFactory,
    RoleWithdrawnFactory,
    WithdrawRoleFactory,
    new_id,
)
from tests.records.scenario import NOW, Recorded, at, recorded

ID = new_id()
ADMIN = Author(user_id=new_id(), name="Ana Duarte", role="account administrator")
ONESELF = replace(ADMIN, user_id=ID)


def person(*more: Any) -> Clinician:
    state = Clinician(user_id=ID)
    for entry in recorded(ClinicianRegisteredFactory(), *more):
        state = clinician.evolve(state, entry)
    return state


def decided(state: Clinician, command: Any, author: Author = ADMIN) -> object:
    decision = clinician.decide(state, replace(command, user_id=ID), author, NOW)
    (event,) = decision.events
    return event


def rejected(state: Clinician, command: Any, author: Author = ADMIN) -> Rejected:
    with pytest.raises(Rejected) as caught:
        decided(state, command, author)
    return caught.value


def test_registering_gives_a_person_an_identity_of_their_own() -> None:
    event = decided(Clinician(user_id=ID), RegisterClinicianFactory(username=" Jones ", name="Dr Ada Jones"))
    assert event == events.ClinicianRegistered(username="jones", name="Dr Ada Jones")


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"username": ""}, "Write the user name", "username"),
        ({"username": "a b"}, "without spaces", "username"),
        ({"username": "a" * 65}, "within 64", "username"),
        ({"name": " "}, "Write the person's name", "name"),
    ],
)
def test_refuses_an_account_without_a_name(values: dict[str, Any], words: str, field: str) -> None:
    refusal = rejected(Clinician(user_id=ID), RegisterClinicianFactory(**values))
    assert words in refusal.message
    assert refusal.field == field


def test_an_account_is_created_once() -> None:
    assert "exists already" in rejected(person(), RegisterClinicianFactory()).message


def test_licenses_roles_and_the_end_follow_each_other() -> None:
    state = person(
        LicenseRecordedFactory(license="LIC-1"),
        LicenseRecordedFactory(license="LIC-2"),
        RoleGrantedFactory(role="clinician"),
        RoleGrantedFactory(role="compliance officer"),
        RoleWithdrawnFactory(role="clinician"),
    )
    assert (state.license, state.active) == ("LIC-2", True)
    assert state.roles == {"compliance officer"}
    assert decided(state, DeactivateFactory(reason="left")) == events.Deactivated(reason="left")
    assert decided(
        state, GrantRoleFactory(role="clinician", reason="back on the ward")
    ) == events.RoleGranted(role="clinician", reason="back on the ward")
    assert decided(state, WithdrawRoleFactory(role="compliance officer")) == events.RoleWithdrawn(
        role="compliance officer"
    )
    assert decided(state, RecordLicenseFactory(license="LIC-3")) == events.LicenseRecorded(license="LIC-3")


@pytest.mark.parametrize(
    ("command", "words", "field"),
    [
        (GrantRoleFactory(role="clinician"), "is clinician already", "role"),
        (GrantRoleFactory(role="king"), "not one of the choices", "role"),
        (WithdrawRoleFactory(role="compliance officer"), "Roles held: clinician", "role"),
        (RecordLicenseFactory(license="LIC-1"), "recorded already", "license"),
        (RecordLicenseFactory(license=""), "Write the license number", "license"),
        (DeactivateFactory(reason=None), "Say why", "reason"),
        (RecordLicenseFactory(license="L", occurred_at=at("2027-01-01 09:00")), "to come", "occurred_at"),
    ],
)  # fmt: skip
def test_refuses_what_is_so_already_or_says_not_why(command: Any, words: str, field: str) -> None:
    refusal = rejected(person(LicenseRecordedFactory(), RoleGrantedFactory()), command)
    assert words in refusal.message
    assert refusal.field == field


@pytest.mark.parametrize("command", [GrantRoleFactory(), RecordLicenseFactory(), DeactivateFactory()])
def test_nobody_gives_themselves_anything(command: Any) -> None:
    assert "Ask another account administrator" in rejected(person(), command, ONESELF).message


def test_the_first_account_is_made_at_the_command_line() -> None:
    first = replace(ONESELF, role=COMMAND_LINE)
    assert decided(person(), GrantRoleFactory(role="account administrator"), first) == events.RoleGranted(
        role="account administrator"
    )


@pytest.mark.parametrize(
    "command", [GrantRoleFactory(), WithdrawRoleFactory(), RecordLicenseFactory(), DeactivateFactory()]
)
def test_a_closed_account_and_one_that_is_not_there_take_nothing(command: Any) -> None:
    assert "is closed" in rejected(person(DeactivatedFactory()), command).message
    assert "no such account" in rejected(Clinician(user_id=ID), command).message


def test_a_snapshot_comes_back_as_the_same_person() -> None:
    aggregate = ClinicianAggregate()
    state = person(LicenseRecordedFactory(), RoleGrantedFactory(), DeactivatedFactory())
    assert aggregate.from_json(json.loads(json.dumps(aggregate.to_json(state)))) == state
    assert aggregate.initial(f"clinician-{ID}") == Clinician(user_id=ID)


def test_an_unknown_entry_only_moves_the_version() -> None:
    unknown = Recorded(Unknown("BadgeIssued", 1, {}), 2, NOW)
    assert clinician.evolve(person(), unknown) == replace(person(), version=2)
