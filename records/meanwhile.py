"""What happened to a chart between the version that a form was opened on and now.

Why: a stale form is never merged silently. The person reads who changed what, and decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from eventstore import store
from eventstore.store import RecordedEvent
from records import fold
from records.author import Author
from records.fold import Patient
from records.lines import LABELS, Line, lines, value
from records.patient_form import PatientForm
from records.speech import _

#: As many entries are said in full; older ones are counted.
SHOWN = 20


@dataclass(frozen=True)
class Entry:
    """One entry that someone recorded meanwhile."""

    who: str
    role: str
    by_the_same_person: bool
    recorded_at: datetime
    ago: str
    line: Line


@dataclass(frozen=True)
class Compared:
    """One value of the form: when it was opened, now, and as typed."""

    label: str
    opened: str
    now: str
    typed: str

    @property
    def changed(self) -> bool:
        return self.opened != self.now


@dataclass(frozen=True)
class Meanwhile:
    """The notice.

    Shape: entries: the newest, oldest first; earlier: how many more there are before them. same: they touch
    what the form is about, not only the same chart. ended: it is not current any more, so that nothing can be
    applied to it.
    """

    seen: int
    now: int
    entries: Sequence[Entry]
    same: bool
    ended: bool = False
    earlier: int = 0
    compared: Sequence[Compared] = ()

    @property
    def title(self) -> str:
        """Dr Jones changed this 40 s ago."""
        if not self.entries:
            return _("The chart is at version {version}").format(version=self.now)
        last = self.entries[-1]
        if last.by_the_same_person:
            said = _("You changed this {ago}") if self.same else _("You recorded in this chart {ago}")
        else:
            said = _("{who} changed this {ago}") if self.same else _("{who} recorded in this chart {ago}")
        return said.format(who=last.who, ago=last.ago)

    @property
    def last(self) -> Entry | None:
        return self.entries[-1] if self.entries else None

    @property
    def mine_over_theirs(self) -> str:
        """80 mg → 60 mg, where one value says it all."""
        first = self.compared[0] if self.compared else None
        if first is None or first.label != _(LABELS["dose"]) or not first.changed or first.now == first.typed:
            return ""
        return f"{first.now} → {first.typed}"


def meanwhile(
    patient: Patient,
    seen: int,
    form: PatientForm,
    subject_of: Callable[[Patient], Any],
    author: Author,
) -> Meanwhile:
    """What was recorded after version `seen` of this patient's record, and how it meets what was typed.

    Shape: patient: as it is now, in clear. subject_of: finds what the form is about in a record.
    """
    stream = f"patient-{patient.patient_id}"
    opened_on = fold.fold(patient.patient_id, store.read_stream(stream, until=seen)) if seen else None
    recorded = list(store.read_stream(stream, after=seen, until=patient.version))
    before = opened_on or Patient(patient_id=patient.patient_id)
    subject_then, subject_now = subject_of(before), subject_of(patient)
    said = list(zip(recorded, lines(recorded, before), strict=True))
    return Meanwhile(
        seen=seen,
        now=patient.version,
        entries=[_entry(event, line, author) for event, line in said[-SHOWN:]],
        earlier=max(0, len(said) - SHOWN),
        same=subject_then is not None and subject_then != subject_now,
        ended=subject_then is not None and not _is_current(subject_now),
        compared=_compared(form, subject_then, subject_now),
    )


def _entry(event: RecordedEvent, line: Line, author: Author) -> Entry:
    return Entry(
        who=event.metadata.get("user_name") or _("Someone"),
        role=event.metadata.get("user_role") or _("role unknown"),
        by_the_same_person=event.metadata.get("user_id") == author.user_id,
        recorded_at=event.created_at,
        ago=ago(event.created_at),
        line=line,
    )


def _is_current(subject: Any) -> bool:
    """Whether a prescription is open, an allergy active; identity always is."""
    return subject is not None and getattr(subject, "is_open", True) and getattr(subject, "is_active", True)


def _compared(form: PatientForm, then: Any, now: Any) -> list[Compared]:
    if then is None or now is None:
        return []
    typed = SimpleNamespace(**form.cleaned_data)
    return [
        Compared(_(LABELS[name]), value(then, name), value(now, name), value(typed, name))
        for name in form.starts_from
        if name in LABELS
    ]


def ago(moment: datetime) -> str:
    """Just now, 40 s ago, 5 min ago, 3 h ago, 2 d ago."""
    seconds = max(0, int((timezone.now() - moment).total_seconds()))
    if seconds < 2:
        return _("just now")
    if seconds < 60:
        return _("{count} s ago").format(count=seconds)
    if seconds < 3_600:
        return _("{count} min ago").format(count=seconds // 60)
    if seconds < 86_400:
        return _("{count} h ago").format(count=seconds // 3_600)
    return _("{count} d ago").format(count=seconds // 86_400)
