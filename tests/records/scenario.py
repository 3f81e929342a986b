"""Given these entries, when this is asked, then that happens: decisions told without a database."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from records import commands, corrections
from records.author import Author
from records.decision import Alert, Decision, Rejected
from records.fold import Patient, fold
from records.patient import decide

#: The clinic's clock is not UTC, so that a day taken from the wrong clock shows.
CLINIC = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 22, 41, tzinfo=CLINIC)

#: The cast.
JONES = Author(user_id=str(uuid4()), name="Dr Ada Jones", role="clinician", license="LIC-1")
SMITH = Author(user_id=str(uuid4()), name="Dr Ben Smith", role="clinician", license="LIC-2")


def at(text: str) -> datetime:
    """A moment on the clinic's clock: "2026-11-01 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=CLINIC)


@dataclass(frozen=True)
class Recorded:
    """An event as recorded, as far as folds and corrections look at it."""

    data: Any
    version: int
    occurred_at: datetime
    event_id: UUID = field(default_factory=uuid4)

    @property
    def event_type(self) -> str:
        return type(self.data).__name__


def recorded(*events: Any, first: datetime | None = None) -> list[Recorded]:
    """Entries from events, an hour apart and all before NOW; (event, moment) states its time."""
    start = first or NOW - timedelta(days=30)
    entries = []
    for version, each in enumerate(events, start=1):
        event, moment = each if isinstance(each, tuple) else (each, start + timedelta(hours=version))
        entries.append(Recorded(event, version, moment))
    return entries


class Scenario:
    """One story about one patient."""

    def __init__(self, entries: list[Recorded]) -> None:
        self.patient_id = str(uuid4())
        self.entries = entries
        self.decision: Decision | None = None
        self.rejected: Rejected | None = None

    @property
    def patient(self) -> Patient:
        return fold(self.patient_id, self.entries)

    def when(
        self, command: commands.PatientCommand, *, author: Author = JONES, now: datetime = NOW
    ) -> Scenario:
        """Ask; what was decided is recorded, so that a story may go on."""
        command = replace(command, patient_id=self.patient_id)
        self.decision = self.rejected = None
        try:
            if isinstance(command, commands.MarkEntryInError):
                self.decision = corrections.decide(self.patient_id, self.entries, command, now)
            else:
                self.decision = decide(self.patient, command, author, now)
        except Rejected as rejected:
            self.rejected = rejected
            return self
        for event in self.decision.events:
            self.entries.append(Recorded(event, len(self.entries) + 1, self.decision.occurred_at))
        return self

    def then(self, *events: Any, occurred_at: datetime | None = None) -> Scenario:
        """Exactly these events were decided."""
        decision = self.accepted()
        assert decision.events == events
        if occurred_at is not None:
            assert decision.occurred_at == occurred_at
        return self

    def accepted(self) -> Decision:
        assert self.rejected is None, f"rejected: {self.rejected}"
        assert self.decision is not None, "nothing was asked"
        return self.decision

    def event(self) -> Any:
        """The one event that was decided."""
        (event,) = self.accepted().events
        return event

    def then_rejected(self, words: str, *, field: str | None = None) -> Scenario:
        """Refused, with these words in the sentence, at this field."""
        assert self.decision is None, f"accepted: {self.decision}"
        assert self.rejected is not None, "nothing was asked"
        assert re.search(words, self.rejected.message), self.rejected.message
        assert self.rejected.field == field
        return self

    def alerts(self, kind: str | None = None) -> list[Alert]:
        """The alerts shown, on the way to a decision or to a refusal."""
        shown = self.rejected.alerts if self.rejected else self.accepted().alerts
        return [alert for alert in shown if kind in {None, alert.kind}]


def given(*events: Any) -> Scenario:
    """A story that begins with these entries: events, or (event, moment)."""
    return Scenario(recorded(*events))
