"""A patient with something of everything, for tests of pages: made by commands, as in the clinic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from eventstore import store
from eventstore.store import RecordedEvent
from records import commands, handlers
from records.author import Author, Origin
from tests import factories


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
    """Lisinopril active, furosemide held, an allergy to latex, a note."""
    chart = Chart(author, str(uuid4()))
    chart.record(factories.RegisterPatientFactory())
    active = factories.AddPrescriptionFactory(medication="lisinopril")
    held = factories.AddPrescriptionFactory(medication="furosemide", dose="40", indication="oedema")
    allergy = factories.RecordAllergyFactory(substance="latex", category="environment")
    chart.record(active)
    chart.record(held)
    chart.record(factories.HoldPrescriptionFactory(prescription_id=held.prescription_id))
    chart.record(allergy)
    chart.note_id = str(
        chart.record(commands.AddNote(patient_id="", text="Sleeps well.", category="clinical"))
    )
    chart.prescription_id, chart.held_id = active.prescription_id, held.prescription_id
    chart.allergy_id = allergy.allergy_id
    return chart
