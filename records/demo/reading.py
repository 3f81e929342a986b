"""Who looked at which record: sign-ins, searches and views of the clinic's last weeks, for the access ledger.

Derived from what was written: whoever recorded something had opened the chart before; others looked without
writing. Pure and deterministic, like the clinic itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from uuid import UUID, uuid5

from records import events
from records.author import Author
from records.codes import Role
from records.demo.clinic import Clinic
from records.demo.people import EMPLOYEE, EMPLOYEES, PEOPLE, Employee, Person
from records.demo.recorder import Entry

#: So many days of reading are made.
DAYS = 35
PAGES = ("chart", "chart", "chart", "timeline", "medications", "allergies")


@dataclass(frozen=True, kw_only=True)
class Access:
    """One access as it would have been recorded. author is None for someone not signed in."""

    event: object
    event_id: UUID
    author: Author | None
    ip: str
    session: str
    correlation_id: UUID
    recorded_at: datetime


def accesses(clinic: Clinic) -> tuple[Access, ...]:
    """All accesses of the last weeks, in the order of time."""
    rng = Random(f"{clinic.namespace} reading")  # noqa: S311 - a story, not a secret
    since = clinic.calendar.ago(DAYS, "00:00")
    recent = [entry for entry in clinic.entries if entry.recorded_at >= since and _is_of_a_patient(entry)]
    reader = _Reader(clinic, rng)
    for session, acts in _sessions(recent):
        reader.working_session(session, acts)
    for days_ago in range(DAYS, 0, -1):
        reader.a_day_of_looking(days_ago)
    end = clinic.calendar.end
    return tuple(
        sorted((a for a in reader.made if a.recorded_at < end), key=lambda a: (a.recorded_at, a.event_id))
    )


def _is_of_a_patient(entry: Entry) -> bool:
    return entry.aggregate_type == "Patient"


def _sessions(entries: Iterable[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    for session, acts in groupby(
        sorted(entries, key=lambda e: (e.session, e.recorded_at)), lambda e: e.session
    ):
        yield session, list(acts)


class _Reader:
    """Makes accesses, one session after another."""

    def __init__(self, clinic: Clinic, rng: Random) -> None:
        self.clinic = clinic
        self.rng = rng
        self.made: list[Access] = []

    def working_session(self, session: str, acts: list[Entry]) -> None:
        """Sign in, find each patient, open the chart, record; sign out at the end."""
        employee = EMPLOYEE[session.partition(" ")[0]]
        first, last = acts[0], acts[-1]
        self._sign_in(employee, session, first.recorded_at - timedelta(minutes=self.rng.randrange(6, 40)))
        for patient, visit in groupby(acts, lambda act: act.aggregate_id):
            act = next(visit)
            person = self._person(patient)
            opened = act.recorded_at - timedelta(seconds=self.rng.randrange(95, 240))
            self._search(employee, session, opened - timedelta(seconds=self.rng.randrange(8, 30)), person)
            self._view(employee, session, opened, person, "chart", act.expected_version)
            if self.rng.random() < 0.3:
                self._view(
                    employee,
                    session,
                    opened + timedelta(seconds=40),
                    person,
                    "timeline",
                    act.expected_version,
                )
        self._add(
            events.SignedOut(username=employee.username), employee, session,
            last.recorded_at + timedelta(minutes=self.rng.randrange(4, 50)),
        )  # fmt: skip

    def a_day_of_looking(self, days_ago: int) -> None:
        """What is read without anything being written: the pharmacy, the officer, a mistyped password."""
        if days_ago in {27, 9}:
            self._refused(days_ago)
        if self.clinic.calendar.ago(days_ago).weekday() >= 5:
            return
        for employee in EMPLOYEES:
            if employee.role == Role.CLINICIAN and employee.left is None and self.rng.random() < 0.35:
                self._look_around(employee, days_ago)
        if self.clinic.calendar.ago(days_ago).weekday() == 0:
            self._weekly_review(days_ago)
        if self.rng.random() < 0.2:
            self._mistyped(days_ago)

    def _look_around(self, employee: Employee, days_ago: int) -> None:
        hour = 22 if employee.shift == "night" else self.rng.randrange(9, 17)
        moment = self.clinic.calendar.ago(days_ago, f"{hour:02}:{self.rng.randrange(60):02}")
        session = f"{employee.username} {self.clinic.calendar.day_of(moment)} reading"
        self._sign_in(employee, session, moment)
        for person in self.rng.sample(PEOPLE, self.rng.randrange(1, 4)):
            moment += timedelta(seconds=self.rng.randrange(30, 400))
            if not self._registered(person, moment):
                continue
            self._search(employee, session, moment, person)
            moment += timedelta(seconds=self.rng.randrange(4, 20))
            self._view(
                employee, session, moment, person, self.rng.choice(PAGES), self._version(person, moment)
            )
        if self.rng.random() < 0.8:
            moment += timedelta(minutes=self.rng.randrange(1, 20))
            self._add(events.SignedOut(username=employee.username), employee, session, moment)

    def _weekly_review(self, days_ago: int) -> None:
        officer = EMPLOYEE["officer"]
        moment = self.clinic.calendar.ago(days_ago, f"10:{self.rng.randrange(60):02}")
        session = f"officer {self.clinic.calendar.day_of(moment)}"
        self._sign_in(officer, session, moment)
        seen = [p for p in self.rng.sample(PEOPLE, 12) if self._registered(p, moment)]
        report = events.ReportViewed(
            report="compliance-report",
            patient_ids=tuple(self._id(person) for person in seen),
            detail="Everything recorded in the last seven days",
        )
        self._add(report, officer, session, moment + timedelta(minutes=2))
        self._view(
            officer,
            session,
            moment + timedelta(minutes=9),
            seen[0],
            "timeline",
            self._version(seen[0], moment),
        )

    def _mistyped(self, days_ago: int) -> None:
        employee = self.rng.choice([e for e in EMPLOYEES if e.left is None])
        moment = self.clinic.calendar.ago(days_ago, f"08:{self.rng.randrange(60):02}")
        session = f"nobody {employee.username} {self.clinic.calendar.day_of(moment)}"
        failed = events.SignInFailed(detail=employee.username)
        for attempt in range(self.rng.randrange(1, 3)):
            self._add(failed, employee, session, moment + timedelta(seconds=25 * attempt), signed_in=False)

    def _refused(self, days_ago: int) -> None:
        """The account administrator follows a link to a chart."""
        administrator = EMPLOYEE["admin"]
        moment = self.clinic.calendar.ago(days_ago, f"11:{self.rng.randrange(60):02}")
        session = f"admin {self.clinic.calendar.day_of(moment)}"
        self._sign_in(administrator, session, moment)
        refused = events.AccessRefused(
            page="chart",
            patient_id=self._id(PEOPLE[0]),
            detail="You may not look at patients' records as account administrator."
            " Ask an account administrator if you should.",
        )
        self._add(refused, administrator, session, moment + timedelta(minutes=3))

    # --- One access -----------------------------------------------------------------------------

    def _sign_in(self, employee: Employee, session: str, moment: datetime) -> None:
        self._add(events.SignedIn(username=employee.username), employee, session, moment)

    def _search(self, employee: Employee, session: str, moment: datetime, person: Person) -> None:
        words = (person.family or person.given or "").lower()[: self.rng.randrange(4, 8)]
        found = [p for p in PEOPLE if words in f"{p.family or ''} {p.given or ''}".lower()]
        ids = tuple(self._id(p) for p in found if self._registered(p, moment))
        self._add(events.PatientsSearched(words=words, patient_ids=ids), employee, session, moment)

    def _view(
        self, employee: Employee, session: str, moment: datetime, person: Person, page: str, version: int
    ) -> None:
        if version:
            viewed = events.ChartViewed(patient_id=self._id(person), page=page, version=version)
            self._add(viewed, employee, session, moment)

    def _add(
        self, event: object, employee: Employee, session: str, moment: datetime, *, signed_in: bool = True
    ) -> None:
        number = len(self.made)
        moment += timedelta(microseconds=self.rng.randrange(1_000_000))
        self.made.append(
            Access(
                event=event,
                event_id=uuid5(self.clinic.namespace, f"access {number}"),
                author=self.clinic.staff.author(employee, moment) if signed_in else None,
                ip=employee.ip,
                session=session,
                correlation_id=uuid5(self.clinic.namespace, f"access request {number}"),
                recorded_at=moment,
            )
        )

    # --- Who there was then ---------------------------------------------------------------------

    def _id(self, person: Person) -> str:
        return self.clinic.lives[person.key].patient_id

    def _person(self, stream: str) -> Person:
        return next(life.person for life in self.clinic.lives.values() if life.stream == stream)

    def _registered(self, person: Person, moment: datetime) -> bool:
        return self._version(person, moment) > 0

    def _version(self, person: Person, moment: datetime) -> int:
        """The version of the patient's record at that moment."""
        entries = self.clinic.lives[person.key].entries
        return sum(len(entry.events) for entry in entries if entry.recorded_at <= moment)
