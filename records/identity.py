"""Who a patient is, as it stands. Never looks inside personal text, which may be sealed."""

from __future__ import annotations

from dataclasses import dataclass, fields

from records import events


@dataclass(frozen=True, kw_only=True)
class Demographics:
    """Identity. Shape: as `events.PatientRegistered`; dates may be partial."""

    mrn: str | None
    family: str | None
    given: str | None
    birth_date: str | None
    sex: str | None
    deceased: bool
    deceased_date: str | None
    other_names: str | None
    phone: str | None
    address: str | None


FIELDS = tuple(field.name for field in fields(Demographics))


def stated(event: events.PatientRegistered | events.DemographicsCorrected) -> Demographics:
    return Demographics(**{name: getattr(event, name) for name in FIELDS})
