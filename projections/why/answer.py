"""The answer to "why is this value here?": a sentence, before and after, the reason, and earlier values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eventstore import store
from eventstore.store import RecordedEvent
from projections import words
from projections.course_history import CourseHistory, Moment
from projections.models import MedicationCourse
from projections.why import names, sentences
from projections.why.behind import Behind, behind
from projections.why.followed import Followed, Moments, Step
from projections.why.steps import follow
from records import courses, events

#: Earlier values in a panel; all of them are in the timeline.
SHOWN = 12


@dataclass(frozen=True)
class Earlier:
    """A value before. marked: it is entered in error, and by which entry that was said."""

    event: RecordedEvent
    before: str
    value: str
    act: str
    marked: RecordedEvent | None = None

    @property
    def who(self) -> str:
        return sentences.who(self.event)

    @property
    def patient_id(self) -> str:
        return sentences.patient_of(self.event)


@dataclass(frozen=True)
class Note:
    """A sentence that one must know besides, with the entry that it comes from, and why that was made."""

    text: str
    event: RecordedEvent | None = None
    reason: str = ""

    @property
    def patient_id(self) -> str:
        return sentences.patient_of(self.event) if self.event else ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Shape: set_by: the entry that set it, None where no entry did; before: "" where nothing was before;
    left_out: earlier values that are not listed; replaced: (id, medication) of what a change ended."""

    followed: Followed
    question: str
    sentence: str
    before: str = ""
    unchanged: str = ""
    because: str = ""
    reason: str = ""
    set_by: Behind | None = None
    notes: Sequence[Note] = ()
    earlier: Sequence[Earlier] = ()
    left_out: int = 0
    replaced: tuple[str, str] | None = None

    @property
    def value(self) -> str:
        return self.followed.value

    @property
    def fits_title(self) -> bool:
        """Whether the question says the value itself."""
        return self.followed.stated and self.value in self.question


def answer(patient_id: UUID, subject: UUID | None, name: str, moments: Moments) -> Answer | None:
    """None where the record has no such thing."""
    followed = follow(patient_id, subject, name, moments)
    if followed is None:
        return None
    asked = sentences.question(followed.value, stated=followed.stated, reported=followed.reported)
    shown, left_out = _shown(followed)
    entries = _read(followed, shown)
    set_by = entries.get(followed.steps[followed.setting].event_id) if followed.steps else None
    if set_by is None:
        said = _("Nobody has recorded it: no entry says anything of it.")
        return Answer(followed=followed, question=asked, sentence=said)
    old = _replaced(patient_id, followed, set_by)
    because, reason = sentences.reason(set_by)
    return Answer(
        followed=followed,
        question=asked,
        sentence=_sentence(followed, set_by, old),
        before=_before(followed, set_by, old),
        unchanged=_unchanged(followed),
        because=because,
        reason=reason,
        set_by=behind(set_by),
        notes=(*_from_elsewhere(patient_id, set_by), *_notes(followed, entries)),
        earlier=[_earlier(followed, each, entries) for each in shown if each.event_id in entries],
        left_out=left_out,
        replaced=(old.prescription_id, old.medication) if old else None,
    )


# --- Which entries are needed ----------------------------------------------------------------------


def _shown(followed: Followed) -> tuple[list[Step], int]:
    """The earlier values and the wrong ones, newest first, and how many more there are."""
    others = followed.steps[: max(followed.setting, 0)]
    wrong = [Step(mark.event_id, mark.at, mark.version, "") for mark in followed.wrong]
    order = sorted((*others, *wrong), key=lambda step: (step.at, step.version), reverse=True)
    return order[:SHOWN], max(0, len(order) - SHOWN)


def _read(followed: Followed, shown: Sequence[Step]) -> dict[str, RecordedEvent]:
    """The entries to be told, in one question: what set it, the others, and what marked the wrong ones."""
    wanted = {step.event_id for step in shown}
    if followed.steps:
        wanted.add(followed.steps[followed.setting].event_id)
    wanted |= {mark.corrected_by for mark in followed.wrong if mark.corrected_by and mark.event_id in wanted}
    return {str(event.event_id): event for event in store.read_events([UUID(each) for each in wanted])}


def _replaced(patient_id: UUID, followed: Followed, set_by: RecordedEvent) -> CourseHistory | None:
    """The prescription that a change to another drug ended, where that change is what set the value."""
    course = followed.course
    if course is None or not isinstance(set_by.data, events.PrescriptionChanged):
        return None
    if followed.name == "status" and course.now.status == courses.CHANGED:
        return course
    if course.now.replaces is None:
        return None
    old = UUID(course.now.replaces)
    row = MedicationCourse.objects.filter(patient_id=patient_id, prescription_id=old).first()
    return CourseHistory.from_json(row.course) if row else None


# --- What is said -----------------------------------------------------------------------------------


def _sentence(followed: Followed, set_by: RecordedEvent, old: CourseHistory | None) -> str:
    if followed.ran_out and followed.course and followed.course.ends_on:
        text = _("Its last day, {day}, has passed. No entry ended it; this order reached until then.")
        return text.format(day=str(words.day(followed.course.ends_on.isoformat())))
    said = sentences.sentence(set_by, followed.name, replaced=old.medication if old else "")
    if followed.stated or isinstance(set_by.data, events.EntryMarkedInError):
        return said
    if sentences.is_reported(set_by):
        return _("{sentence} The source does not state it.").format(sentence=said)
    return _("{sentence} The entry does not say.").format(sentence=said)


def _before(followed: Followed, set_by: RecordedEvent, old: CourseHistory | None) -> str:
    at = followed.setting
    if at > 0:
        return followed.steps[at - 1].value
    if old is None or followed.course is None or followed.course.now.prescription_id == old.prescription_id:
        return ""
    moment = Moment(set_by.occurred_at, set_by.version, str(set_by.event_id))
    was = names.of_prescription(followed.name, _with(old, old.dosage_before(moment)))
    return was if followed.name in ("medication", "status") else f"{old.medication}: {was}"


def _with(old: CourseHistory, dosage: Mapping[str, str] | None) -> courses.Course:
    return courses.Course(**{**vars(old.now), **(dosage or {})})


def _unchanged(followed: Followed) -> str:
    """What the same entry said again of dose, route and frequency."""
    history, at = followed.course, followed.setting
    if history is None or followed.name not in names.OF_DOSAGE or at < 1:
        return ""
    was, now = (_with(history, history.dosages[place].values) for place in (at - 1, at))
    same = [
        names.of_prescription(name, now)
        for name in ("dose", "route", "frequency")
        if name != followed.name and names.of_prescription(name, was) == names.of_prescription(name, now)
    ]
    return _("{values} unchanged").format(values=words.joined(same)) if same else ""


def _earlier(followed: Followed, step: Step, entries: Mapping[str, RecordedEvent]) -> Earlier:
    event = entries[step.event_id]
    mark = next((each for each in followed.wrong if each.event_id == step.event_id), None)
    if mark is not None:
        marked = entries.get(mark.corrected_by or "")
        return Earlier(event, "", followed.said_by(event), sentences.act(event), marked)
    at = next(place for place, each in enumerate(followed.steps) if each.event_id == step.event_id)
    before = followed.steps[at - 1].value if at else ""
    return Earlier(
        event,
        "" if before == step.value else before,
        step.value,
        "" if before and before != step.value else _("said again") if before else sentences.act(event),
    )


# --- What one must know besides -----------------------------------------------------------------------


def _notes(followed: Followed, entries: Mapping[str, RecordedEvent]) -> Iterator[Note]:
    if followed.gone:
        yield Note(_("All of it was entered in error. It is kept as it was, and counts for nothing."))
    for mark in followed.wrong:
        correction = entries.get(mark.corrected_by or "")
        wrong = entries.get(mark.event_id)
        if correction is not None and wrong is not None:
            yield _wrong(followed.said_by(wrong), wrong, correction)
    again = len(followed.steps) - 1 - followed.setting
    if again > 0:
        text = ngettext(
            "{count} later entry says the same again.", "{count} later entries say the same again.", again
        )
        yield Note(text.format(count=again))
    if followed.course is not None:
        yield from _of_course(followed.name, followed.course)


def _from_elsewhere(patient_id: UUID, set_by: RecordedEvent) -> Iterator[Note]:
    if sentences.patient_of(set_by) != str(patient_id):
        yield Note(_("It was recorded in another record, which was merged into this one."))


def _wrong(said: str, wrong: RecordedEvent, correction: RecordedEvent) -> Note:
    text = (
        _("An entry of {day} said {value}. {who} marked it as entered in error on {marked}.")
        if said
        else _("{who} marked an entry of {day} as entered in error on {marked}.")
    )
    return Note(
        text.format(
            day=str(words.day_of(wrong.occurred_at)),
            value=said,
            who=sentences.who(correction),
            marked=str(words.day_of(correction.created_at)),
        ),
        correction,
        getattr(correction.data, "reason", None) or "",
    )


def _of_course(name: str, history: CourseHistory) -> Iterator[Note]:
    if name == "start" and not history.now.start and not history.now.reported:
        yield Note(_("The order states no start, so it counts from the day that the entry was true."))
    ends_on = history.ends_on
    if name == "end" and history.now.renewals and ends_on:
        text = ngettext(
            "With {count} renewal its orders cover it until {day}.",
            "With {count} renewals its orders cover it until {day}.",
            history.now.renewals,
        )
        yield Note(text.format(count=history.now.renewals, day=str(words.day(ends_on.isoformat()))))
