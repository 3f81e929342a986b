"""Any moment: the whole chart as known at one time and true at another, and what differs from a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from eventstore import store
from eventstore.store import RecordedEvent
from projections import queries, words
from projections.drawing.courses import allergy_marks, draw
from projections.drawing.windows import DEFAULT
from projections.moments import asked, stopped
from projections.moments.asked import Misread, Moment
from projections.moments.between import Side, side
from projections.moments.record_at import true_from, unfolded
from projections.moments.sentence import sentence
from projections.moments.shortcuts import last_looked, shortcuts
from projections.moments.since import since_then
from projections.moments.square import square, state_words
from projections.moments.subjects import Subjects, act
from projections.moments.telling import between
from projections.queries.courses import remarks
from projections.views import Request, opened, page
from records import access
from records.access import requires
from records.permissions import Permission

#: So many entries of the square are listed in its table; the rest is counted.
LISTED = 100


@dataclass(frozen=True)
class Typed:
    """A clock as its fields hold it. Shape: name: of the day's field, the time's ends with "_time"."""

    name: str
    day: str
    time: str
    error: str


@requires(Permission.VIEW_RECORD)
def moment(request: Request, patient_id: UUID) -> HttpResponse:
    found = opened(request, patient_id)
    now = timezone.localtime()
    entries = tuple(store.read_stream(f"patient-{patient_id}"))
    if not entries:
        raise Http404
    moments, errors = _asked(request, entries, now)
    context: dict[str, Any] = {
        "clocks": _typed(request, moments[0], errors),
        "second_clocks": _typed(request, moments[1], errors, second=True),
        "errors": errors,
        "first": moments[0],
        "second": moments[1],
        "begins": entries[0].created_at,
    }
    if not errors:
        context |= _compared(request, patient_id, entries, *moments, now)
    response = page(request, patient_id, "moment/page", found, context)
    if errors:
        response.status_code = 422
    return response


# --- What is asked ---------------------------------------------------------------------------------


def _asked(
    request: Request, entries: Sequence[RecordedEvent], now: datetime
) -> tuple[tuple[Moment, Moment], dict[str, str]]:
    """Both moments, and what is wrong with the words for them, by parameter."""
    moments: list[Moment] = []
    errors: dict[str, str] = {}
    for second, default in ((False, _month_ago(entries, now)), (True, asked.NOW)):
        try:
            found = asked.moment(request.GET.dict(), now, second=second)
            _check(found, entries, second=second)
        except Misread as problem:
            errors |= problem.problems
            found = None
        moments.append(found or default)
    return (moments[0], moments[1]), errors


def _month_ago(entries: Sequence[RecordedEvent], now: datetime) -> Moment:
    """A month ago, or as the record began where it is younger.

    What was imported since then was true before it was recorded: that is asked of what is known now.
    """
    ago, began, earliest = asked.month_before(now), entries[0].created_at, _earliest(entries)
    if earliest <= ago < began:
        return Moment(None, ago)
    at = max(ago, began, earliest)
    return Moment(at, at)


def _earliest(entries: Sequence[RecordedEvent]) -> datetime:
    """Since when anything in this record was true."""
    return min(
        (at for entry in unfolded(entries) if (at := true_from(entry))), default=entries[0].occurred_at
    )


def _check(found: Moment | None, entries: Sequence[RecordedEvent], *, second: bool) -> None:
    """Raises: Misread for a moment before there was anything to know, or anything true."""
    if found is None:
        return
    end = asked.SECOND if second else ""
    if found.known_at and found.known_at < entries[0].created_at:
        raise Misread(
            _("Nothing was known yet: the first entry of this record was recorded {moment}.").format(
                moment=asked.said(entries[0].created_at)
            ),
            asked.KNOWN + end,
        )
    first = _earliest(entries)
    if found.true_at and found.true_at < first:
        raise Misread(
            _("Nothing in this record was true yet: it begins with what was true {moment}.").format(
                moment=asked.said(first)
            ),
            asked.TRUE + end,
        )


def _typed(request: Request, moment: Moment, errors: dict[str, str], *, second: bool = False) -> list[Typed]:
    """The fields: what was typed where that was wrong, else the moment."""
    found = []
    for clock, at in ((asked.KNOWN, moment.known_at), (asked.TRUE, moment.true_at)):
        name = clock + (asked.SECOND if second else "")
        day, time = asked.typed(at)
        if errors:
            day = request.GET.get(name, day)[: asked.LONGEST]
            time = request.GET.get(f"{name}_time", "" if name in request.GET else time)[: asked.LONGEST]
        found.append(Typed(name, day, time, errors.get(name, "")))
    return found


# --- The answer ------------------------------------------------------------------------------------


def _compared(
    request: Request,
    patient_id: UUID,
    entries: Sequence[RecordedEvent],
    first: Moment,
    second: Moment,
    now: datetime,
) -> dict[str, Any]:
    then, present = (side(patient_id, entries, each, now) for each in (first, asked.NOW))
    since = between(entries, then, present)
    other = present if second.is_now else side(patient_id, entries, second, now)
    account = access.account_of(request)
    looked = last_looked(patient_id, account.user_id, now) if account else None
    told = tuple(unfolded(entries))
    subjects = Subjects.of(told)
    drawn = square(told, then, now, name_of=subjects.name)
    return {
        "then": then.record,
        "day": then.record.day,
        "held": sum(row.status == "held" for row in then.record.current),
        "not_started": {
            row.prescription_id for row in then.record.current if queries.not_started(row, on=then.record.day)
        },
        "rows": since_then(then, since),
        "stopped": queries.recently_stopped(stopped.past(then.record, patient_id), on=then.record.day),
        "said": sentence(first, then, since),
        "between": since if second.is_now else between(entries, then, other),
        "swapped": asked.query(second, first),
        "square": drawn,
        "listed": [(row, subjects.name(row.entry), act(row.entry)) for row in drawn.rows[:LISTED]],
        "unlisted": max(0, len(drawn.rows) - LISTED),
        "states": state_words(),
        "shortcuts": shortcuts(first, second, present.record, entries[0].created_at, now, looked),
        "twice": [each for each in (first.known_at, first.true_at) if asked.comes_twice(each)][:1],
        "allergies_then": _allergies_differ(then, present, first),
        "drawing": draw(
            then.record.courses,
            allergy_marks(then.record.allergies),
            window=DEFAULT,
            cursor=then.true_at,
            past=not first.is_now,
            remarks=remarks(patient_id, known_at=first.known_at),
        ),
        "said_known": asked.said(first.known_at),
        "said_true": asked.said(first.true_at),
        "said_known_b": asked.said(second.known_at),
        "said_true_b": asked.said(second.true_at),
        "now": now,
    }


def _allergies_differ(then: Side, present: Side, first: Moment) -> str:
    """For the banner, which shows today's allergies: whether they were others at the moment."""
    if first.is_now:
        return ""
    facts = [
        (record.allergy_status, [(a["substance"], a["severity"], a["reactions"]) for a in record.allergies])
        for record in (then.record, present.record)
    ]
    if facts[0] == facts[1]:
        return _("as at A and now")
    if not then.record.allergies:
        return _("allergies of now; at A: {status}").format(status=words.coded(then.record.allergy_status))
    return _("allergies of now; at A: {substances}").format(
        substances=", ".join(each["substance"] for each in then.record.allergies)
    )
