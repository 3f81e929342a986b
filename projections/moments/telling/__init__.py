"""The differences between two moments in clinical words, grouped by cause and ready to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from eventstore.store import RecordedEvent
from projections import words
from projections.moments.between import ALLERGIES, IDENTITY, MEDICATIONS, PARTS, Cause, Side, cases, ran_out
from projections.moments.telling.allergies import allergies_told
from projections.moments.telling.courses import course_told, opens, ran_out_told, restarts, withdrawn_course
from projections.moments.telling.difference import ICONS, Difference, withdrawn
from projections.moments.telling.identity import identity_told
from records import events
from records.speech import gettext_noop, say, say_many, spoken

__all__ = ["Between", "Difference", "Group", "between"]

#: So many differences of a cause are open on the page.
OPEN = 8

#: Heading and, beside it, what the heading means.
HEADINGS: dict[Cause, tuple[str, str]] = {
    Cause.LEARNED: (gettext_noop("Learned since"), gettext_noop("it was true already at A")),
    Cause.HAPPENED: (gettext_noop("Happened since"), ""),
    Cause.WITHDRAWN: (gettext_noop("Entered and withdrawn"), gettext_noop("it was never true")),
    Cause.NOT_RECORDED: (
        gettext_noop("Not yet recorded at B"),
        gettext_noop("it was true already, and known at A"),
    ),
    Cause.NOT_TRUE: (gettext_noop("Not yet true at B"), ""),
}


@dataclass(frozen=True)
class Group:
    """Shape: more: how many stand folded behind the first ones."""

    heading: str
    hint: str
    cause: Cause
    differences: tuple[Difference, ...]

    @property
    def more(self) -> int:
        return max(0, len(self.differences) - OPEN)


@dataclass(frozen=True)
class Between:
    """All differences from the first moment to the second. Shape: same: of the parts in which there is
    none, what they say at both."""

    groups: tuple[Group, ...]
    same: tuple[tuple[str, str], ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(each for group in self.groups for each in group.differences)

    @property
    def total(self) -> int:
        return len(self.differences)


def between(entries: Sequence[RecordedEvent], first: Side, second: Side) -> Between:
    """What differs from the first moment to the second, oldest truth first within each cause; what was only
    renewed stands behind the rest."""
    told = [_spoken(each) for each in _differences(entries, first, second)]
    told.sort(key=lambda each: (each.icon == ICONS[events.PrescriptionRenewed], each.at, each.title))
    groups = []
    for cause, (heading, hint) in HEADINGS.items():
        own = tuple(restarts([each for each in told if each.cause is cause]))
        if own:
            groups.append(Group(spoken(say(heading)), spoken(say(hint)) if hint else "", cause, own))
    differing = {each.part for each in told}
    return Between(
        tuple(groups), tuple(_same(part, first, second) for part in PARTS if part not in differing)
    )


def _differences(entries: Sequence[RecordedEvent], first: Side, second: Side) -> Iterator[Difference]:
    found = cases(entries, first, second)
    gone = ran_out(first, second)
    for case in found:
        if case.part == MEDICATIONS:
            yield withdrawn_course(case) if case.cause is Cause.WITHDRAWN else course_told(case)
        elif case.part == ALLERGIES:
            yield from allergies_told(case)
        elif case.cause is Cause.WITHDRAWN:
            yield withdrawn(case, say("Demographics corrected, entered in error"), ())
    opened = {case.subject for case in found if case.part == MEDICATIONS and opens(case)}
    yield from (ran_out_told(each) for each in gone if each.course.prescription_id not in opened)
    yield from identity_told(found, first, second)


def _spoken(told: Difference) -> Difference:
    said = {
        each.name: getattr(told, each.name)
        for each in fields(told)
        if each.name in {"title", "act", "line", "when", "reason"}
    }
    said = {name: spoken(text) for name, text in said.items()}
    changes = tuple((spoken(label), spoken(was), spoken(now)) for label, was, now in told.changes)
    return replace(told, changes=changes, **said)


def _same(part: str, first: Side, second: Side) -> tuple[str, str]:
    """(the part, what it says at both moments)."""
    if part == IDENTITY:
        return spoken(say("Identity")), spoken(say("no difference"))
    if part == MEDICATIONS:
        count = len(second.record.current)
        many = say_many(
            "no difference: {count} current at A and at B",
            "no difference: {count} current at A and at B",
            count,
        )
        return spoken(say("Medications")), spoken(many)
    if first.record.allergies:
        count = len(second.record.allergies)
        known = say_many(
            "no difference: {count} known at A and at B",
            "no difference: {count} known at A and at B",
            count,
        )
        return spoken(say("Allergies")), spoken(known)
    status = words.coded(first.record.allergy_status)
    return spoken(say("Allergies")), spoken(say("no difference: {status} at A and at B", status=status))
