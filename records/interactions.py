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
from records.catalogue import families
from records.catalogue.naming import contents, plain
from records.courses import HELD, Course
from records.decision import Alert
from records.drug_classes import DrugClass
from records.speech import _, coded

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
        return Match(SAME_INGREDIENT, _("it is the same substance"))
    drug, culprit = contents(medication), contents(allergy.substance)
    if same := sorted(drug & culprit):
        return Match(SAME_INGREDIENT, _("it contains {substances}").format(substances=_(" and ").join(same)))
    mine = _classes(drug)
    for each in _declared(allergy, culprit):
        if each in mine:
            return Match(DECLARED_CLASS, _("both belong to the {family}").format(family=_(each.name)))
    theirs = _classes(culprit)
    for each in mine:
        if each in theirs:
            return Match(RELATED, _("both belong to the {family}").format(family=_(each.name)))
    for each in mine:
        for other in theirs:
            if each.name in other.related:
                return Match(
                    RELATED,
                    _("{family} can cross-react with {other}").format(
                        family=_(each.name), other=_(other.name)
                    ),
                )
    return None


def _declared(allergy: Allergy, culprit: Iterable[str]) -> tuple[DrugClass, ...]:
    """The classes that the allergy was declared for, by name or as a substance's whole class.

    A substance of several established classes does not say which of them is meant, unless the clinic's
    own table does: that would be a guess, and a guess does not interrupt.
    """
    names = {*culprit, plain(allergy.substance)}
    named = [each for name in sorted(names) for each in families.by_name(name)]
    if named or not allergy.whole_class:
        return tuple(named)
    clinical = tuple(
        each for substance in sorted(culprit) for each in families.clinical(substance) if each.names
    )
    others = tuple(each for substance in sorted(culprit) for each in families.others(substance))
    return clinical or (others if len(others) == 1 else ())


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
        alerts.append(
            Alert(
                kind="allergy" if found.is_sure else "related allergy",
                text=_("{allergy} is recorded, and {drug} meets it: {what}.").format(
                    allergy=_named(allergy), drug=medication, what=found.what
                ),
                interrupts=found.is_sure and new,
                allergy_id=allergy.allergy_id,
            )
        )
    return tuple(sorted(alerts, key=lambda alert: not alert.interrupts))


def taken_now_alerts(courses: Iterable[Course], allergy: Allergy) -> tuple[Alert, ...]:
    """A note for each open prescription that an allergy, about to be recorded, meets."""
    notes = []
    for course in courses:
        found = match(allergy, course.medication, course.code, course.code_system)
        if found is not None and found.is_sure:
            held = _("{drug} is on hold, and {what}. Consider stopping it.")
            taken = _("{drug} is taken now, and {what}. Consider stopping it.")
            sentence = held if course.status == HELD else taken
            notes.append(
                Alert(kind="taken now", text=sentence.format(drug=course.medication, what=found.what))
            )
    return tuple(notes)


def class_is_known(substance: str) -> bool:
    """Whether an allergy declared for the class of this substance can be checked."""
    culprit = contents(substance)
    named = any(families.is_class_name(name) for name in (*culprit, plain(substance)))
    return named or any(families.clinical(each) or len(families.others(each)) == 1 for each in culprit)


def _classes(substances: Iterable[str]) -> tuple[DrugClass, ...]:
    """Every class of every substance, the clinic's own before the catalogue's."""
    ordered = sorted(substances)
    return (
        *(each for substance in ordered for each in families.clinical(substance)),
        *(each for substance in ordered for each in families.others(substance)),
    )


def _named(allergy: Allergy) -> str:
    details = ", ".join(filter(None, (str(coded(allergy.severity)), allergy.reactions)))
    if not details:
        return _("An allergy to {substance}").format(substance=allergy.substance)
    return _("An allergy to {substance} ({details})").format(substance=allergy.substance, details=details)


# --- What is taken already --------------------------------------------------------------------------

#: Ways into the whole body: two drugs of a class taken by these add up.
_SYSTEMIC = frozenset(
    {
        "oral", "sublingual", "intravenous", "intramuscular", "subcutaneous", "transdermal", "rectal",
    }
)  # fmt: skip
#: Established classes whose drugs are meant to be taken together.
_TAKEN_TOGETHER = frozenset(
    {
        "Insulin Analog", "Insulin", "Anti-epileptic Agent", "Antimycobacterial", "Osmotic Laxative",
        "Human Immunodeficiency Virus Nucleoside Analog Reverse Transcriptase Inhibitor",
        "Hepatitis B Virus Nucleoside Analog Reverse Transcriptase Inhibitor", "Alkylating Drug",
        "Kinase Inhibitor", "Nucleoside Metabolic Inhibitor",
    }
)  # fmt: skip


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
    return tuple(
        Alert(
            kind="duplicate",
            text=_("{drug} is prescribed already ({status}, since {day}).").format(
                drug=course.medication,
                status=coded(course.status),
                day=partial_dates.shown(course.start or course.since.date()),
            ),
        )
        for course in courses
        if is_same_drug(course, medication, code, system)
    )


def same_class_alerts(
    courses: Iterable[Course], medication: str, code: str | None, system: str | None, route: str | None
) -> tuple[Alert, ...]:
    """A weaker note for each open prescription of another drug that works in the same way."""
    mine = {name for each in contents(medication) for name in families.established(each)} - _TAKEN_TOGETHER
    notes = []
    for course in courses:
        if is_same_drug(course, medication, code, system) or not _meet(course.route, route):
            continue
        theirs = {name for each in contents(course.medication) for name in families.established(each)}
        if shared := sorted(mine & theirs):
            sentence = _("{taken} is prescribed already, and {drug} works in the same way: {family}.").format(
                taken=course.medication, drug=medication, family=_(families.named(shared[0]))
            )
            notes.append(Alert(kind="same class", text=sentence))
    return tuple(notes)


def is_same_drug(course: Course, medication: str, code: str | None = None, system: str | None = None) -> bool:
    """Whether a course is of the drug, or of one that contains it."""
    if code and (code, system) == (course.code, course.code_system):
        return True
    return bool(contents(medication) & contents(course.medication))


def _meet(one: str | None, other: str | None) -> bool:
    """Whether two routes lead to the same place; what is not stated is taken to."""
    return not one or not other or one == other or {one, other} <= _SYSTEMIC
