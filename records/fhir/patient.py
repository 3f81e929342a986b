"""What a source says in a Patient, in the clinic's words and nothing added to it.

Knows nothing of streams or of what is on record already. Source: FHIR R4 Patient.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from records.codes import Sex
from records.fhir.dates import read_date
from records.fhir.elements import Json, codings, one_of, part, parts, text, texts, yes
from records.fhir.literal import source_lines

_LONGEST_RECORD_NUMBER = 64
_STALE_NAMES = ("old", "maiden", "nickname", "temp")


@dataclass(frozen=True)
class PatientSaid:
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
    source_text: str
    notes: tuple[str, ...] = ()


def read_patient(resource: Json, zone: tzinfo) -> PatientSaid:
    names = parts(resource, "name")
    main = _main_name(names)
    family, given = _family_and_given(main)
    born = read_date(text(resource.get("birthDate")), zone)
    died = read_date(text(resource.get("deceasedDateTime")), zone)
    notes = []
    if born is not None and born.day is None:
        notes.append(f"The birth date cannot be read: {born.literal}")
    if died is not None and died.day is None:
        notes.append(f"The date of death cannot be read: {died.literal}")
    number = record_number(resource)
    if number is not None and len(number) > _LONGEST_RECORD_NUMBER:
        notes.append(f"The record number is longer than {_LONGEST_RECORD_NUMBER} characters")
        number = None
    return PatientSaid(
        mrn=number,
        family=family,
        given=given,
        birth_date=born.day if born else None,
        sex=one_of(Sex, text(resource.get("gender"))),
        deceased=died is not None or yes(resource, "deceasedBoolean"),
        deceased_date=died.day if died else None,
        other_names=_other_names(names, main),
        phone=_phone(resource),
        address=_address(resource),
        source_text=source_lines(resource),
        notes=tuple(notes),
    )


def record_number(resource: Json) -> str | None:
    """The identifier that is typed as a medical record number, else the first one that has a value."""
    identifiers = [item for item in parts(resource, "identifier") if text(item.get("value"))]
    for identifier in identifiers:
        if any(coding.code == "MR" for coding in codings(part(identifier, "type"))):
            return text(identifier.get("value"))
    return text(identifiers[0].get("value")) if identifiers else None


def _main_name(names: list[Json]) -> Json:
    by_use = {text(name.get("use")): name for name in reversed(names)}
    for use in ("official", "usual"):
        if use in by_use:
            return by_use[use]
    current = [name for name in names if text(name.get("use")) not in _STALE_NAMES]
    return (current or names or [{}])[0]


def _family_and_given(name: Json) -> tuple[str | None, str | None]:
    """A name that is text alone stands as the family name: no guess at which part is which."""
    family, given = " ".join(texts(name, "family")) or None, " ".join(texts(name, "given")) or None
    return (family, given) if family or given else (text(name.get("text")), None)


def _other_names(names: list[Json], main: Json) -> str | None:
    said = []
    for name in names:
        if name is main:
            continue
        words = text(name.get("text")) or " ".join([*texts(name, "given"), *texts(name, "family")])
        if words:
            use = text(name.get("use"))
            said.append(f"{words} ({use})" if use else words)
    return "; ".join(dict.fromkeys(said)) or None


def _phone(resource: Json) -> str | None:
    phones = [
        contact
        for contact in parts(resource, "telecom")
        if text(contact.get("system")) in ("phone", "sms", None) and text(contact.get("use")) != "old"
    ]
    said = [value for contact in phones if (value := text(contact.get("value")))]
    return "; ".join(dict.fromkeys(said)) or None


def _address(resource: Json) -> str | None:
    current = [item for item in parts(resource, "address") if text(item.get("use")) not in ("old", "billing")]
    for address in current:
        if said := text(address.get("text")):
            return said
        place = [text(address.get(name)) for name in ("city", "district", "state", "postalCode", "country")]
        words = [*texts(address, "line"), *[word for word in place if word]]
        if words:
            return ", ".join(words)
    return None
