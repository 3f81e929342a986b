"""Who of those on record may be a person who is about to be registered (asked by `records.duplicates`).

Two ways lead to candidates, each through an index: names alike in spelling or sound, and a birth date or
record number that is the same or easily written for it. Each is then held against the person as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from uuid import UUID

from projections import likeness, same_person, words
from projections.models import Patient
from projections.queries.search import alike_names, find, numbered, with_days
from projections.search import record_number
from projections.templatetags.clinical import person_name
from records.duplicates import Candidate
from records.speech import _, coded, ngettext

#: Shown are the likest few; as many are looked at on each way.
SHOWN, LOOKED_AT = 5, 100


@dataclass(frozen=True)
class Alike:
    """A record, and what it shares with a person and how it differs."""

    patient: Patient
    like: same_person.Likeness

    @property
    def patient_id(self) -> UUID:
        return self.patient.patient_id


def likely_duplicates(who: Mapping[str, str | None]) -> tuple[Candidate, ...]:
    """The answer to `records.duplicates`."""
    return tuple(_candidate(each.patient, each.like.why) for each in alike(who)[:SHOWN])


def alike(who: Mapping[str, str | None]) -> list[Alike]:
    """Records that may be this person's, the likest first. who: mrn, family, given, other_names,
    birth_date and sex, as stated."""
    found: dict[UUID, Alike] = {}
    for patient in _candidates(who):
        like = same_person.compared(same_person.identity_of(patient), who)
        if like and like.likely:
            found[patient.patient_id] = Alike(patient, like)
    return sorted(
        found.values(), key=lambda each: (-each.like.score, each.patient.search_key, each.patient_id)
    )


def _candidates(who: Mapping[str, str | None]) -> Iterator[Patient]:
    names = [alike for part in ("family", "given") if (alike := alike_names(who.get(part)))]
    if names:
        yield from find(reduce(and_, names), LOOKED_AT)
    day = (who.get("birth_date") or "").replace("-", "")
    if day and names:
        near = [day, *likeness.misread_days(day)]
        yield from find(with_days(near) & reduce(or_, names), LOOKED_AT)
    number = record_number(who.get("mrn"))
    if len(number) >= 5:
        yield from find(numbered([number, *likeness.misread_numbers(number)]), LOOKED_AT)


def _candidate(patient: Patient, why: str) -> Candidate:
    known = len(patient.allergies)
    return Candidate(
        patient_id=str(patient.patient_id),
        name=person_name(patient),
        born=words.day(patient.birth_date),
        sex=str(coded(patient.sex or "unknown")),
        number=patient.mrn or _("not recorded"),
        allergies=ngettext("{count} known", "{count} known", known).format(count=known)
        if known
        else str(coded(patient.allergy_status)),
        why=why,
    )
