"""What the read models should hold, worked out a second time from stored events.

Why:    a check that shares code with what it checks proves nothing. Nothing here, nor in the two
        modules beside it, comes from a projector, from the write side's fold, from an upcaster or
        an event class: stored JSON goes into plain dicts, rule by rule as the clinic's design
        states them.
Shape:  one stream at a time; `rows` answers {table: {primary key: {column: value}}} with the
        columns that carry facts. Words made for printing are the projectors' own business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from projections.independent_courses import CHANGES, OPEN, Prescriptions
from projections.independent_words import DayOf, LicenseAt, Stored, Values, kind_of, with_times

Tables = dict[str, dict[str, Values]]

IDENTITY = (
    "mrn", "family", "given", "birth_date", "sex", "deceased", "deceased_date", "other_names",
    "phone", "address",
)  # fmt: skip
#: Who stood on a record that was merged into this one.
MERGED = ("mrn", "family", "given", "other_names", "birth_date", "sex")
SUBSTANCE = (
    "substance", "code", "code_system", "whole_class", "category", "reactions", "severity",
    "certainty", "criticality", "onset",
)  # fmt: skip
#: All values of an allergy that this fold knows; a correction may carry later ones.
KNOWN = (*SUBSTANCE, "allergy_id", "reported", "status", "recorded_at", "revised_at")
ALLERGY_EVENTS = (
    "AllergyRecorded", "AllergyRevised", "AllergyRefuted", "AllergyResolved", "NoKnownAllergiesAsserted",
)  # fmt: skip


class Stream:
    """One stream, folded; whatever its aggregate, it fills the tables that concern it."""

    def __init__(self, aggregate_id: str, aggregate_type: str, license_at: LicenseAt, day_of: DayOf) -> None:
        self.aggregate_id, self.aggregate_type = aggregate_id, aggregate_type
        self.owner = aggregate_id.split("-", 1)[-1]
        self.last: Stored | None = None
        self.not_understood = 0
        self.account: Values = {}
        self.person: Values = {}
        self.allergies: dict[str, Values] = {}
        self.none_known: Values | None = None
        self.allergies_updated_at: datetime | None = None
        self.merged: list[Values] = []
        self.merged_into: str | None = None
        self.prescriptions = Prescriptions(self.owner, license_at, day_of)
        self.timeline: dict[str, Values] = {}
        self.audit: dict[str, Values] = {}

    def apply(self, event: Stored) -> None:
        self.last = event
        self._list(event)
        if not event.known:
            self.not_understood += 1
        elif event.event_type in CHANGES:
            self.prescriptions.take(event)
        elif (step := _STEPS.get(event.event_type)) is not None:
            step(self, event)

    def rows(self) -> Tables:
        """What the read models should hold of this stream."""
        tables: Tables = {"compliance_audit": self.audit}
        if self.aggregate_type == "Patient" and self.last is not None:
            tables |= {
                "patients": {self.owner: self._patient_row(self.last)},
                "patient_state": self.prescriptions.current(),
                "medication_courses": self.prescriptions.all(),
                "medication_history": self.prescriptions.history,
                "timeline": self.timeline,
            }
        if self.account:
            tables["accounts"] = {self.owner: self.account}
        return tables

    def state(self) -> Values:
        """What a snapshot should hold of a patient: only what decisions need."""
        return {
            "demographics": {name: self.person.get(name) for name in IDENTITY} if self.person else None,
            "courses": {key: now for key, now in self.prescriptions.now.items() if now["status"] in OPEN},
            "allergies": self._active(),
            "none_known": self.none_known,
        }

    # --- Every event --------------------------------------------------------------------------------

    def _list(self, event: Stored) -> None:
        """One line in the compliance report, and one in the timeline of a patient."""
        said, data = event.metadata, event.data
        named = data.get("patient_id") if event.known else None
        self.audit[event.event_id] = {
            "patient_id": self.owner if self.aggregate_type == "Patient" else named,
            "aggregate_id": self.aggregate_id,
            "aggregate_type": self.aggregate_type,
            "event_type": event.event_type,
            "changed_by": said.get("user_id") or "",
            "changed_by_name": said.get("user_name") or "",
            "role": said.get("user_role") or "",
            "ip": said.get("ip") or "",
            "changed_at": event.created_at,
            "occurred_at": event.occurred_at,
            "source": (said.get("source") or {}).get("system") or "",
            "in_error": False,
            "version": event.version,
            "position": event.position,
        }
        if self.aggregate_type != "Patient":
            return
        self.timeline[event.event_id] = {
            "patient_id": self.owner,
            "occurred_at": event.occurred_at,
            "recorded_at": event.created_at,
            "event_type": event.event_type,
            "kind": kind_of(event.event_type) if event.known else "unknown",
            "who": said.get("user_name") or "",
            "who_id": said.get("user_id") or "",
            "role": said.get("user_role") or "",
            "reported": bool(event.known and data.get("reported")),
            "in_error": False,
            "corrected_by": None,
            "corrects": None,
            "version": event.version,
            "position": event.position,
        }

    # --- A patient ----------------------------------------------------------------------------------

    def identify(self, event: Stored) -> None:
        self.person |= {name: event.data.get(name) for name in IDENTITY}
        self.person["deceased"] = event.data.get("deceased", False)
        if event.event_type == "PatientRegistered":
            self.person["reported"] = event.data.get("reported", False)

    def allergy(self, event: Stored) -> None:
        self._allergies_moved(event.occurred_at)
        self._allergy(event)

    def _allergy(self, event: Stored) -> None:
        data, at = event.data, event.occurred_at
        if event.event_type == "NoKnownAllergiesAsserted":
            if not self._active() and data.get("scope") is None:
                self.none_known = {"asked_by": data["asked_by"], "asked_at": at}
            return
        stated = {name: data[name] for name in SUBSTANCE if name in data}
        allergy = self.allergies.get(data["allergy_id"])
        if event.event_type == "AllergyRecorded":
            self.none_known = None
            self.allergies[data["allergy_id"]] = {
                **stated,
                "allergy_id": data["allergy_id"],
                "reported": data.get("reported", False),
                "status": "active",
                "recorded_at": at,
                "revised_at": at,
            }
        elif allergy is None or allergy["status"] != "active":
            return
        elif event.event_type == "AllergyRevised":
            if at >= allergy["revised_at"]:
                allergy |= stated | {"revised_at": at}
        else:
            allergy["status"] = "refuted" if event.event_type == "AllergyRefuted" else "resolved"

    def _allergies_moved(self, at: datetime) -> None:
        self.allergies_updated_at = max(self.allergies_updated_at or at, at)

    def _active(self) -> dict[str, Values]:
        return {key: allergy for key, allergy in self.allergies.items() if allergy["status"] == "active"}

    def correct(self, event: Stored) -> None:
        """Marks the wrong entry everywhere, and takes over what the correction says holds without it."""
        wrong, restores = event.data["target_event_id"], event.data["restores"]
        self.prescriptions.correct(event)
        if wrong in self.audit:
            self.audit[wrong]["in_error"] = True
        if wrong in self.timeline:
            self.timeline[wrong] |= {"in_error": True, "corrected_by": event.event_id}
            self.timeline[event.event_id]["corrects"] = wrong
        self._restore_allergies(event)
        stated = restores.get("demographics") or {}
        self.person |= {name: stated[name] for name in IDENTITY if name in stated}

    def _restore_allergies(self, event: Stored) -> None:
        restores = event.data["restores"]
        allergies = restores.get("allergies") or {}
        for key, stored in allergies.items():
            self.allergies.pop(key, None)
            if stored:
                known = {name: value for name, value in stored.items() if name in KNOWN}
                self.allergies[key] = with_times(known, "recorded_at", "revised_at")
        if "no_known_allergies" in restores:
            asked = {name: restores.get(name) for name in ("asked_by", "asked_at")}
            self.none_known = with_times(asked, "asked_at") if restores["no_known_allergies"] else None
        if allergies or "no_known_allergies" in restores:
            self._allergies_moved(event.occurred_at)

    def merge(self, event: Stored) -> None:
        data = event.data
        if data["role"] == "merged":
            self.merged_into, self.prescriptions.closed = data["other_id"], True
        else:
            other = {"patient_id": data["other_id"], **{name: data[name] for name in MERGED}}
            self.merged += [{**who, "event_id": event.event_id} for who in (other, *data["also"])]
        self._take_over(event)

    def separate(self, event: Stored) -> None:
        data = event.data
        if data["role"] == "merged":
            self.merged_into, self.prescriptions.closed = None, False
            self.prescriptions.reopen(event)
            self._take_over(event)
            return
        merges = [each["event_id"] for each in self.merged if each["patient_id"] == data["other_id"]]
        self.merged = [each for each in self.merged if each["event_id"] not in merges]
        restores = data["restores"]
        for key in restores.get("prescriptions") or {}:
            self.prescriptions.forget(key)
        self._restore_allergies(event)

    def _take_over(self, event: Stored) -> None:
        """The other record's entries, one by one, as entries of this one."""
        last = len(event.data["carried"]) - 1
        for place, told in enumerate(event.data["carried"]):
            at = datetime.fromisoformat(told["occurred_at"])
            entry = event._replace(
                event_id=told["event_id"],
                event_type=told["event_type"],
                schema_version=told["schema_version"],
                version=place - last,
                occurred_at=at,
                data=told["data"],
            )
            if entry.event_type in CHANGES:
                self.prescriptions.bring(entry, event)
            else:
                self._allergies_moved(event.occurred_at)
                self._allergy(entry)

    def _patient_row(self, last: Stored) -> Values:
        asked = self.none_known or {"asked_by": None, "asked_at": None}
        return {
            **{name: self.person.get(name) for name in IDENTITY},
            "deceased": self.person.get("deceased", False),
            "reported": self.person.get("reported", False),
            "allergy_status": (
                "known" if self._active() else "none known" if self.none_known else "not recorded"
            ),
            "allergies": self._active(),
            "no_known_asked_by": asked["asked_by"],
            "no_known_asked_at": asked["asked_at"],
            "allergies_updated_at": self.allergies_updated_at,
            "not_understood": self.not_understood,
            "merged": self.merged,
            "merged_into": self.merged_into,
            "version": last.version,
            "position": last.position,
            "event_id": last.event_id,
            "updated_at": last.created_at,
        }

    # --- A clinician --------------------------------------------------------------------------------

    def member(self, event: Stored) -> None:
        data, account = event.data, self.account
        match event.event_type:
            case "ClinicianRegistered":
                account |= {"username": data["username"], "name": data["name"], "roles": [], "license": None}
                account |= {"active": True, "registered_at": event.occurred_at, "deactivated_at": None}
            case "LicenseRecorded":
                account["license"] = data["license"]
            case "RoleGranted":
                account["roles"] = sorted({*account["roles"], data["role"]})
            case "RoleWithdrawn":
                account["roles"] = [role for role in account["roles"] if role != data["role"]]
            case _:
                account |= {"active": False, "deactivated_at": event.occurred_at}
        account |= {
            "version": event.version,
            "position": event.position,
            "event_id": event.event_id,
            "updated_at": event.created_at,
        }


_STEPS: Mapping[str, Callable[[Stream, Stored], None]] = {
    "PatientRegistered": Stream.identify,
    "DemographicsCorrected": Stream.identify,
    **dict.fromkeys(ALLERGY_EVENTS, Stream.allergy),
    "EntryMarkedInError": Stream.correct,
    "PatientsMerged": Stream.merge,
    "PatientsUnmerged": Stream.separate,
    **dict.fromkeys(
        ("ClinicianRegistered", "LicenseRecorded", "RoleGranted", "RoleWithdrawn", "Deactivated"),
        Stream.member,
    ),
}
