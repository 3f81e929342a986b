"""Who did what on which day, one sentence an entry, as the answer to "why is this value here?"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from eventstore.store import RecordedEvent
from projections import words
from records import events
from records.courses import COMPLETED


def who(event: RecordedEvent) -> str:
    return event.metadata.get("user_name") or _("Somebody whose name is not known")


def patient_of(event: RecordedEvent) -> str:
    """Whose record an entry stands in: a merge shows those of another record, too."""
    return event.aggregate_id.partition("-")[2]


def source_of(event: RecordedEvent) -> str:
    """The name of the source that reported an entry; "" for one that was made here or names none."""
    source = event.metadata.get("source")
    named = source.get("name") if isinstance(source, dict) else source
    return named if isinstance(named, str) else ""


def is_reported(event: RecordedEvent) -> bool:
    return bool(getattr(event.data, "reported", False))


def question(value: str, *, stated: bool, reported: bool) -> str:
    """The panel's title. A text that is too long for a title stands below it."""
    if not stated:
        return _("Why is it not stated?") if reported else _("Why is it not known?")
    return _("Why {value}?").format(value=value) if len(value) <= 48 else _("Why does it say this?")


def sentence(event: RecordedEvent, name: str, *, replaced: str = "") -> str:
    """What the entry did. name: of the value asked about; replaced: the medication before a change."""
    text = _reported(event) if is_reported(event) else _authored(event.data, name)
    return text.format(
        who=who(event),
        day=str(words.day_of(event.occurred_at)),
        imported=str(words.day_of(event.created_at)),
        source=source_of(event),
        replaced=replaced or _("another prescription"),
        medication=getattr(event.data, "medication", ""),
    )


def _reported(event: RecordedEvent) -> str:
    if source_of(event):
        return _("{source} reported it as true from {day}. {who} took it in on {imported}.")
    return _("A source reported it as true from {day}. {who} took it in on {imported}.")


def _authored(event: Any, name: str) -> str:
    match event:
        case events.DosageAdjusted():
            return _ADJUSTED.get(name, _said)()
        case events.PrescriptionDiscontinued() if event.source_status == COMPLETED:
            return _("{who} recorded on {day} that it was completed.")
    told = _TOLD.get(type(event))
    return told() if told else _said()


def _said() -> str:
    return _("{who} recorded it on {day}.")


_ADJUSTED = {
    "dose": lambda: _("{who} adjusted the dose on {day}."),
    "route": lambda: _("{who} changed the route on {day}."),
    "frequency": lambda: _("{who} changed the frequency on {day}."),
}

_TOLD = {
    events.PrescriptionAdded: lambda: _("{who} prescribed it on {day}."),
    events.PrescriptionChanged: lambda: _("{who} changed {replaced} to {medication} on {day}."),
    events.PrescriptionRenewed: lambda: _("{who} renewed it on {day}."),
    events.PrescriptionHeld: lambda: _("{who} held it on {day}."),
    events.PrescriptionResumed: lambda: _("{who} resumed it on {day}."),
    events.PrescriptionDiscontinued: lambda: _("{who} discontinued it on {day}."),
    events.AllergyRecorded: lambda: _("{who} recorded the allergy on {day}."),
    events.AllergyRevised: lambda: _("{who} revised what is known of the allergy on {day}."),
    events.AllergyRefuted: lambda: _("{who} recorded on {day} that it is not an allergy after all."),
    events.AllergyResolved: lambda: _("{who} recorded on {day} that it is no longer an allergy."),
    events.NoKnownAllergiesAsserted: lambda: _("{who} recorded on {day} that there are no known allergies."),
    events.PatientRegistered: lambda: _("{who} opened the record on {day}."),
    events.DemographicsCorrected: lambda: _("{who} corrected who the patient is on {day}."),
    events.PatientsMerged: lambda: _("{who} merged another record into this one on {day}."),
    events.PatientsUnmerged: lambda: _("{who} separated another record from this one on {day}."),
    events.EntryMarkedInError: lambda: _(
        "{who} marked an entry as entered in error on {day}. This is what holds without it."
    ),
}


def act(event: RecordedEvent) -> str:
    """The same in a word or two, where the day and the person stand beside it."""
    told = _ACTS.get(type(event.data))
    return told() if told else ""


_ACTS = {
    events.PrescriptionAdded: lambda: _("prescribed"),
    events.PrescriptionChanged: lambda: _("changed to another drug"),
    events.PrescriptionRenewed: lambda: _("renewed"),
    events.AllergyRecorded: lambda: _("recorded"),
    events.PatientRegistered: lambda: _("record opened"),
    events.EntryMarkedInError: lambda: _("restored by a correction"),
}


def reason(event: RecordedEvent) -> tuple[str, str]:
    """(the coded reason in the system's words, what the person said)."""
    code, text = getattr(event.data, "reason_code", None), getattr(event.data, "reason", None)
    return "" if code in (None, "other") else str(words.coded(code)), text or ""
