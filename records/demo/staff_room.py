"""How the people who work at the demo clinic came, were licensed, changed roles and left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import uuid5

from records import clinician, commands
from records.author import COMMAND_LINE, Author
from records.codes import Role
from records.demo.people import EMPLOYEE, Employee
from records.demo.recorder import Entry, Staff

#: The compliance officer also kept records for a summer: (days ago granted, days ago withdrawn).
STOOD_IN = {"officer": (905, 843)}


def employment(employee: Employee, staff: Staff) -> tuple[Entry, ...]:
    """The account's entries: registration, role, licenses, a role for a time, and the end."""
    user_id = str(staff.user_id(employee))
    state = clinician.Clinician(user_id=user_id)
    entries: list[Entry] = []
    for moment, command in _commands(employee, staff, user_id):
        author, ip, session = _author(employee, staff, moment)
        decision = clinician.decide(state, command, author, staff.calendar.local(moment))
        number = len(entries) + 1
        entries.append(
            Entry(
                aggregate_id=clinician.stream(user_id),
                aggregate_type="Clinician",
                expected_version=state.version,
                command=type(command).__name__,
                payload=asdict(command),
                events=decision.events,
                event_ids=(uuid5(staff.namespace, f"{employee.username} account {number}"),),
                author=author,
                ip=ip,
                session=session,
                correlation_id=uuid5(staff.namespace, f"{employee.username} account request {number}"),
                recorded_at=moment,
                occurred_at=decision.occurred_at,
            )
        )
        for event in decision.events:
            recorded = SimpleNamespace(version=state.version + 1, occurred_at=moment, data=event)
            state = clinician.evolve(state, recorded)
    return tuple(entries)


def _commands(
    employee: Employee, staff: Staff, user_id: str
) -> Iterator[tuple[datetime, commands.ClinicianCommand]]:
    """What was asked of the account, in the order of time."""
    day_one = staff.calendar.ago(employee.joined, "08:12")
    yield day_one, commands.RegisterClinician(user_id=user_id, username=employee.username, name=employee.name)
    yield day_one + timedelta(minutes=2), commands.GrantRole(user_id=user_id, role=Role(employee.role))
    later: list[tuple[datetime, commands.ClinicianCommand]] = [
        (staff.calendar.ago(days_ago, "09:30"), commands.RecordLicense(user_id=user_id, license=number))
        for days_ago, number in employee.licenses
    ]
    if employee.username in STOOD_IN:
        granted, withdrawn = STOOD_IN[employee.username]
        role = Role.RECORDS_ADMINISTRATOR
        why = "Stands in for the records desk over the summer"
        later += [
            (
                staff.calendar.ago(granted, "10:05"),
                commands.GrantRole(user_id=user_id, role=role, reason=why),
            ),
            (
                staff.calendar.ago(withdrawn, "16:40"),
                commands.WithdrawRole(user_id=user_id, role=role, reason="The records desk is staffed again"),
            ),
        ]
    if employee.left is not None:
        left = commands.Deactivate(user_id=user_id, reason=employee.left_why)
        later.append((staff.calendar.ago(employee.left, "17:30"), left))
    yield from sorted(later, key=lambda act: act[0])


def _author(employee: Employee, staff: Staff, moment: datetime) -> tuple[Author, str, str]:
    """The account administrator; the very first account is made at the command line."""
    administrator = EMPLOYEE["admin"]
    if employee is administrator:
        nobody = Author(user_id=str(staff.user_id(administrator)), name=administrator.name, role=COMMAND_LINE)
        return nobody, administrator.ip, f"command line {moment:%Y-%m-%d}"
    day = staff.calendar.day_of(moment)
    return staff.author(administrator, moment), administrator.ip, f"{administrator.username} {day}"
