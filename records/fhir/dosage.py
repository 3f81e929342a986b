"""What a MedicationRequest says of the dose, how and how often, as a prescription line holds it.

A dose is one decimal with one unit. A range, a rate, a second step or a maximum cannot be that:
they are said in words beside it, never rounded to a number. Nothing is filled in.
Source: FHIR R4 Dosage, UCUM, orderableDrugForm; STU3's doseQuantity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from records import units
from records.codes import Route, Unit
from records.fhir.elements import (
    Json,
    Quantity,
    all_words,
    canonical_number,
    codings,
    literal_number,
    part,
    parts,
    quantity,
    text,
    whole_number,
    words_of,
    yes,
)
from records.fhir.timing import bounds_days, bounds_period, bounds_words, frequency_words, span

_COUNTED = frozenset(
    str(unit)
    for unit in (
        Unit.TABLET, Unit.CAPSULE, Unit.PUFF, Unit.DROP, Unit.PATCH, Unit.SPRAY, Unit.SACHET,
        Unit.SUPPOSITORY, Unit.APPLICATION,
    )
)  # fmt: skip

#: SNOMED CT routes of administration that are one of ours.
_ROUTES = {
    "26643006": Route.ORAL,
    "37839007": Route.SUBLINGUAL,
    "447694001": Route.INHALED,
    "18679011": Route.INHALED,
    "47625008": Route.INTRAVENOUS,
    "255560000": Route.INTRAVENOUS,
    "78421000": Route.INTRAMUSCULAR,
    "255559005": Route.INTRAMUSCULAR,
    "34206005": Route.SUBCUTANEOUS,
    "263887005": Route.SUBCUTANEOUS,
    "6064005": Route.TOPICAL,
    "359540000": Route.TOPICAL,
    "45890007": Route.TRANSDERMAL,
    "46713006": Route.NASAL,
    "54485002": Route.OPHTHALMIC,
    "10547007": Route.OTIC,
    "37161004": Route.RECTAL,
    "16857009": Route.VAGINAL,
}


@dataclass(frozen=True)
class Regimen:
    """How a drug is to be taken. All None: the source says nothing of it."""

    dose: str | None = None
    unit: str | None = None
    route: str | None = None
    frequency: str | None = None
    as_needed: bool = False
    as_needed_reason: str | None = None
    start: str | None = None
    end: str | None = None
    duration_days: int | None = None
    note_to_patient: str | None = None
    odd_numbers: tuple[str, ...] = ()

    @property
    def stated(self) -> bool:
        return any((self.dose, self.unit, self.route, self.frequency, self.as_needed))

    @property
    def line(self) -> tuple[str | None, ...]:
        """What makes two dosages the same one."""
        return self.dose, self.unit, self.route, self.frequency, str(self.as_needed)


def canonical_unit(said: Quantity) -> str | None:
    """One of our units where the source means one, by code before label; else its own literal."""
    for spelling in (said.code, said.unit):
        if unit := units.meant(spelling):
            return str(unit)
    return said.unit or said.code


def amount_words(value: str, unit: str | None) -> str:
    """ "2 tablets", "400 mg": an amount inside a sentence."""
    if unit is None:
        return value
    if value == "1" or unit not in _COUNTED:
        return f"{value} {unit}"
    if unit.endswith("y"):
        return f"{value} {unit[:-1]}ies"
    return f"{value} {unit}{'es' if unit.endswith('h') else 's'}"


def _range_words(low: Quantity, high: Quantity) -> str | None:
    unit = canonical_unit(high) or canonical_unit(low)
    if low.value and high.value:
        return f"{low.value} to {amount_words(high.value, unit)}"
    if high.value:
        return f"up to {amount_words(high.value, unit)}"
    return f"at least {amount_words(low.value, unit)}" if low.value else None


def route_words(concept: Json) -> str | None:
    for coding in codings(concept):
        if coding.code in _ROUTES:
            return str(_ROUTES[coding.code])
    return words_of(concept)


def read_regimen(instructions: list[Json]) -> Regimen:
    """One line of what may be several instructions: the first one's dose, the others in words."""
    if not instructions:
        return Regimen()
    ordered = sorted(instructions, key=lambda step: whole_number(step.get("sequence")) or 0)
    first = ordered[0]
    amount, odd = _dose(first)
    frequency = _frequency(first, with_amount=amount.value is None)
    if len(ordered) > 1 and (dates := _between(first)):
        frequency = f"{frequency} {dates}" if frequency else dates
    for earlier, later in pairwise(ordered):
        frequency = _joined(frequency, earlier, later)
    starts, ends = zip(*(bounds_period(part(step, "timing")) for step in ordered), strict=True)
    days = [bounds_days(part(step, "timing")) for step in ordered]
    reasons = [said for step in ordered if (said := words_of(step.get("asNeededCodeableConcept")))]
    return Regimen(
        dose=amount.value,
        unit=canonical_unit(amount) if amount.value else None,
        route=next((said for step in ordered if (said := route_words(part(step, "route")))), None),
        frequency=frequency,
        as_needed=any(_as_needed(step) for step in ordered),
        as_needed_reason="; ".join(dict.fromkeys(reasons)) or None,
        start=starts[0],
        end=ends[-1],
        duration_days=sum(day for day in days if day) if all(days) else None,
        note_to_patient=_instructions(ordered, said_already=frequency),
        odd_numbers=odd,
    )


def _dose(instruction: Json) -> tuple[Quantity, tuple[str, ...]]:
    """The dose, if it is one plain number above zero; and numbers that are none."""
    odd: list[str] = []
    for source in [*parts(instruction, "doseAndRate"), instruction]:
        written = source.get("doseQuantity")
        if not isinstance(written, dict):
            continue
        said = quantity(written)
        if said.value is not None and said.value.strip("0.") != "":
            return said, tuple(odd)
        if literal := literal_number(written.get("value")):
            odd.append(literal)
    return Quantity(None, None, None), tuple(odd)


def _frequency(instruction: Json, *, with_amount: bool) -> str | None:
    """How often in words, with what no single dose can say: a range, a rate, a maximum.

    Where a source gives no timing, its own text of the whole instruction is what there is.
    """
    timing = part(instruction, "timing")
    often = frequency_words(timing)
    if often is None:
        often = text(instruction.get("text")) or _instructions_of(instruction)
        if often and _only_as_needed(instruction, often):
            often = None
        return ", ".join(words for words in (often, bounds_words(timing)) if words) or None
    said = [
        _range(instruction) if with_amount else None,
        often,
        _rate(instruction),
        bounds_words(timing),
        _maximum(instruction),
    ]
    return ", ".join(words for words in said if words) or None


def _joined(so_far: str | None, earlier: Json, later: Json) -> str | None:
    """The next step: "then" where the source numbers its steps, "and" where both hold at once."""
    before, after = whole_number(earlier.get("sequence")), whole_number(later.get("sequence"))
    word = "then" if before is not None and after is not None and after > before else "and"
    amount, _ = _dose(later)
    dose = amount_words(amount.value, canonical_unit(amount)) if amount.value else None
    often = _frequency(later, with_amount=dose is None)
    said = " ".join(words for words in (dose, often, _between(later)) if words)
    if not said:
        return so_far
    return f"{so_far}; {word} {said}" if so_far else f"{word} {said}"


def _between(instruction: Json) -> str | None:
    """ "from 23-Jan-2015 to 30-Jan-2015", for a step that has its own dates."""
    start, end = (_day(literal) for literal in bounds_period(part(instruction, "timing")))
    return " ".join(f"{word} {day}" for word, day in (("from", start), ("to", end)) if day) or None


def _day(literal: str | None) -> str | None:
    try:
        return f"{date.fromisoformat((literal or '')[:10]):%d-%b-%Y}"
    except ValueError:
        return literal


def _range(instruction: Json) -> str | None:
    for source in [*parts(instruction, "doseAndRate"), instruction]:
        limits = part(source, "doseRange")
        said = _range_words(quantity(part(limits, "low")), quantity(part(limits, "high")))
        if said:
            return said
    return None


def _rate(instruction: Json) -> str | None:
    for source in [*parts(instruction, "doseAndRate"), instruction]:
        rate, limits = quantity(part(source, "rateQuantity")), part(source, "rateRange")
        said = (
            (amount_words(rate.value, canonical_unit(rate)) if rate.value else None)
            or _ratio(part(source, "rateRatio"))
            or _range_words(quantity(part(limits, "low")), quantity(part(limits, "high")))
        )
        if said:
            return f"at {said}"
    return None


def _ratio(ratio: Json) -> str | None:
    above, below = quantity(part(ratio, "numerator")), part(ratio, "denominator")
    if above.value is None:
        return None
    amount = amount_words(above.value, canonical_unit(above))
    unit = text(below.get("code")) or text(below.get("unit"))
    value = canonical_number(below.get("value"))
    within = span(value, unit) or f"{value or ''} {unit or ''}".strip()
    return f"{amount} in {within}" if within else amount


def _maximum(instruction: Json) -> str | None:
    said = [
        f"at most {words}" for ratio in parts(instruction, "maxDosePerPeriod") if (words := _ratio(ratio))
    ]
    for name, scope in (("maxDosePerAdministration", "at a time"), ("maxDosePerLifetime", "in a lifetime")):
        most = quantity(part(instruction, name))
        if most.value:
            said.append(f"at most {amount_words(most.value, canonical_unit(most))} {scope}")
    return ", ".join(said) or None


def _instructions(steps: list[Json], *, said_already: str | None) -> str | None:
    """The source's own words for whoever takes it: its text, and further instructions."""
    said: list[str] = []
    for step in steps:
        own = text(step.get("text"))
        if own and _only_as_needed(step, own):
            own = None
        further = [words_of(item) for item in parts(step, "additionalInstruction")]
        said.extend(words for words in (own, *further, text(step.get("patientInstruction"))) if words)
    fresh = [words for words in dict.fromkeys(said) if words not in (said_already or "")]
    return "\n".join(fresh) or None


def _as_needed(instruction: Json) -> bool:
    return yes(instruction, "asNeededBoolean") or bool(part(instruction, "asNeededCodeableConcept"))


def _only_as_needed(instruction: Json, words: str) -> bool:
    return _as_needed(instruction) and words.lower().strip(" .") in ("as needed", "take as needed")


def _instructions_of(instruction: Json) -> str | None:
    return all_words(instruction, "additionalInstruction") or text(instruction.get("patientInstruction"))
