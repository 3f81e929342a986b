"""One difference, and what all of them say alike: when, by whom, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from eventstore.store import RecordedEvent
from projections import words
from projections.course_history import CourseHistory
from projections.moments.between import Case, Cause
from records import events
from records.speech import joined, say

ICONS: dict[type, str] = {
    events.PrescriptionAdded: "plus",
    events.PrescriptionChanged: "change",
    events.DosageAdjusted: "change",
    events.PrescriptionRenewed: "clock",
    events.PrescriptionHeld: "held",
    events.PrescriptionResumed: "active",
    events.PrescriptionDiscontinued: "discontinued",
    events.AllergyRecorded: "allergy",
    events.AllergyRevised: "allergy",
    events.AllergyRefuted: "refused",
    events.AllergyResolved: "check",
    events.NoKnownAllergiesAsserted: "check",
    events.DemographicsCorrected: "person",
    events.PatientRegistered: "person",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One difference.

    Shape: act: the title without what it is about, for a table that names that already; changes: (label,
    before, after), label "" where the title says it; struck: values that never held; reason: a person's
    words; event_id: the entry that made it last; subject and value: whose why it is ("" for none); opens: a
    prescription that was made.
    """

    cause: Cause
    part: str
    subject: str
    at: datetime
    event_id: UUID | None
    icon: str
    title: str
    act: str
    changes: tuple[tuple[str, str, str], ...] = ()
    line: str = ""
    struck: bool = False
    when: str = ""
    reason: str = ""
    value: str = ""
    medication: str = ""
    opens: bool = False


def withdrawn(case: Case, title: str, changes: tuple[tuple[str, str, str], ...]) -> Difference:
    (entry,) = case.entries
    mark = case.marks.get(entry.event_id)
    recorded = words.day_of(entry.created_at)
    when = (
        say("recorded {day}, withdrawn {later}", day=recorded, later=words.day_of(mark.created_at))
        if mark
        else say("recorded {day}", day=recorded)
    )
    return Difference(
        cause=Cause.WITHDRAWN,
        part=case.part,
        subject=case.subject,
        at=entry.occurred_at,
        event_id=entry.event_id,
        icon="in-error",
        title=title,
        act=title,
        changes=changes,
        struck=True,
        when=when,
        reason=reason(mark) if mark else "",
    )


def when(case: Case, opened: CourseHistory | None = None) -> str:
    """From when to when it was true, when it was recorded if that was later, and by whom."""
    first, last = case.entries[0], case.entries[-1]
    days = [words.day_of(first.occurred_at), words.day_of(last.occurred_at)]
    if opened and is_over(case, opened) and opened.ends_on:
        days[1] = words.day(opened.ends_on.isoformat())
    true = say("{first} to {last}", first=days[0], last=days[1]) if days[0] != days[1] else days[0]
    who = last.metadata.get("user_name") or ""
    recorded = say(
        "{day} {time}", day=words.day_of(last.created_at), time=f"{timezone.localtime(last.created_at):%H:%M}"
    )
    if case.cause in {Cause.LEARNED, Cause.NOT_RECORDED}:
        if who:
            return say("true {day}, recorded {moment} by {who}", day=true, moment=recorded, who=who)
        return say("true {day}, recorded {moment}", day=true, moment=recorded)
    late = words.clinic_day(last.created_at) > words.clinic_day(last.occurred_at)
    told = say("recorded {day}", day=words.day_of(last.created_at)) if late else None
    return joined((true, told, who))


def reason(entry: RecordedEvent) -> str:
    data = entry.data
    return words.because(getattr(data, "reason_code", None), getattr(data, "reason", None))


def is_over(case: Case, course: CourseHistory | None) -> bool:
    return bool(course and course.now.is_open and course.ends_on and course.ends_on < case.where.record.day)
