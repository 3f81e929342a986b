"""The people of the tests: they join as anybody does, by events, and can sign in.

A clinician on the team, a colleague, an outsider (a clinician whose license is not recorded), a compliance
officer, a records administrator, an account administrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from eventstore import projector, store
from eventstore.store import Batch, NewEvent
from records import events
from records.author import Author
from records.codes import Role
from records.models import User

PASSWORD = "a wet Tuesday in the ward"


@dataclass(frozen=True)
class Member:
    """One person who works here."""

    user: User
    author: Author

    def client(self) -> Client:
        """A browser in which they have signed in."""
        client = Client()
        client.force_login(self.user)
        return client


def join(username: str, name: str, *roles: Role, license_number: str | None = None) -> Member:
    """Someone starts to work here, with these roles; from their first event on."""
    user_id = uuid4()
    facts: list[object] = [events.ClinicianRegistered(username=username, name=name)]
    facts += [events.RoleGranted(role=role.value) for role in roles]
    if license_number:
        facts.append(events.LicenseRecorded(license=license_number))
    metadata = {"user_id": str(user_id), "user_name": name, "user_role": "account administrator"}
    batch = Batch(
        aggregate_id=f"clinician-{user_id}",
        aggregate_type="Clinician",
        expected_version=0,
        events=tuple(NewEvent(data=fact, metadata=metadata, occurred_at=timezone.now()) for fact in facts),
    )
    command_id = uuid4()
    appended = store.append([batch], command_id=command_id, command_digest=command_id.hex)
    projector.catch_up(appended.last_position)
    user = User.objects.create_user(username, PASSWORD, user_id=user_id)
    author = Author(
        user_id=str(user_id),
        name=name,
        role=", ".join(sorted(role.value for role in roles)),
        license=license_number,
    )
    return Member(user, author)


@pytest.fixture
def clinician(transactional_db: None) -> Member:
    """The clinician on the team, who may prescribe."""
    return join("jones", "Dr. Alma Jones", Role.CLINICIAN, license_number="MD-48213")


@pytest.fixture
def author(clinician: Member) -> Author:
    """The clinician on the team, as an author of commands."""
    return clinician.author


@pytest.fixture
def colleague(transactional_db: None) -> Member:
    """Another clinician on the team."""
    return join("smith", "Dr. Ben Smith", Role.CLINICIAN, license_number="MD-77120")


@pytest.fixture
def outsider(transactional_db: None) -> Member:
    """A clinician from elsewhere: no license is recorded, so they may not prescribe."""
    return join("visitor", "Dr. Ola Brandt", Role.CLINICIAN)


@pytest.fixture
def compliance_officer(transactional_db: None) -> Member:
    return join("officer", "Cora Lindqvist", Role.COMPLIANCE_OFFICER)


@pytest.fixture
def records_administrator(transactional_db: None) -> Member:
    return join("records", "Remy Adeyemi", Role.RECORDS_ADMINISTRATOR)


@pytest.fixture
def account_administrator(transactional_db: None) -> Member:
    return join("admin", "Ana Duarte", Role.ACCOUNT_ADMINISTRATOR)
