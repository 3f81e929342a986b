"""What an entry is about and what it did, in a few words: for the square and its table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from eventstore.store import RecordedEvent
from projections.moments.between import subject
from records import events


@dataclass
class Subjects:
    """Names by prescription and allergy id, as any entry of the record stated them last."""

    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[RecordedEvent]) -> Subjects:
        named = cls()
        for entry in entries:
            match entry.data:
                case events.PrescriptionAdded():
                    named.names[entry.data.prescription_id] = entry.data.medication
                case events.PrescriptionChanged():
                    named.names[entry.data.replacement_id] = entry.data.medication
                case events.AllergyRecorded() | events.AllergyRevised():
                    named.names[entry.data.allergy_id] = entry.data.substance
        return named

    def name(self, entry: RecordedEvent) -> str:
        known = self.names.get(subject(entry))
        match entry.data:
            case events.PrescriptionChanged():
                return _("{drug} to {other}").format(drug=known or _("unknown"), other=entry.data.medication)
            case events.PatientRegistered() | events.DemographicsCorrected():
                return _("who the patient is")
            case events.NoKnownAllergiesAsserted():
                return _("no known allergies")
        return known or _("unknown")


def act(entry: RecordedEvent) -> str:
    return {
        events.PrescriptionAdded: _("prescribed"),
        events.PrescriptionChanged: _("changed to another drug"),
        events.DosageAdjusted: _("dose adjusted"),
        events.PrescriptionRenewed: _("renewed"),
        events.PrescriptionHeld: _("held"),
        events.PrescriptionResumed: _("resumed"),
        events.PrescriptionDiscontinued: _("stopped"),
        events.AllergyRecorded: _("allergy recorded"),
        events.AllergyRevised: _("allergy revised"),
        events.AllergyRefuted: _("allergy refuted"),
        events.AllergyResolved: _("allergy resolved"),
        events.NoKnownAllergiesAsserted: _("stated"),
        events.PatientRegistered: _("registered"),
        events.DemographicsCorrected: _("corrected"),
    }[type(entry.data)]
