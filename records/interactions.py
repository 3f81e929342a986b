"""Checks a drug against the patient's allergies and against what is taken already.

On structured data only. The same ingredient, or a class that the allergy was declared for,
interrupts; anything looser is a passive note. Knows nothing of Django.
Source: clinic safety rules; 98.9 % of class alerts are overridden (PMC12848223), so that only the
sure ones may interrupt; SAFER guides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from records import partial_dates
from records.allergies import Allergy
from records.courses import HELD, Course
from records.decision import Alert
from records.catalogue.families import clinical as classes_of, is_class_name
from records.drug_classes import DrugClass
from records.ingredients import ingredients

#: How an allergy meets a drug; the first two are sure.
SAME_INGREDIENT, DECLARED_CLASS, RELATED = "same ingredient", "declared class", "related"


@dataclass(frozen=True)
class Match:
    """An allergy that a drug meets. how: one of the words above; what: in words for people."""

    how: str
    what: str

    @property
    def is_sure(self) -> bool:
        return self.how != RELATED


def match(allergy: Allergy, medication: str, code: str | None, code_system: str | None) -> Match | None:
    """How the allergy meets the drug, or None where it does not."""
    if code and (code, code_system) == (allergy.code, allergy.code_system):
        return Match(SAME_INGREDIENT, "it is the same substance")
    drug, culprit = ingredients(medication), ingredients(allergy.substance)
    if same := sorted(drug & culprit):
        return Match(SAME_INGREDIENT, f"it contains {' and '.join(same)}")
    drug_classes, culprit_classes = _classes(drug), _classes(culprit)
    shared = [each for each in drug_classes if each in culprit_classes]
    declared = allergy.whole_class or any(is_class_name(each) for each in culprit)
    if shared:
        how = DECLARED_CLASS if declared else RELATED
        return Match(how, f"both belong to the {shared[0].name}")
    for mine in drug_classes:
        for theirs in culprit_classes:
            if mine.name in theirs.related:
                return Match(RELATED, f"{mine.name} can cross-react with {theirs.name}")
    return None


def allergy_alerts(
    allergies: Iterable[Allergy],
    medication: str,
    code: str | None,
    code_system: str | None,
    *,
    answered_version: int | None = None,
) -> tuple[Alert, ...]:
    """What to say about a drug that is about to be ordered.

    answered_version: for a drug that was ordered before, the record's version then; an allergy that
    was known by then was answered then, so it is a note now. By version, not by time: an allergy
    recorded late is known only since it was recorded.
    """
    alerts = []
    for allergy in allergies:
        found = match(allergy, medication, code, code_system)
        if found is None:
            continue
        new = answered_version is None or allergy.known_version > answered_version
        sentence = f"{_named(allergy)} is recorded, and {medication} meets it: {found.what}."
        kind = "allergy" if found.is_sure else "related allergy"
        alerts.append(Alert(kind=kind, text=sentence, interrupts=found.is_sure and new))
    return tuple(sorted(alerts, key=lambda alert: not alert.interrupts))


def still_taken(courses: Iterable[Course], today: date) -> tuple[Course, ...]:
    """The courses that have not run out: a week of an antibiotic in July is no duplicate in November.

    A renewed course counts as taken: how long its renewals last is not kept here.
    """
    return tuple(course for course in courses if course.renewals or not _ran_out(course, today))


def _ran_out(course: Course, today: date) -> bool:
    last = partial_dates.last_day(course.start, course.end, course.duration_days)
    return last is not None and last < today


def duplicate_alerts(
    courses: Iterable[Course], medication: str, code: str | None, system: str | None
) -> tuple[Alert, ...]:
    """A note for each prescription of the same drug that is open already."""
    drug = ingredients(medication)
    return tuple(
        Alert(
            kind="duplicate",
            text=f"{course.medication} is prescribed already"
            f" ({course.status}, since {partial_dates.shown(course.start or course.since.date())}).",
        )
        for course in courses
        if (code and (code, system) == (course.code, course.code_system))
        or drug & ingredients(course.medication)
    )


def taken_now_alerts(courses: Iterable[Course], allergy: Allergy) -> tuple[Alert, ...]:
    """A note for each open prescription that an allergy, about to be recorded, meets."""
    notes = []
    for course in courses:
        found = match(allergy, course.medication, course.code, course.code_system)
        if found is not None and found.is_sure:
            state = "on hold" if course.status == HELD else "taken now"
            sentence = f"{course.medication} is {state}, and {found.what}. Consider stopping it."
            notes.append(Alert(kind="taken now", text=sentence))
    return tuple(notes)


def class_is_known(substance: str) -> bool:
    """Whether an allergy declared for the class of this substance can be checked."""
    return bool(_classes(ingredients(substance)))


def _classes(substances: Iterable[str]) -> tuple[DrugClass, ...]:
    return tuple(each for substance in sorted(substances) for each in classes_of(substance))


def _named(allergy: Allergy) -> str:
    details = ", ".join(filter(None, (allergy.severity, allergy.reactions)))
    return f"An allergy to {allergy.substance}{f' ({details})' if details else ''}"
