"""What a merge brings, for the line that is read back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django import template
from django.utils import timezone

from records import partial_dates
from records.courses import Course
from records.fold import Patient, evolve
from records.merged import IDENTITY

register = template.Library()


@register.filter
def brought(event: Any) -> SimpleNamespace:
    """The prescriptions and allergies that come with it: current ones by name, ended ones counted."""
    nothing = Patient(patient_id="", remember=True)
    entry = SimpleNamespace(version=1, occurred_at=timezone.now(), data=event)
    after = evolve(nothing, entry)
    current = [course for course in after.open_courses if not _ran_out(course)]
    return SimpleNamespace(
        medications=sorted(course.medication for course in current),
        ended=len(after.courses) - len(current),
        allergies=sorted(allergy.substance for allergy in after.active_allergies),
    )


def _ran_out(course: Course) -> bool:
    """Whether the last day of its first order, or of its latest renewal, surely lies behind."""
    began = course.last_renewed_on or course.start or timezone.localtime(course.since).date().isoformat()
    last = partial_dates.last_day(began, course.end, course.duration_days)
    return last is not None and last < timezone.localdate()


@register.filter
def person_there(event: Any) -> SimpleNamespace:
    """Who stands on the other record, as `person_name` takes them."""
    return SimpleNamespace(**{name: getattr(event, name) for name in IDENTITY})
