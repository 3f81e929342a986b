"""The way from older shapes of events to the ones in events.py, one step at a time.

A step is pure and never deleted; what it must look up is handed in, answered from events alone as
of the recording, so that reading the past again always gives the same past.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eventstore.registry import Lookup, Recording, upcaster


@upcaster("PrescriptionAdded", from_version=1)
def add_prescriber_license(
    data: dict[str, Any], *, recording: Recording, lookups: Mapping[str, Lookup]
) -> dict[str, Any]:
    """Version 2 names the prescriber's license: that of the recording person, as it was then.

    None where there was none yet or where nobody is named: it is not known.
    """
    user_id = recording.metadata.get("user_id")
    license_at = lookups.get("licenses")
    known = license_at(user_id, recording.position) if user_id and license_at else None
    return {**data, "prescriber_license": known}
