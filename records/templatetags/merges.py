"""What a merge brings, for the line that is read back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django import template
from django.utils import timezone

from records.fold import Patient, evolve
from records.merging import IDENTITY

register = template.Library()


@register.filter
def brought(event: Any) -> SimpleNamespace:
    """The prescriptions and allergies that come with it: current ones by name, ended ones counted."""
    nothing = Patient(patient_id="", remember=True)
    entry = SimpleNamespace(version=1, occurred_at=timezone.now(), data=event)
    after = evolve(nothing, entry)
    return SimpleNamespace(
        medications=sorted(course.medication for course in after.open_courses),
        ended=len(after.courses) - len(after.open_courses),
        allergies=sorted(allergy.substance for allergy in after.active_allergies),
    )


@register.filter
def person_there(event: Any) -> SimpleNamespace:
    """Who stands on the other record, as `person_name` takes them."""
    return SimpleNamespace(**{name: getattr(event, name) for name in IDENTITY})
