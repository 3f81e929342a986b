"""Moments that people ask for, one click each: a month ago, when I last looked, the start of a course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from eventstore import store
from eventstore.ledgers import ACCESS_EVENTS
from eventstore.models import AccessEvent
from projections import words
from projections.moments.asked import Moment, month_before, query
from projections.moments.record_at import RecordAt

#: So many of the newest accesses are searched for one's own: the ledger has no index for more.
SEARCHED = 20_000
#: Looks that follow each other within this time are one sitting.
SITTING = timedelta(minutes=30)


@dataclass(frozen=True)
class Shortcut:
    label: str
    address: str
    is_here: bool


@dataclass(frozen=True)
class Shortcuts:
    both: tuple[Shortcut, ...]
    known: tuple[Shortcut, ...]
    true: tuple[Shortcut, ...]


def shortcuts(
    first: Moment, second: Moment, present: RecordAt, begins: datetime, now: datetime, looked: datetime | None
) -> Shortcuts:
    """present: the record as it is now; begins: when its first entry was recorded; looked: when whoever
    asks last did, None where that is not known."""

    def to(label: str, moment: Moment) -> Shortcut:
        return Shortcut(label, query(moment, second), moment == first)

    spans = {
        _("One week ago"): _minute_of(now - timedelta(days=7)),
        _("One month ago"): month_before(now),
        _("Three months ago"): month_before(now, 3),
        _("One year ago"): month_before(now, 12),
    }
    both = [to(label, Moment(at, at)) for label, at in spans.items() if at >= begins]
    if looked and looked >= begins:
        both.append(to(_("When I last looked"), Moment(looked, looked)))
    same = _("Same as the other clock")
    known = [
        to(_("Now"), replace(first, known_at=None)),
        *([] if first.is_one else [to(same, replace(first, known_at=first.true_at))]),
    ]
    true = [
        to(_("Now"), replace(first, true_at=None)),
        *([] if first.is_one else [to(same, replace(first, true_at=first.known_at))]),
        *(to(label, replace(first, true_at=at)) for label, at in _of_courses(present)),
    ]
    return Shortcuts(tuple(both), tuple(known), tuple(true))


def _of_courses(present: RecordAt) -> Iterator[tuple[str, datetime]]:
    """The newest start among what runs now, and the newest change of a dose."""
    running = {str(row.prescription_id) for row in present.current}
    courses = [course for course in present.courses if course.prescription_id in running]
    if courses:
        newest = max(courses, key=lambda course: course.now.since)
        yield _("Start of {drug}").format(drug=newest.medication), newest.now.since
    adjusted = [course for course in courses if len(course.dosages) > 1]
    if adjusted:
        newest = max(adjusted, key=lambda course: course.dosages[-1].moment.at)
        at = newest.dosages[-1].moment.at
        label = _("Last dose change: {drug}, {day}").format(drug=newest.medication, day=words.day_of(at))
        yield label, at


def last_looked(patient_id: UUID, user_id: UUID | str, now: datetime) -> datetime | None:
    """When this person last opened it before the present sitting, as far as the newest accesses tell."""
    newest = store.head(ACCESS_EVENTS).position
    looks = (
        AccessEvent.objects.filter(
            position__gt=newest - SEARCHED,
            event_type="ChartViewed",
            metadata__user_id=str(user_id),
            event_data__patient_id=str(patient_id),
        )
        .order_by("-position")
        .values_list("created_at", flat=True)[:500]
    )
    later = now
    for at in looks:
        if later - at > SITTING:
            return at
        later = at
    return None


def _minute_of(at: datetime) -> datetime:
    """All of its minute."""
    return at.replace(second=59, microsecond=999999)
