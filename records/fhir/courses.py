"""Requests for one drug as one course: the first prescribes it, the following renew it.

A source writes every renewal as a request of its own, up to hundreds of them. Which requests are
one course, which of them says how the course stands, and where the dose steps, is decided here.
Pure: knows nothing of events.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from records.courses import Course
from records.fhir.dates import Dated
from records.fhir.dosage import Regimen
from records.fhir.drafts import Origin
from records.fhir.request import OPEN, RequestSaid

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Ordered:
    """One request with its place in time and where it came from."""

    said: RequestSaid
    dated: Dated
    origin: Origin
    alerts: tuple[tuple[str, str], ...] = ()

    @property
    def when(self) -> tuple[datetime, str]:
        """Undated requests come last; those of the same moment in the order of the source's ids."""
        return (self.dated.at if self.dated.stated else _LATEST), self.origin.identity.id


@dataclass(frozen=True)
class Line:
    """New requests for one course, oldest first. course: the one on record that they go on with."""

    requests: tuple[Ordered, ...]
    course: Course | None = None


def lines_of(
    requests: Iterable[Ordered], open_courses: Sequence[Course], unchanged: Iterable[RequestSaid] = ()
) -> list[Line]:
    """Divide new requests for one drug into courses. open_courses: those of this drug on record;
    unchanged: what the source goes on saying of this drug beside the new.

    Why: two requests that are in force at once with different dosages are two prescriptions ("5 mg
    on Monday", "2.5 mg on other days"): taken for renewals of each other, one would be hidden.
    """
    ordered = sorted(requests, key=lambda request: request.when)
    in_force = {
        request.said.regimen.line: request
        for request in ordered
        if request.said.standing in OPEN and request.said.regimen.stated
    }
    if len(in_force) <= 1:
        going_on = [course for course in open_courses if not _goes_on_apart(course, in_force, unchanged)]
        return [Line(tuple(ordered), _going_on(ordered[-1].said.regimen, going_on))]
    newest = max(in_force.values(), key=lambda request: request.when).said.regimen.line
    by_line: dict[tuple[str | None, ...], list[Ordered]] = {}
    for request in ordered:
        own = request.said.regimen.line
        by_line.setdefault(own if own in in_force else newest, []).append(request)
    free = list(open_courses)
    divided = []
    for requests_ in by_line.values():
        course = next((item for item in free if same_line(requests_[-1].said.regimen, item)), None)
        if course is not None:
            free.remove(course)
        divided.append(Line(tuple(requests_), course))
    return divided


def _goes_on_apart(
    course: Course, in_force: Container[tuple[str | None, ...]], unchanged: Iterable[RequestSaid]
) -> bool:
    """Whether a course on record stays in force beside new ones, by a request at its own dosage."""
    if not in_force or line_of(course) in in_force:
        return False
    return any(said.standing in OPEN and said.regimen.line == line_of(course) for said in unchanged)


def _going_on(regimen: Regimen, open_courses: Sequence[Course]) -> Course | None:
    """The open course with the same dosage, else the only open one."""
    same = [course for course in open_courses if same_line(regimen, course)]
    if same:
        return max(same, key=newest_date)
    return open_courses[0] if len(open_courses) == 1 else None


def line_of(course: Course) -> tuple[str | None, ...]:
    """The same key as a regimen's `line`."""
    return regimen_of(course).line


def same_line(regimen: Regimen, course: Course) -> bool:
    return regimen.line == line_of(course)


def newest_date(course: Course) -> datetime:
    """The clinical time of the newest request that the course holds."""
    return max(course.since, course.renewed_at or course.since)


def deciding(requests: Sequence[Ordered]) -> Ordered:
    """The request that says how a course stands: the newest one in force, else the newest one.

    Why: that one request was stopped does not stop another that the source still calls active.
    """
    return next((item for item in reversed(requests) if item.said.standing in OPEN), requests[-1])


def steps(requests: Sequence[Ordered], before: Regimen | None) -> dict[int, Regimen]:
    """Where the dosage becomes another one: the place of the request, and the dosage from then on.

    before: the dosage the course had. A request that says nothing of dosage changes nothing.
    """
    changes: dict[int, Regimen] = {}
    current = before
    for place, request in enumerate(requests):
        regimen = request.said.regimen
        if current is None:
            current = regimen
        elif regimen.stated and regimen.line != current.line:
            changes[place] = _in_words(regimen, current)
            current = regimen
    return changes


def _in_words(regimen: Regimen, before: Regimen) -> Regimen:
    """An adjustment holds no "as needed" of its own: where that changes, the frequency says it."""
    if regimen.as_needed == before.as_needed:
        return regimen
    word = "as needed" if regimen.as_needed else "no longer as needed"
    return replace(regimen, frequency=f"{regimen.frequency}, {word}" if regimen.frequency else word)


def regimen_of(course: Course) -> Regimen:
    return Regimen(
        dose=course.dose,
        unit=course.unit,
        route=course.route,
        frequency=course.frequency,
        as_needed=course.as_needed,
    )
