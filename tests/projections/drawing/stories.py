"""Courses for tests of drawings, told without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from projections.course_history import CourseHistory, Moment, evolve, opened
from projections.drawing.courses import AllergyMark, Drawing, draw
from projections.drawing.windows import TWELVE_MONTHS
from tests import factories as make

#: The cursor of every story.
NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def course(medication: str, days_ago: float, *later: tuple[Any, float], **order: Any) -> CourseHistory:
    """A prescription, then what happened to it: (event, days ago)."""
    versions = count(1)
    event = make.PrescriptionAddedFactory(
        **{"medication": medication, "start": None, "end": None, "duration_days": None, **order}
    )
    history = opened(event, _moment(days_ago, versions))
    for each, when in later:
        history = evolve(history, each, _moment(when, versions))
    return history


def adjusted(dose: str, **values: Any) -> Any:
    return make.DosageAdjustedFactory(**{"dose": dose, "unit": "mg", "route": "oral", **values})


def held() -> Any:
    return make.PrescriptionHeldFactory()


def resumed() -> Any:
    return make.PrescriptionResumedFactory()


def stopped(reason: str = "dry cough") -> Any:
    return make.PrescriptionDiscontinuedFactory(reason=reason)


def allergy(substance: str, days_ago: float) -> AllergyMark:
    return AllergyMark(substance, "rash", "moderate", ago(days_ago), str(uuid4()))


def drawn(*courses: CourseHistory, allergies: Any = (), **how: Any) -> Drawing:
    return draw(courses, list(allergies), **{"window": TWELVE_MONTHS, "cursor": NOW, **how})


def _moment(days_ago: float, versions: Any) -> Moment:
    return Moment(ago(days_ago), next(versions), str(uuid4()))
