"""The second fold's prescriptions: what each is now, how it came to be, and every change of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from projections.independent_words import (
    DayOf,
    LicenseAt,
    Stored,
    Values,
    because,
    last_day,
    printed_dosage,
    searched_dosage,
    with_times,
)

ORDERED = (
    "medication", "code", "code_system", "form", "dose", "unit", "route", "frequency", "as_needed",
    "as_needed_reason", "start", "end", "duration_days", "indication", "prescriber",
    "prescriber_license", "note_to_patient", "reported",
)  # fmt: skip
#: All values of a prescription that this fold knows; a correction may carry later ones.
KNOWN = (
    *ORDERED, "prescription_id", "status", "status_reason_code", "status_reason", "status_at", "since",
    "dose_since", "renewals", "last_renewed_on", "renewed_at", "replaces", "replaced_by",
)  # fmt: skip
DOSAGE = ("dose", "unit", "route", "frequency")
CHANGES = {
    "PrescriptionAdded": "prescribed", "PrescriptionChanged": "changed", "DosageAdjusted": "dose adjusted",
    "PrescriptionRenewed": "renewed", "PrescriptionHeld": "held", "PrescriptionResumed": "resumed",
    "PrescriptionDiscontinued": "discontinued",
}  # fmt: skip
STATUSES = {
    "PrescriptionHeld": "held", "PrescriptionResumed": "active", "PrescriptionDiscontinued": "discontinued",
    "PrescriptionChanged": "changed",
}  # fmt: skip
OPENING = ("PrescriptionAdded", "PrescriptionChanged")
OPEN = ("active", "held")


class Prescriptions:
    """All prescriptions of one patient.

    Shape: now: {prescription id: values}, without those that a correction withdrew; kept: {id: how
    it came to be}, with them; history: {event id: row of the medication history}.
    """

    def __init__(self, patient_id: str, license_at: LicenseAt, day_of: DayOf) -> None:
        self.patient_id, self.license_at, self.day_of = patient_id, license_at, day_of
        self.now: dict[str, Values] = {}
        self.kept: dict[str, Values] = {}
        self.history: dict[str, Values] = {}
        self.closed = False

    def take(self, event: Stored) -> None:
        """One more entry of any of the types in CHANGES."""
        data, kind = event.data, event.event_type
        course = None if kind == "PrescriptionAdded" else self.now.get(data["prescription_id"])
        row = self._history_row(event, CHANGES[kind])
        row["medication"] = course["medication"] if course else data.get("medication")
        if kind == "DosageAdjusted":
            row["before.dosage"] = self._dosage_before(course, event) if course else None
            row["after.dosage"] = printed_dosage(data, reported=(course or data).get("reported", False))
        if kind in OPENING:
            row["after.dosage"] = printed_dosage(data, reported=data.get("reported", False))
            row["replacement_id"] = data.get("replacement_id")
        self.history[event.event_id] = row
        if course is not None:
            self._follow(course, event)
        if kind in OPENING:
            self._open(event)

    def bring(self, told: Stored, merge: Stored) -> None:
        """An entry of another record that a merge carried over: no change here, but it holds."""
        course = self.now.get(told.data["prescription_id"])
        if course is not None and told.event_type != "PrescriptionAdded":
            self._follow(course, told)
            self.kept[course["prescription_id"]]["touched"] = merge
        if told.event_type in OPENING:
            self._open(told)
            key = told.data.get("replacement_id") or told.data["prescription_id"]
            self.kept[key]["touched"] = merge

    def forget(self, key: str) -> None:
        """What a separation takes away was never here."""
        self.now.pop(key, None)
        self.kept.pop(key, None)

    def reopen(self, event: Stored) -> None:
        """The record goes on: what was open is current again, by this entry."""
        for key, course in self.now.items():
            if course["status"] in OPEN:
                self.kept[key]["touched"] = event

    def correct(self, event: Stored) -> None:
        """Marks the wrong change, and takes over what the correction says holds without it."""
        wrong = event.data["target_event_id"]
        if wrong in self.history:
            marked = self.history[wrong]
            marked |= {"in_error": True, "corrected_by": event.event_id}
            self.history[event.event_id] = self._history_row(event, "corrected") | {
                "corrects": wrong,
                **{name: marked[name] for name in ("medication", "prescription_id", "replacement_id")},
            }
        restored = event.data["restores"].get("prescriptions") or {}
        touched = [key for key, kept in self.kept.items() if wrong in kept["steps"]]
        for key in dict.fromkeys((*restored, *touched)):
            self._restore(key, restored[key] if key in restored else self.now.get(key), event)

    # --- One prescription ---------------------------------------------------------------------------

    def _open(self, event: Stored) -> None:
        data, at = event.data, event.occurred_at
        ordered = {name: data.get(name) for name in ORDERED} | {"reported": data.get("reported", False)}
        if event.event_type == "PrescriptionAdded" and event.schema_version == 1:
            user = event.metadata.get("user_id")
            ordered["prescriber_license"] = self.license_at(user, event.position) if user else None
        course = {
            **ordered,
            "prescription_id": data.get("replacement_id") or data["prescription_id"],
            "status": "active",
            "status_reason_code": None,
            "status_reason": None,
            "status_at": at,
            "since": at,
            "dose_since": at,
            "renewals": 0,
            "last_renewed_on": None,
            "renewed_at": None,
            "replaces": data["prescription_id"] if "replacement_id" in data else None,
            "replaced_by": None,
        }
        self._begin(course, event)

    def _begin(self, course: Values, event: Stored) -> None:
        """Shape: kept["dosages"]: (since when, version, event id, values); max is the one that holds."""
        key, at = course["prescription_id"], course["since"]
        covered = last_day(course["start"], course["end"], course["duration_days"], self.day_of(at))
        self.now[key] = course
        self.kept[key] = {
            "course": course,
            "dosages": [(at, event.version, event.event_id, _dosage(course))],
            "steps": {event.event_id},
            "last_days": {event.event_id: covered},
            "in error": 0,
            "touched": event,
            "withdrawn": None,
        }

    def _follow(self, course: Values, event: Stored) -> None:
        data, at, kind = event.data, event.occurred_at, event.event_type
        kept = self.kept[course["prescription_id"]]
        kept["touched"] = event
        if course["status"] not in OPEN:
            return
        kept["steps"].add(event.event_id)
        if kind == "DosageAdjusted":
            kept["dosages"].append((at, event.version, event.event_id, _dosage(data)))
            if at >= course["dose_since"]:
                course |= _dosage(data) | {"dose_since": at}
        elif kind == "PrescriptionRenewed":
            days = [day for day in (course["last_renewed_on"], data["renewed_on"]) if day]
            course |= {
                "renewals": course["renewals"] + 1,
                "last_renewed_on": max(days) if days else None,
                "renewed_at": max(course["renewed_at"] or at, at),
            }
            lasts = data["duration_days"] or course["duration_days"]
            kept["last_days"][event.event_id] = last_day(data["renewed_on"], None, lasts, self.day_of(at))
        elif at >= course["status_at"]:
            completed = data.get("source_status") == "completed"
            course |= {
                "status": "completed" if completed else STATUSES[kind],
                "status_reason_code": data.get("reason_code"),
                "status_reason": data["reason"],
                "status_at": at,
                "replaced_by": data.get("replacement_id"),
            }

    def _restore(self, key: str, stored: Values | None, event: Stored) -> None:
        kept = self.kept.get(key)
        if not stored:
            if kept:
                self.now.pop(key, None)
                kept |= {"touched": event, "withdrawn": event.occurred_at}
            return
        known = {name: value for name, value in stored.items() if name in KNOWN}
        course = with_times(known, "status_at", "since", "dose_since", "renewed_at")
        if kept is None:
            self._begin(course, event)
            kept = self.kept[key]
        wrong = event.data["target_event_id"]
        kept["steps"].discard(wrong)
        kept["last_days"].pop(wrong, None)
        kept["dosages"] = [step for step in kept["dosages"] if step[2] != wrong] or kept["dosages"][:1]
        if max(kept["dosages"], key=_order)[3] != _dosage(course):
            kept["dosages"].append((course["dose_since"], event.version, event.event_id, _dosage(course)))
        kept |= {"course": course, "in error": kept["in error"] + 1, "touched": event, "withdrawn": None}
        self.now[key] = course

    # --- As rows ------------------------------------------------------------------------------------

    def current(self) -> dict[str, Values]:
        """Rows of patient_state: what is active or held."""
        if self.closed:
            return {}
        return {key: self._current_row(key) for key, course in self.now.items() if course["status"] in OPEN}

    def all(self) -> dict[str, Values]:
        """Rows of medication_courses: everything that ever was."""
        return {key: self._course_row(key) for key in self.kept}

    def _history_row(self, event: Stored, change: str) -> Values:
        said, data = event.metadata, event.data
        return {
            "patient_id": self.patient_id,
            "prescription_id": data.get("prescription_id"),
            "replacement_id": None,
            "change": change,
            "changed_at": event.occurred_at,
            "recorded_at": event.created_at,
            "reason": because(data.get("reason_code"), data.get("reason")),
            "changed_by": said.get("user_id") or "",
            "changed_by_name": said.get("user_name") or "",
            "role": said.get("user_role") or "",
            "reported": bool(data.get("reported")),
            "in_error": False,
            "corrected_by": None,
            "corrects": None,
            "version": event.version,
            "position": event.position,
        }

    def _dosage_before(self, course: Values, event: Stored) -> str:
        """The dosage just before the entry was true, by what was known when it was recorded."""
        steps = self.kept[course["prescription_id"]]["dosages"]
        earlier = [step for step in steps if step[0] <= event.occurred_at]
        values = max(earlier, key=_order)[3] if earlier else course
        return printed_dosage(values, reported=course["reported"])

    def _current_row(self, key: str) -> Values:
        course, kept = self.now[key], self.kept[key]
        return {
            **{name: course[name] for name in ORDERED},
            **self._provenance(key),
            "dosage": searched_dosage(course, reported=course["reported"]),
            "status": course["status"],
            "status_reason": because(course["status_reason_code"], course["status_reason"]),
            "status_at": course["status_at"],
            "since": course["start"],
            "opened_at": course["since"],
            "dose_since": course["dose_since"] if course["dose_since"] != course["since"] else None,
            "dose_event_id": max(kept["dosages"], key=_order)[2],
            "ends_on": self._ends_on(key),
            "renewals": course["renewals"],
            "last_renewed_on": course["last_renewed_on"],
            "entries_in_error": kept["in error"],
        }

    def _course_row(self, key: str) -> Values:
        kept = self.kept[key]
        course, withdrawn = kept["course"], kept["withdrawn"]
        return {
            **self._provenance(key),
            "medication": course["medication"],
            "status": "entered in error" if withdrawn else course["status"],
            "status_at": withdrawn or course["status_at"],
            "ends_on": self._ends_on(key),
            "replaced_by": course["replaced_by"],
        }

    def _provenance(self, key: str) -> Values:
        event: Stored = self.kept[key]["touched"]
        return {
            "patient_id": self.patient_id,
            "version": event.version,
            "position": event.position,
            "event_id": event.event_id,
        }

    def _ends_on(self, key: str) -> date | None:
        """Certain only where the end of every order of it is."""
        days = list(self.kept[key]["last_days"].values())
        return None if None in days else max(days, default=None)


def _dosage(values: Values) -> Values:
    return {name: values[name] for name in DOSAGE}


def _order(step: tuple[datetime, int, str, Any]) -> tuple[datetime, int]:
    return step[:2]
