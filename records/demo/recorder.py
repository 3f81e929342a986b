"""Puts commands through the rules of the record with the clock in the past, and keeps what came of it.

An Entry is one accepted command: its events and all that the ledger keeps beside them. Ids are derived from
the seed, the patient and a running number, so that the same seed gives the same clinic. Must not know the
database: keyed digests and encryption are the loader's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID, uuid5

from eventstore.registry import Stored
from eventstore.store import RecordedEvent
from records import commands, corrections, events, fold, merging, patient
from records.author import Author
from records.codes import Role
from records.decision import Alert, Decision, Elsewhere, Override
from records.demo.people import DAY, EMPLOYEE, EMPLOYEES, Employee, Person
from records.demo.schedule import Calendar

#: Until so many days ago prescriptions were recorded without the prescriber's license (schema version 1).
LICENSE_KEPT_SINCE = 1740

#: The desk a person writes from is theirs; one act in so many comes from another room of the same floor.
_ELSEWHERE_ONE_IN = 7


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One command as it was accepted.

    Shape: event_ids go with events, the first is the command's id; an event may be a `Stored` older shape;
    elsewhere: for other patients' streams in the same append;
    expected_version is the stream's before; session is a readable name, not yet a digest; mrn is set where a
    record number is reserved in the same append; source is set for what an import brought.
    """

    aggregate_id: str
    aggregate_type: str
    expected_version: int
    command: str
    payload: dict[str, Any]
    events: tuple[object, ...]
    event_ids: tuple[UUID, ...]
    author: Author
    ip: str
    session: str
    correlation_id: UUID
    recorded_at: datetime
    occurred_at: datetime
    alerts: tuple[Alert, ...] = ()
    override: Override | None = None
    mrn: str | None = None
    source: dict[str, str] | None = None
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(kw_only=True)
class Staff:
    """Who works here, as authors at a moment."""

    namespace: UUID
    calendar: Calendar

    def user_id(self, employee: Employee) -> UUID:
        return uuid5(self.namespace, f"employee {employee.username}")

    def author(self, employee: Employee, moment: datetime) -> Author:
        """The person with the license they held then."""
        held = [
            number for days_ago, number in employee.licenses if self.calendar.ago(days_ago, "23:59") <= moment
        ]
        return Author(
            user_id=str(self.user_id(employee)),
            name=employee.name,
            role=Role(employee.role).value,
            license=held[-1] if held else None,
        )

    def employed(self, employee: Employee, moment: datetime) -> bool:
        came = self.calendar.ago(employee.joined - 3, "23:59")
        return came <= moment and (
            employee.left is None or moment < self.calendar.ago(employee.left + 1, "00:00")
        )


class Recorder:
    """Keeps one patient's record: the clock, who writes, the state so far, the entries that were accepted."""

    def __init__(self, person: Person, *, rng: Random, calendar: Calendar, staff: Staff) -> None:
        self.person = person
        self.rng = rng
        self.calendar = calendar
        self.staff = staff
        self.patient_id = str(uuid5(staff.namespace, f"patient {person.key}"))
        self.entries: list[Entry] = []
        self.recorded: list[RecordedEvent] = []
        self.state = fold.Patient(patient_id=self.patient_id)
        self.now = calendar.end
        self.true_at: datetime | None = None
        self.identity_as_recorded: dict[str, Any] = {}
        self._minted = 0
        self._desk: Employee | None = None

    @property
    def stream(self) -> str:
        return patient.stream(self.patient_id)

    def identity(self) -> dict[str, Any]:
        """The patient as they would be registered with all that is known of them today."""
        person = self.person
        return {
            "mrn": person.mrn,
            "family": person.family,
            "given": person.given,
            "birth_date": person.birth_date(self.calendar.today),
            "sex": person.sex,
            "deceased": False,
            "deceased_date": None,
            "other_names": person.other_names,
            "phone": person.phone,
            "address": person.address,
        }

    def mint(self, what: str) -> str:
        """The next id: a form would have minted it when it was rendered."""
        self._minted += 1
        return str(uuid5(self.staff.namespace, f"{self.person.key} {what} {self._minted}"))

    # --- The clock and who is there -------------------------------------------------------------

    def arrive(self, moment: datetime) -> None:
        """A visit begins, after whatever was recorded before it."""
        if self.entries:
            moment = max(
                moment, self.entries[-1].recorded_at + timedelta(seconds=self.rng.randrange(40, 400))
            )
        self.now = moment
        self._desk = None

    @contextmanager
    def earlier(self, *, days: int = 0, on: tuple[int, str] | None = None) -> Iterator[None]:
        """What is recorded inside was true some days before, or at a fixed moment."""
        before = (self.now - timedelta(days=days)).replace(second=0, microsecond=0)
        self.true_at = self.calendar.ago(*on) if on else before
        try:
            yield
        finally:
            self.true_at = None

    def employee(self, username: str) -> Employee:
        return EMPLOYEE[username]

    def at_work(self, *, licensed: bool) -> Employee:
        """One person a visit: the patient's own doctor three times out of four, or a nurse of the day."""
        if self._desk is not None and bool(self._desk.licenses) == licensed:
            return self._desk
        there = [
            employee
            for employee in EMPLOYEES
            if employee.role == Role.CLINICIAN
            and employee.shift == DAY
            and bool(employee.licenses) == licensed
            and (licensed or employee.name.endswith("nurse"))
            and self.staff.employed(employee, self.now)
        ]
        own = self.employee(self.person.usual)
        chosen = own if licensed and own in there and self.rng.random() < 0.75 else self.rng.choice(there)
        self._desk = chosen
        return chosen

    # --- Recording ------------------------------------------------------------------------------

    def record(self, command: commands.PatientCommand, by: Employee) -> str:
        """Put a command through the rules, now, and keep it. Gives the id of its first entry.

        Raises: Rejected, where the rules refuse it: then the story is wrong.
        """
        self.now += timedelta(seconds=self.rng.randrange(25, 190), microseconds=self.rng.randrange(1_000_000))
        if self.true_at is not None:
            command = replace(command, occurred_at=self.true_at)
        author = self.staff.author(by, self.now)
        return self._keep_decided(command, self._decide(command, author), by)

    def merge(self, other: Recorder, by: Employee, reason: str) -> str:
        """Close another record into this one, now."""
        command = commands.MergePatients(**self._beside(other), reason=reason)
        now = self.now.astimezone(self.calendar.zone)
        decision = merging.merge(self.patient_id, self.recorded, other.recorded, command, now)
        return self._with(other, self._keep_decided(command, decision, by), decision)

    def separate(self, other: Recorder, by: Employee, reason: str) -> str:
        """Part two records that were merged, now."""
        command = commands.UnmergePatients(**self._beside(other), reason=reason)
        now = self.now.astimezone(self.calendar.zone)
        decision = merging.separate(self.patient_id, self.recorded, other.state, command, now)
        return self._with(other, self._keep_decided(command, decision, by), decision)

    def _beside(self, other: Recorder) -> dict[str, Any]:
        return {
            "patient_id": self.patient_id,
            "other_id": other.patient_id,
            "other_version": other.state.version,
        }

    def _with(self, other: Recorder, entry_id: str, decision: Decision) -> str:
        """The other record's own entries of a merge, which came in the same append."""
        for beside in decision.elsewhere:
            for event in beside.events:
                event_id = uuid5(UUID(entry_id), other.patient_id)
                other._fold(event_id, event, decision.occurred_at, self.now)
        return entry_id

    def _keep_decided(self, command: commands.PatientCommand, decision: Decision, by: Employee) -> str:
        mrn = command.mrn if isinstance(command, commands.RegisterPatient) else None
        return self.keep(
            command=type(command).__name__,
            payload=asdict(command),
            events_=decision.events,
            by=by,
            occurred_at=decision.occurred_at,
            alerts=decision.alerts,
            override=decision.override,
            mrn=mrn,
            elsewhere=decision.elsewhere,
        )

    def bring(self, event: object, *, resource: str, source_id: str) -> str:
        """Keep what another system reports, as an import by the records desk would."""
        self.now += timedelta(seconds=self.rng.randrange(2, 9), microseconds=self.rng.randrange(1_000_000))
        source = {
            "system": "https://hospital.example/fhir",
            "type": resource,
            "id": source_id,
            "digest": sha256(source_id.encode()).hexdigest(),
            "file": sha256(f"{self.person.key} transfer".encode()).hexdigest(),
        }
        return self.keep(
            command="ImportFhir",
            payload={"source": source, "event": type(event).__name__},
            events_=(event,),
            by=self.employee("records"),
            occurred_at=self.now,
            alerts=(Alert(kind="date", text="The date is not stated by the source"),),
            source=source,
        )

    def _decide(self, command: commands.PatientCommand, author: Author) -> Decision:
        now = self.now.astimezone(self.calendar.zone)
        if isinstance(command, commands.MarkEntryInError):
            return corrections.decide(self.patient_id, self.recorded, command, now)
        return patient.decide(self.state, command, author, now)

    def keep(
        self,
        *,
        command: str,
        payload: dict[str, Any],
        events_: tuple[object, ...],
        by: Employee,
        occurred_at: datetime,
        alerts: tuple[Alert, ...] = (),
        override: Override | None = None,
        mrn: str | None = None,
        source: dict[str, str] | None = None,
        elsewhere: tuple[Elsewhere, ...] = (),
    ) -> str:
        """Keep accepted events, as they would have been written on that day, and fold them."""
        event_ids = tuple(UUID(self.mint("entry")) for _ in events_)
        self.entries.append(
            Entry(
                aggregate_id=self.stream,
                aggregate_type="Patient",
                expected_version=self.state.version,
                command=command,
                payload=payload,
                events=tuple(self._as_written_then(event) for event in events_),
                event_ids=event_ids,
                author=self.staff.author(by, self.now),
                ip=self._address(by),
                session=f"{by.username} {self.calendar.day_of(self.now)}",
                correlation_id=UUID(self.mint("request")),
                recorded_at=self.now,
                occurred_at=occurred_at,
                alerts=alerts,
                override=override,
                mrn=mrn,
                source=source,
                elsewhere=elsewhere,
            )
        )
        for event_id, event in zip(event_ids, events_, strict=True):
            self._fold(event_id, event, occurred_at, self.now)
        return str(event_ids[0])

    def _as_written_then(self, event: object) -> object:
        """Prescriptions of the early years did not hold the prescriber's license."""
        early = self.now < self.calendar.ago(LICENSE_KEPT_SINCE)
        if not isinstance(event, events.PrescriptionAdded) or event.reported or not early:
            return event
        data = {f.name: getattr(event, f.name) for f in fields(event) if f.name != "prescriber_license"}
        return Stored("PrescriptionAdded", 1, data)

    def _fold(self, event_id: UUID, event: object, occurred_at: datetime, recorded_at: datetime) -> None:
        recorded = RecordedEvent(
            position=0,
            event_id=event_id,
            aggregate_id=self.stream,
            aggregate_type="Patient",
            event_type=type(event).__name__,
            schema_version=1,
            version=self.state.version + 1,
            occurred_at=occurred_at,
            created_at=recorded_at,
            metadata={},
            data=event,
            raw_data={},
            hash=b"",
        )
        self.recorded.append(recorded)
        self.state = fold.evolve(self.state, recorded)

    def _address(self, by: Employee) -> str:
        if self.rng.randrange(_ELSEWHERE_ONE_IN):
            return by.ip
        return f"{by.ip.rsplit('.', 1)[0]}.{self.rng.randrange(60, 90)}"
