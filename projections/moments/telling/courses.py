"""Differences in what is prescribed, in words: one a course and cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from eventstore.store import RecordedEvent
from projections import words
from projections.course_history import CourseHistory
from projections.entries import moment_of
from projections.entries.medication import dosage_line
from projections.moments.between import MEDICATIONS, Case, Cause, RanOut, Side
from projections.moments.telling.difference import ICONS, Difference, is_over, reason, when, withdrawn
from records import events
from records.speech import coded, joined, say, say_many, spoken


def opens(case: Case) -> bool:
    return any(_opening(entry, case.subject) for entry in case.entries)


def _opening(entry: RecordedEvent, subject: str) -> bool:
    return isinstance(entry.data, events.PrescriptionAdded) and entry.data.prescription_id == subject


def course_told(case: Case) -> Difference:
    course = _history(case.where, case.subject)
    last = case.entries[-1]
    changed = next(
        (e for e in reversed(case.entries) if isinstance(e.data, events.PrescriptionChanged)), None
    )
    opened = opens(case)
    drug = course.medication if course else _named(case)
    act = _opened_act(case, course) if opened else _acts(case)
    return Difference(
        cause=case.cause,
        part=case.part,
        subject=case.subject,
        at=case.entries[0].occurred_at,
        event_id=last.event_id,
        icon=_icon(case, course),
        title=say("{drug} {act}", drug=drug, act=act),
        act=_act_with_values(act, changed, _dose_change(case, course)),
        changes=_changes(case, course, changed, opened=opened),
        line=_dosage_line(course) if course else "",
        when=when(case, course if opened else None),
        reason=reason(last),
        value="status" if not isinstance(last.data, events.DosageAdjusted) else "dose",
        medication=drug,
    )


def _history(side: Side, prescription_id: str) -> CourseHistory | None:
    return next((c for c in side.record.courses if c.prescription_id == prescription_id), None)


def _named(case: Case) -> str:
    """The drug of a course that stands at neither moment in whole."""
    named = (getattr(entry.data, "medication", None) for entry in case.entries)
    return next(filter(None, named), None) or say("a medication")


def _icon(case: Case, course: CourseHistory | None) -> str:
    last = case.entries[-1].data
    if opens(case) and is_over(case, course):
        return "completed"
    if isinstance(last, events.PrescriptionDiscontinued) and last.source_status == "completed":
        return "completed"
    return ICONS[type(last)]


def _opened_act(case: Case, course: CourseHistory | None) -> str:
    """What became of a prescription that was made in between."""
    if course is None:
        return say("prescribed")
    if is_over(case, course) or course.now.status == "completed":
        return say("taken and completed")
    match course.now.status:
        case "discontinued":
            return say("taken and discontinued")
        case "changed":
            return say("taken, then changed to {drug}", drug=_replacement(case, course))
        case "held":
            return say("prescribed, now held")
    return say("prescribed")


def _replacement(case: Case, course: CourseHistory) -> str:
    next_ = _history(case.where, course.now.replaced_by or "")
    return next_.medication if next_ else say("another drug")


def _acts(case: Case) -> str:
    """What was done to it, each kind once: "dose adjusted twice, held"."""
    counts: dict[str, int] = {}
    for entry in case.entries:
        name = type(entry.data).__name__
        counts[name] = counts.pop(name, 0) + 1
    return joined(_act(name, count, case) for name, count in counts.items())


def _act(name: str, count: int, case: Case) -> str:
    match name:
        case "DosageAdjusted":
            if count == 1:
                return say("dose adjusted")
            if count == 2:
                return say("dose adjusted twice")
            return say_many("dose adjusted {count} time", "dose adjusted {count} times", count)
        case "PrescriptionRenewed":
            return say("renewed") if count == 1 else say_many(
                "renewed {count} time", "renewed {count} times", count
            )  # fmt: skip
        case "PrescriptionHeld":
            return say("held")
        case "PrescriptionResumed":
            return say("resumed")
        case "PrescriptionChanged":
            changed = [e for e in case.entries if isinstance(e.data, events.PrescriptionChanged)]
            return say("changed to {drug}", drug=changed[-1].data.medication)
    ended = [e for e in case.entries if isinstance(e.data, events.PrescriptionDiscontinued)]
    if ended and ended[-1].data.source_status == "completed":
        return say("completed")
    return say("discontinued")


def _dose_change(case: Case, course: CourseHistory | None) -> tuple[str, str] | None:
    """(before, after) of the dosage over all adjustments of this cause."""
    adjusted = [entry for entry in case.entries if isinstance(entry.data, events.DosageAdjusted)]
    if not adjusted or course is None:
        return None
    steps = {step.moment.event_id: step.values for step in course.dosages}
    before = course.dosage_before(moment_of(adjusted[0]))
    after = steps.get(str(adjusted[-1].event_id))
    if before is None or after is None:
        return None
    said = tuple(_dosage(each, course) for each in (before, after))
    if said[0] == said[1]:
        said = tuple(
            joined((_dosage(each, course), coded(each["route"]), coded(each["frequency"])))
            for each in (before, after)
        )
    return said[0], said[1]


def _dosage(step: dict[str, Any], course: CourseHistory) -> str:
    return words.dosage(step["dose"], step["unit"], reported=course.now.reported)


def _changes(
    case: Case, course: CourseHistory | None, changed: RecordedEvent | None, *, opened: bool
) -> tuple[tuple[str, str, str], ...]:
    if opened:
        return ()
    if changed is not None:
        order = changed.data
        was = course.dosage_before(moment_of(changed)) or course.dosage if course else None
        before = words.joined((course.medication, _dosage(was, course)), " ") if course and was else ""
        after = words.joined((order.medication, words.dosage(order.dose, order.unit)), " ")
        return (("", before or _named(case), after),)
    dose = _dose_change(case, course)
    return (("", *dose),) if dose else ()


def _dosage_line(course: CourseHistory) -> str:
    return joined(dosage_line(course, course.dosage, reported=course.now.reported), " ")


def _act_with_values(act: str, changed: RecordedEvent | None, dose: tuple[str, str] | None) -> str:
    """For a row that shows the dose as it was: "changed to candesartan 8 mg", "dose adjusted to 40 mg"."""
    if changed is not None:
        order = changed.data
        return say(
            "{act} {dose}", act=act, dose=words.dosage(order.dose, order.unit, reported=order.reported)
        )
    return say("{act}, now {dose}", act=act, dose=dose[1]) if dose else act


def ran_out_told(gone: RanOut) -> Difference:
    course = gone.course
    last = course.ends_on
    act = say("not yet completed") if gone.back else say("completed")
    day = words.day(last.isoformat() if last else None)
    return Difference(
        cause=Cause.NOT_TRUE if gone.back else Cause.HAPPENED,
        part=MEDICATIONS,
        subject=course.prescription_id,
        at=course.now.since,
        event_id=UUID(next(key for key, value in course.last_days.items() if value)),
        icon="completed",
        title=say("{drug} {act}", drug=course.medication, act=act),
        act=act,
        line=_dosage_line(course),
        when=say("last day {day}", day=day),
        value="end",
        medication=course.medication,
    )


def withdrawn_course(case: Case) -> Difference:
    (entry,) = case.entries
    data, course = entry.data, case.before
    drug = course.medication if course else _named(case)
    opening = _opening(entry, case.subject)
    if opening:
        struck: tuple[tuple[str, str, str], ...] = ()
        act: str = say("prescribed")
    else:
        act = _acts(case)
        before = course.dosage_before(moment_of(entry)) if course else None
        after = {name: getattr(data, name, None) for name in ("dose", "unit")}
        struck = (
            (("", _dosage(before, course), words.dosage(after["dose"], after["unit"])),)
            if course and before and isinstance(data, events.DosageAdjusted)
            else ()
        )
    line = words.dosage(data.dose, data.unit) if hasattr(data, "dose") and not struck else ""
    told = withdrawn(case, say("{drug} {act}, entered in error", drug=drug, act=act), struck)
    return replace(told, line=line, act=act, medication=drug, opens=opening)


def restarts(told: Sequence[Difference]) -> list[Difference]:
    """A drug that was stopped and prescribed again is one difference, not two."""
    kept: list[Difference] = []
    for each in told:
        stopped = next(
            (
                index
                for index, other in enumerate(kept)
                if each.icon == "plus"
                and other.icon in {"discontinued", "completed"}
                and words.plain(other.medication) == words.plain(each.medication)
            ),
            None,
        )
        if stopped is None:
            kept.append(each)
            continue
        before = kept[stopped]
        kept[stopped] = replace(
            each,
            subject=before.subject,
            at=before.at,
            title=spoken(say("{drug} discontinued and prescribed again", drug=each.medication)),
            act=spoken(say("discontinued and prescribed again")),
            changes=(("", before.line, each.line),) if before.line != each.line else (),
            when=spoken(say("stopped {stopped}; again from {again}", stopped=before.when, again=each.when)),
        )
    return kept
