"""A patient with something of everything, for tests of pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from eventstore import projector, store
from eventstore.store import Batch, NewEvent, RecordedEvent
from records import handlers
from records.author import Author, Origin
from tests import factories
from tests.cast import Member


@dataclass
class Chart:
    """One patient's record, and the way to add to it."""

    author: Author
    patient_id: str
    prescription_id: str = ""
    held_id: str = ""
    allergy_id: str = ""
    note_id: str = ""

    def record(self, command: Any, *, author: Author | None = None) -> UUID:
        """Records a command on this chart as it is now; gives the entry's id."""
        command = replace(command, patient_id=self.patient_id)
        receipt = handlers.handle(
            command,
            command_id=uuid4(),
            seen_version=self.version,
            author=author or self.author,
            origin=Origin(ip="127.0.0.1"),
        )
        return receipt.event_ids[0]

    @property
    def stream(self) -> str:
        return f"patient-{self.patient_id}"

    @property
    def version(self) -> int:
        return store.stream_version(self.stream)

    @property
    def entries(self) -> list[RecordedEvent]:
        return list(store.read_stream(self.stream))


def open_chart(author: Author) -> Chart:
    """Lisinopril active, furosemide held, an allergy to latex, a note: in one append, for speed."""
    chart = Chart(author, str(uuid4()))
    active = factories.PrescriptionAddedFactory(medication="lisinopril")
    held = factories.PrescriptionAddedFactory(medication="furosemide", dose="40", indication="oedema")
    allergy = factories.AllergyRecordedFactory(substance="latex", category="environment")
    facts = (
        factories.PatientRegisteredFactory(),
        active,
        held,
        factories.PrescriptionHeldFactory(prescription_id=held.prescription_id),
        allergy,
        factories.NoteAddedFactory(text="Sleeps well."),
    )
    metadata = {"user_id": author.user_id, "user_name": author.name, "user_role": author.role}
    now, command_id = timezone.now(), uuid4()
    entries = tuple(NewEvent(data=fact, occurred_at=now, metadata=metadata) for fact in facts)
    appended = store.append(
        [Batch(chart.stream, "Patient", 0, entries)], command_id=command_id, command_digest=command_id.hex
    )
    projector.catch_up(appended.last_position)
    chart.prescription_id, chart.held_id = active.prescription_id, held.prescription_id
    chart.allergy_id, chart.note_id = allergy.allergy_id, str(appended.event_ids[-1])
    return chart


@pytest.fixture
def chart(clinician: Member) -> Chart:
    """It, written by the clinician on the team; a file whose patient needs more has one of its own."""
    return open_chart(clinician.author)
