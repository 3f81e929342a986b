"""What a source says in an AllergyIntolerance, in the clinic's words and nothing added to it.

"No known allergies" comes as an allergy in FHIR: here it is told apart before anything else.
Knows nothing of streams or of what is on record already.
Source: FHIR R4 AllergyIntolerance; SNOMED CT and IPS codes for absent allergies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from records.codes import AllergyCategory, Certainty, Criticality, Severity
from records.fhir.dates import Stated, read_date
from records.fhir.elements import (
    NOT_STATED,
    Json,
    best_coding,
    code_of,
    codings,
    one_of,
    part,
    parts,
    text,
    texts,
    words_of,
)
from records.fhir.literal import source_lines
from records.fhir.people import Lookup, named_person

#: "No known allergies" in SNOMED CT and the International Patient Summary, with what it is limited to.
NO_KNOWN: dict[str, str | None] = {
    "716186003": None,
    "160244002": None,
    "no-known-allergies": None,
    "409137002": str(AllergyCategory.MEDICATION),
    "no-known-medication-allergies": str(AllergyCategory.MEDICATION),
    "429625007": str(AllergyCategory.FOOD),
    "no-known-food-allergies": str(AllergyCategory.FOOD),
    "428607008": str(AllergyCategory.ENVIRONMENT),
    "no-known-environmental-allergies": str(AllergyCategory.ENVIRONMENT),
    "428197003": "insect",
    "716184000": "latex",
    "716220001": "animal",
}
#: Codes that say nobody knows or nobody asked: neither an allergy nor its absence.
NOTHING_KNOWN = frozenset({"no-allergy-info", "1631000175102", "asked-unknown", "unknown", "not-asked"})


@dataclass(frozen=True)
class AllergySaid:
    """standing: active, resolved, refuted or in error. no_known: it denies allergies; scope: of that
    kind alone. nothing_known: it says that nothing is known."""

    substance: str
    code: str | None
    code_system: str | None
    category: str | None
    reactions: str | None
    severity: str | None
    certainty: str | None
    criticality: str | None
    onset: str | None
    standing: str
    recorded: Stated | None
    recorder: str | None
    source_text: str
    no_known: bool = False
    scope: str | None = None
    nothing_known: bool = False
    unconfirmed: bool = False


def read_allergy(resource: Json, zone: tzinfo, lookup: Lookup) -> AllergySaid:
    concept = part(resource, "code")
    reactions = parts(resource, "reaction")
    known = best_coding(concept)
    substance = words_of(concept) or next(
        (said for item in reactions if (said := words_of(item.get("substance")))), None
    )
    denial = next((coding.code for coding in codings(concept) if coding.code in NO_KNOWN), None)
    verification = code_of(resource.get("verificationStatus"))
    who, words = named_person(resource, "recorder", lookup)
    asserter, asserter_words = named_person(resource, "asserter", lookup)
    recorded = text(resource.get("recordedDate")) or text(resource.get("assertedDate"))
    return AllergySaid(
        substance=substance or NOT_STATED,
        code=known.code,
        code_system=known.system,
        category=next(
            (said for word in texts(resource, "category") if (said := one_of(AllergyCategory, word))), None
        ),
        reactions=_reactions(reactions),
        severity=_worst(text(item.get("severity")) for item in reactions),
        certainty=_certainty(verification),
        criticality=one_of(Criticality, (text(resource.get("criticality")) or "").replace("-", " ")),
        onset=_onset(resource, zone),
        standing=_standing(code_of(resource.get("clinicalStatus")), verification),
        recorded=read_date(recorded or text(resource.get("onsetDateTime")), zone),
        recorder=who or asserter,
        source_text=source_lines(resource, also=[*words, *asserter_words]),
        no_known=denial is not None,
        scope=NO_KNOWN.get(denial or ""),
        nothing_known=any(coding.code in NOTHING_KNOWN for coding in codings(concept)),
        unconfirmed=verification in ("unconfirmed", "presumed", "provisional", "differential"),
    )


def _standing(clinical: str | None, verification: str | None) -> str:
    if verification == "entered-in-error":
        return "in error"
    if verification == "refuted":
        return "refuted"
    return "resolved" if clinical in ("inactive", "resolved") else "active"


def _certainty(verification: str | None) -> str | None:
    if verification == "confirmed":
        return str(Certainty.CONFIRMED)
    if verification in ("unconfirmed", "presumed", "provisional", "differential"):
        return str(Certainty.UNCONFIRMED)
    return None


def _reactions(reactions: list[Json]) -> str | None:
    said = []
    for reaction in reactions:
        signs = [words for item in parts(reaction, "manifestation") if (words := words_of(item))]
        words = ", ".join(signs) or text(reaction.get("description"))
        severity = text(reaction.get("severity"))
        if words:
            said.append(f"{words} ({severity})" if severity else words)
    return "; ".join(dict.fromkeys(said)) or None


def _worst(severities: Iterable[str | None]) -> str | None:
    stated = set(severities)
    return next((str(level) for level in Severity if level in stated), None)


def _onset(resource: Json, zone: tzinfo) -> str | None:
    """The day, month or year it began; an age or a period stays in the source's literal."""
    for literal in (resource.get("onsetDateTime"), part(resource, "onsetPeriod").get("start")):
        if (stated := read_date(text(literal), zone)) and stated.day:
            return stated.day
    return None
