"""An entry marked in error: whether it may be, and what holds without it.

What a correction restores is worked out here, once, from the whole stream; the event carries it, so
that every fold and every read model stays one step per event. Pure; knows nothing of Django.
Why: the fold without the wrong entry, and without those marked before, is by definition what the
record should be; the difference to what it is is exactly what the correction must say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from records import commands, events, stated, times
from records.alerts import flagged
from records.decision import Decision, Rejected
from records.fold import Entry, Patient, fold
from records.speech import _
from records.values import Part, values


class IdentifiedEntry(Entry, Protocol):
    """An event as recorded, with its id and type."""

    @property
    def event_id(self) -> UUID: ...
    @property
    def event_type(self) -> str: ...


def decide(
    patient_id: str, entries: Sequence[IdentifiedEntry], command: commands.MarkEntryInError, now: datetime
) -> Decision:
    """The correction, from the whole stream with personal text in clear.

    Raises: Rejected, with a sentence that says what to do instead.
    """
    if not entries:
        raise Rejected(_("There is no such patient. Find the patient first."))
    target_id = stated.identifier(command.target_event_id, "target_event_id")
    target = next((entry for entry in entries if str(entry.event_id) == target_id), None)
    if target is None:
        raise Rejected(_("This entry is not in this patient's record. Open it from the timeline."))
    _markable(target)
    marked = marked_in_error(entries)
    if target_id in marked:
        raise Rejected(_("This entry is marked in error already. What holds instead can be recorded anew."))
    at = times.moment(command.occurred_at, now)
    why = stated.reason(command.reason, _("Say what was wrong with it, for example: meant for someone else."))
    event = events.EntryMarkedInError(
        target_event_id=target_id,
        target_event_type=target.event_type,
        reason=why,
        restores=restores(
            fold(patient_id, entries, remember=True), fold_without(patient_id, entries, {*marked, target_id})
        ),
    )
    return Decision(events=(event,), occurred_at=at, alerts=flagged(why))


def marked_in_error(entries: Sequence[Entry]) -> frozenset[str]:
    """The ids of the entries that a correction among these names."""
    return frozenset(
        entry.data.target_event_id for entry in entries if isinstance(entry.data, events.EntryMarkedInError)
    )


def fold_without(patient_id: str, entries: Sequence[IdentifiedEntry], wrong: set[str]) -> Patient:
    """The record as if the wrong entries had never been made, what has ended remembered."""
    right = (
        entry
        for entry in entries
        if str(entry.event_id) not in wrong and not isinstance(entry.data, events.EntryMarkedInError)
    )
    return fold(patient_id, right, remember=True)


def restores(now: Patient, without: Patient) -> dict[str, Any]:
    """What must change for the one to become the other, part by part (see `events.EntryMarkedInError`).

    Shape: with "no_known_allergies": true come "asked_by" and "asked_at". Both folds remember.
    """
    found: dict[str, Any] = {
        "prescriptions": _differing(now.courses, without.courses),
        "allergies": _differing(now.allergies, without.allergies),
    }
    found = {key: parts for key, parts in found.items() if parts}
    if now.none_known != without.none_known:
        found["no_known_allergies"] = without.none_known is not None
        if without.none_known is not None:
            found |= values(without.none_known)
    if now.demographics != without.demographics and without.demographics is not None:
        found["demographics"] = values(without.demographics)
    return found


def _differing(now: Mapping[str, Part], without: Mapping[str, Part]) -> dict[str, Any]:
    return {
        key: values(without[key]) if key in without else None
        for key in {**now, **without}
        if now.get(key) != without.get(key)
    }


def _markable(target: IdentifiedEntry) -> None:
    match target.data:
        case events.PatientRegistered():
            raise Rejected(
                _("The registration cannot be marked in error. Correct what is wrong in it instead.")
            )
        case events.PatientsMerged() | events.PatientsUnmerged():
            raise Rejected(
                _("A merge is undone by separating the records, and a separation by merging them again.")
            )
        case events.EntryMarkedInError():
            raise Rejected(
                _("A correction is not corrected by another. If the first entry was right, record it anew.")
            )
    if type(target.data).__module__ != events.__name__:
        raise Rejected(
            _(
                "This entry was made by another version of the program, which alone understands it."
                " Mark it in error there, or add a note."
            )
        )
