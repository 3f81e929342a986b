"""What a source says in a MedicationRequest, in the clinic's words and nothing added to it.

What is no order (a draft, a proposal, a plan, an order not to give) is told apart from what a
patient takes. Knows nothing of streams or of what is on record already.
Source: FHIR R4 MedicationRequest; US Core for a plan that is reported as taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from records.codes import HoldReason, StopReason
from records.fhir.dates import Stated, after_days, end_of_day, read_date
from records.fhir.dosage import Regimen, canonical_unit, read_regimen
from records.fhir.elements import (
    NOT_STATED,
    Json,
    all_words,
    best_coding,
    code_of,
    part,
    parts,
    quantity,
    reference_of,
    text,
    words_of,
    yes,
)
from records.fhir.literal import source_lines
from records.fhir.people import Lookup, named_person
from records.fhir.timing import days_of

ORDERS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_SAME_STOP_REASON = {
    "salg": StopReason.ALLERGY,
    "sintol": StopReason.SIDE_EFFECT,
    "sddi": StopReason.INTERACTION,
    "sdupther": StopReason.DUPLICATE_THERAPY,
    "drughigh": StopReason.LAB_RESULT,
}
_SAME_HOLD_REASON = {
    "sintol": HoldReason.SIDE_EFFECT,
    "sddi": HoldReason.INTERACTION,
    "surg": HoldReason.PROCEDURE,
    "drughigh": HoldReason.LAB_RESULT,
}


@dataclass(frozen=True)
class RequestSaid:
    """standing: active, held, stopped, completed, cancelled, in error, unknown, or (no order at all)
    draft, proposed, planned, forbidden. status, intent: the source's words."""

    medication: str
    code: str | None
    code_system: str | None
    form: str | None
    regimen: Regimen
    indication: str | None
    prescriber: str | None
    quantity: str | None
    quantity_unit: str | None
    supply_days: int | None
    standing: str
    status: str | None
    intent: str | None
    status_reason: str | None
    status_code: str | None
    authored: Stated | None
    ends: Stated | None
    source_text: str

    @property
    def drug(self) -> str:
        """What makes two requests the same drug: system and code, else the name without its spacing."""
        if self.code:
            return f"{self.code_system or ''}|{self.code}"
        return " ".join(self.medication.lower().split())

    @property
    def hold_reason(self) -> str | None:
        reason = _SAME_HOLD_REASON.get(self.status_code or "")
        return str(reason) if reason else None

    @property
    def stop_reason(self) -> str | None:
        reason = _SAME_STOP_REASON.get(self.status_code or "")
        return str(reason) if reason else None

    @property
    def is_order(self) -> bool:
        return self.standing not in NO_ORDER


NO_ORDER = frozenset({"draft", "proposed", "planned", "forbidden"})
OPEN = frozenset({"active", "held", "unknown"})


def read_request(resource: Json, zone: tzinfo, lookup: Lookup) -> RequestSaid:
    medication, more = _medication(resource, lookup)
    concept = part(medication, "code") or medication
    known = best_coding(concept)
    prescriber, who = named_person(resource, "requester", lookup)
    reasons, why = _reasons(resource, lookup)
    supply = part(resource, "dispenseRequest")
    amount = quantity(part(supply, "quantity"))
    status, intent = text(resource.get("status")), text(resource.get("intent"))
    authored = read_date(text(resource.get("authoredOn")), zone)
    regimen = read_regimen(parts(resource, "dosageInstruction"))
    return RequestSaid(
        medication=_medication_name(resource, medication, concept),
        code=known.code,
        code_system=known.system,
        form=words_of(part(medication, "form")),
        regimen=replace(regimen, start=_day(regimen.start, zone), end=_day(regimen.end, zone)),
        indication=reasons,
        prescriber=prescriber,
        quantity=amount.value,
        quantity_unit=canonical_unit(amount) if amount.value else None,
        supply_days=days_of(part(supply, "expectedSupplyDuration")),
        standing=_request_standing(resource, status, intent),
        status=status,
        intent=intent,
        status_reason=_status_reason(resource),
        status_code=code_of(resource.get("statusReason")),
        authored=authored,
        ends=end_of_day(read_date(regimen.end, zone)) or after_days(authored, regimen.duration_days),
        source_text=source_lines(resource, also=[*more, *who, *why]),
    )


def _day(literal: str | None, zone: tzinfo) -> str | None:
    stated = read_date(literal, zone)
    return stated.day if stated else None


def _request_standing(resource: Json, status: str | None, intent: str | None) -> str:
    """What it means for what a patient takes; the record says why each was decided so."""
    if status == "entered-in-error":
        return "in error"
    if yes(resource, "doNotPerform"):
        return "forbidden"
    if status == "draft":
        return "draft"
    if intent == "plan":
        taken = yes(resource, "reportedBoolean") or bool(part(resource, "reportedReference"))
        if not taken:
            return "planned"
    elif intent is not None and intent not in ORDERS:
        return "proposed"
    known = {"active": "active", "on-hold": "held", "stopped": "stopped", "completed": "completed"}
    known |= {"cancelled": "cancelled", "ended": "completed"}
    return known.get(status or "", "unknown")


def _medication(resource: Json, lookup: Lookup) -> tuple[Json, list[tuple[str, Any]]]:
    """The medication: a concept of its own, or the Medication that is referred to (and its lines)."""
    if concept := part(resource, "medicationCodeableConcept"):
        return concept, []
    wrapped = part(resource, "medication")  # R5: concept and reference in one
    if concept := part(wrapped, "concept"):
        return concept, []
    reference = reference_of(resource, "medicationReference") or reference_of(wrapped, "reference")
    found = lookup(reference, "Medication")
    if found is None:
        return {}, []
    contained = (reference or "").startswith("#")
    return found, [] if contained else [("medicationReference.resolved", _without_frame(found))]


def _medication_name(resource: Json, medication: Json, concept: Json) -> str:
    """As the source calls it; else its ingredients; else the reference's own words."""
    target = part(resource, "medicationReference") or part(part(resource, "medication"), "reference")
    ingredients = [
        words
        for item in parts(medication, "ingredient")
        if (words := words_of(item.get("itemCodeableConcept")) or _display(item, "itemReference"))
    ]
    return (
        words_of(concept)
        or text(target.get("display"))
        or " + ".join(ingredients)
        or text(part(target, "identifier").get("value"))
        or text(target.get("reference"))
        or NOT_STATED
    )


def _display(element: Json, name: str) -> str | None:
    return text(part(element, name).get("display"))


def _reasons(resource: Json, lookup: Lookup) -> tuple[str | None, list[tuple[str, Any]]]:
    said = [words for item in parts(resource, "reasonCode") if (words := words_of(item))]
    more: list[tuple[str, Any]] = []
    for index, target in enumerate(parts(resource, "reasonReference")):
        words = text(target.get("display"))
        found = None if words else lookup(text(target.get("reference")), "Condition")
        if found is not None:
            words = words_of(found.get("code"))
            more.append((f"reasonReference[{index}].resolved", words))
        if words:
            said.append(words)
    return "; ".join(dict.fromkeys(said)) or None, more


def _status_reason(resource: Json) -> str | None:
    return words_of(resource.get("statusReason")) or all_words(resource, "statusReason")


def _without_frame(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name not in ("resourceType", "meta", "text")}
