"""Keeps `accounts`, the read model of the people who work here, from the Clinician streams."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db.models import Model

from eventstore.projector import Projector
from eventstore.rows import Rows
from eventstore.store import RecordedEvent
from records.clinician import STREAM
from records.models import Account


class AccountsProjector(Projector):
    """One row a person: name, roles, license and whether the account is open, as they are now."""

    name: ClassVar[str] = "accounts"
    aggregate_types: ClassVar[tuple[str, ...] | None] = ("Clinician",)
    models: ClassVar[tuple[type[Model], ...]] = (Account,)

    def clinician_registered(self, event: RecordedEvent, rows: Rows) -> None:
        account = Account(
            user_id=UUID(event.aggregate_id.removeprefix(STREAM)),
            username=event.data.username,
            name=event.data.name,
            roles=[],
            license=None,
            active=True,
            registered_at=event.occurred_at,
            deactivated_at=None,
        )
        self._put(account, event, rows)

    def license_recorded(self, event: RecordedEvent, rows: Rows) -> None:
        account = self._account(event, rows)
        account.license = event.data.license
        self._put(account, event, rows)

    def role_granted(self, event: RecordedEvent, rows: Rows) -> None:
        account = self._account(event, rows)
        account.roles = sorted({*account.roles, event.data.role})
        self._put(account, event, rows)

    def role_withdrawn(self, event: RecordedEvent, rows: Rows) -> None:
        account = self._account(event, rows)
        account.roles = [role for role in account.roles if role != event.data.role]
        self._put(account, event, rows)

    def deactivated(self, event: RecordedEvent, rows: Rows) -> None:
        account = self._account(event, rows)
        account.active = False
        account.deactivated_at = event.occurred_at
        self._put(account, event, rows)

    def _account(self, event: RecordedEvent, rows: Rows) -> Account:
        """The person's row. Raises: LookupError if their stream does not begin with the registration."""
        account = rows.get(Account, UUID(event.aggregate_id.removeprefix(STREAM)))
        if account is None:
            raise LookupError(f"{event.aggregate_id} has no ClinicianRegistered before {event.event_type}")
        return account

    def _put(self, account: Account, event: RecordedEvent, rows: Rows) -> None:
        account.version = event.version
        account.position = event.position
        account.event_id = event.event_id
        account.updated_at = event.created_at
        rows.put(account)
