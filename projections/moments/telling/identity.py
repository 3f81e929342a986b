"""Differences in who the patient is, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from projections import words
from projections.entries import person
from projections.moments.between import IDENTITY, Case, Cause, Side
from projections.moments.telling.difference import Difference, reason, when
from records import partial_dates
from records.identity import FIELDS, Demographics
from records.speech import say
from records.values import values


def identity_told(found: Sequence[Case], first: Side, second: Side) -> Iterator[Difference]:
    """Who the patient is, value by value. A birth date is never news, only knowledge."""
    was, now = first.record.patient.demographics, second.record.patient.demographics
    if was is None or now is None or was == now:
        return
    own = [case for case in found if case.part == IDENTITY and case.cause is not Cause.WITHDRAWN]
    last = max((e for case in own for e in case.entries), key=lambda e: e.version, default=None)
    by_entry = own[-1].cause if own else None
    forth = (second.known_at, second.true_at) >= (first.known_at, first.true_at)
    happened = Cause.HAPPENED if forth else Cause.NOT_TRUE
    learned = Cause.LEARNED if forth else Cause.NOT_RECORDED
    causes: dict[Cause, list[str]] = {}
    for name in FIELDS:
        if getattr(was, name) == getattr(now, name):
            continue
        cause = learned if name == "birth_date" else by_entry or happened
        if name in {"deceased", "deceased_date"} and (died := now.deceased_date or was.deceased_date):
            cause = learned if _dead_by(died, first if forth else second) else happened
        causes.setdefault(cause, []).append(name)
    for cause, names in causes.items():
        yield Difference(
            cause=cause,
            part=IDENTITY,
            subject="patient",
            at=last.occurred_at if last else max(first.true_at, second.true_at),
            event_id=last.event_id if last else None,
            icon="person",
            title=say("Who the patient is"),
            act="",
            changes=_identity_changes(was, now, names),
            when=when(replace(own[-1], cause=cause)) if own else "",
            reason=reason(last) if last else "",
            value=_WHY_OF.get(names[0], "name"),
        )


_WHY_OF = {
    "mrn": "mrn", "birth_date": "birth_date", "sex": "sex", "deceased": "deceased",
    "deceased_date": "deceased", "phone": "phone", "address": "address",
}  # fmt: skip


def _dead_by(died: str, side: Side) -> bool:
    return not partial_dates.surely_before(words.clinic_day(side.true_at), died)


def _identity_changes(
    was: Demographics, now: Demographics, names: Sequence[str]
) -> tuple[tuple[str, str, str], ...]:
    kept = {**values(was), "reported": False}
    told = person.changes(kept, {**kept, **{name: getattr(now, name) for name in names}})
    return tuple((each["label"], each["before"], each["after"]) for each in told)
