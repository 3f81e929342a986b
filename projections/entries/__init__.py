"""Each event told as an entry in clinical words: what the timeline and the compliance report print.

One module a part of the record; `tell` finds the right one. What is not known here is told as an
entry of an unknown kind with its stored values, and never left out (ledger rule L9).
Must not know: the tables that keep the words.
"""

from __future__ import annotations

from eventstore.registry import Unknown
from eventstore.store import RecordedEvent
from projections.course_history import Moment
from projections.entries import allergy, correction, medication, merge, person
from projections.entries.told import Told, Wrong
from projections.subjects import Subjects
from records.speech import say

__all__ = ["Told", "Wrong", "moment_of", "tell", "tell_correction"]


def moment_of(event: RecordedEvent) -> Moment:
    return Moment(event.occurred_at, event.version, str(event.event_id))


def tell(event: RecordedEvent, subjects: Subjects) -> Told:
    """The entry in words. Keeps in `subjects` what later entries need of it."""
    if not isinstance(event.data, Unknown):
        moment = moment_of(event)
        told = (
            medication.tell(event.data, moment, subjects)
            or allergy.tell(event.data, moment, subjects)
            or person.tell(event.data, person.person_of(event.aggregate_id), moment, subjects)
            or merge.tell(event.data, person.person_of(event.aggregate_id), subjects)
        )
        if told is not None:
            return told
    return Told(
        kind="unknown",
        icon="unknown",
        title=say("Entry of an unknown kind: {kind}", kind=event.event_type),
        line=say("version {version} of its kind is not known to this software", version=event.schema_version),
        data=event.raw_data,
    )


def tell_correction(event: RecordedEvent, subjects: Subjects, wrong: Wrong) -> Told:
    """A mark of an entry in error, in words."""
    return correction.tell(event, moment_of(event), subjects, wrong)
