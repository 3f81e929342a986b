"""The clinician aggregate: the identity, license, roles and end of one person who works here.

Pure; knows nothing of Django, of passwords or of patients. A name, once recorded, stays on what its
bearer recorded: an account is closed, never deleted.
Source: 45 CFR 164.312(a)(2)(i), unique user identification; separation of duties (nobody grants
themselves anything).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from eventstore.registry import sealed_from_json, sealed_to_json
from records import codes, commands, events, stated, times
from records.author import COMMAND_LINE, Author
from records.decision import Decision, Rejected
from records.fold import Entry
from records.speech import _, coded

STREAM = "clinician-"
USERNAME = 64


@dataclass(frozen=True, kw_only=True)
class Clinician:
    """One person as decisions need them. version 0: not registered. name is sealed unless opened."""

    user_id: str
    version: int = 0
    username: str = ""
    name: str = ""
    license: str | None = None
    roles: frozenset[str] = frozenset()
    active: bool = True


def stream(user_id: str) -> str:
    """The name of a clinician's stream."""
    return f"{STREAM}{user_id}"


# --- Folding -------------------------------------------------------------------------------------


def evolve(clinician: Clinician, entry: Entry) -> Clinician:
    """The person after one more entry; an event that is not known here only moves the version."""
    match entry.data:
        case events.ClinicianRegistered(username=username, name=name):
            clinician = replace(clinician, username=username, name=name)
        case events.LicenseRecorded(license=number):
            clinician = replace(clinician, license=number)
        case events.RoleGranted(role=role):
            clinician = replace(clinician, roles=clinician.roles | {role})
        case events.RoleWithdrawn(role=role):
            clinician = replace(clinician, roles=clinician.roles - {role})
        case events.Deactivated():
            clinician = replace(clinician, active=False)
    return replace(clinician, version=entry.version)


class ClinicianAggregate:
    """How a clinician's stream is folded and kept as a snapshot (eventstore.snapshots.Aggregate)."""

    @cached_property
    def fingerprint(self) -> str:
        here = Path(__file__)
        return hashlib.sha256(here.read_bytes() + (here.parent / "events.py").read_bytes()).hexdigest()

    def initial(self, aggregate_id: str) -> Clinician:
        return Clinician(user_id=aggregate_id.removeprefix(STREAM))

    def evolve(self, state: Clinician, event: Entry) -> Clinician:
        return evolve(state, event)

    def to_json(self, state: Clinician) -> dict[str, Any]:
        stored: dict[str, Any] = sealed_to_json({**vars(state), "roles": sorted(state.roles)})
        return stored

    def from_json(self, state: dict[str, Any]) -> Clinician:
        return Clinician(**{**sealed_from_json(state), "roles": frozenset(state["roles"])})


# --- Deciding ------------------------------------------------------------------------------------


def decide(
    clinician: Clinician, command: commands.ClinicianCommand, author: Author, now: datetime
) -> Decision:
    """What the command makes of the account.

    Raises: Rejected, with a sentence that says what to do instead.
    """
    at = times.moment(command.occurred_at, now)
    if not isinstance(command, commands.RegisterClinician):
        if not clinician.version:
            raise Rejected(_("There is no such account. Create it first."))
        if not clinician.active:
            raise Rejected(_("This account is closed and stays as it was. Create a new one if need be."))
    event = _RULES[type(command)](clinician, command, author)
    return Decision(events=(event,), occurred_at=at)


def _register(clinician: Clinician, command: commands.RegisterClinician, _author: Author) -> object:
    if clinician.version:
        raise Rejected(_("This account exists already. Grant it a role instead."))
    username = stated.required(command.username, "username", _("Write the user name."), limit=USERNAME)
    if any(character.isspace() for character in username):
        raise Rejected(_("Write the user name without spaces."), "username")
    return events.ClinicianRegistered(
        username=username.lower(),
        name=stated.required(
            command.name, "name", _("Write the person's name, as it is to stand on entries.")
        ),
    )


def _record_license(clinician: Clinician, command: commands.RecordLicense, author: Author) -> object:
    _not_oneself(
        clinician, author, _("You cannot record your own license. Ask another account administrator.")
    )
    number = stated.required(command.license, "license", _("Write the license number."))
    if number == clinician.license:
        raise Rejected(_("This license is recorded already."), "license")
    return events.LicenseRecorded(license=number)


def _grant(clinician: Clinician, command: commands.GrantRole, author: Author) -> object:
    _not_oneself(clinician, author, _("You cannot grant yourself a role. Ask another account administrator."))
    role = stated.required_code(codes.Role, command.role, "role", _("Choose the role."))
    if role in clinician.roles:
        raise Rejected(
            _("This person is {role} already. Choose another role.").format(role=coded(role)), "role"
        )
    return events.RoleGranted(role=role, reason=_why(command.reason))


def _withdraw(clinician: Clinician, command: commands.WithdrawRole, _author: Author) -> object:
    role = stated.required_code(codes.Role, command.role, "role", _("Choose the role."))
    if role not in clinician.roles:
        held = ", ".join(str(coded(each)) for each in sorted(clinician.roles)) or _("none")
        raise Rejected(
            _("This person is not {role}. Roles held: {held}.").format(role=coded(role), held=held), "role"
        )
    return events.RoleWithdrawn(role=role, reason=_why(command.reason))


def _deactivate(clinician: Clinician, command: commands.Deactivate, author: Author) -> object:
    _not_oneself(
        clinician, author, _("You cannot close your own account. Ask another account administrator.")
    )
    return events.Deactivated(reason=stated.reason(command.reason, _("Say why the account is closed.")))


def _not_oneself(clinician: Clinician, author: Author, refusal: str) -> None:
    """The command line is trusted: the first account of an installation is made there."""
    if author.user_id == clinician.user_id and author.role != COMMAND_LINE:
        raise Rejected(refusal)


def _why(reason: str | None) -> str | None:
    return stated.text(reason, "reason", limit=stated.PARAGRAPH)


_RULES: Mapping[type, Callable[[Clinician, Any, Author], object]] = {
    commands.RegisterClinician: _register,
    commands.RecordLicense: _record_license,
    commands.GrantRole: _grant,
    commands.WithdrawRole: _withdraw,
    commands.Deactivate: _deactivate,
}
