"""How what is known of a subject is written down: once a batch, however many entries changed it."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from projections.course_history import CourseHistory
from records.allergies import Allergy
from records.values import values


class SubjectJson(DjangoJSONEncoder):
    """Courses and allergies stay what they are in a row's memory; they become JSON when it is saved."""

    def default(self, o: Any) -> Any:
        if isinstance(o, CourseHistory):
            return o.to_json()
        return values(o) if isinstance(o, Allergy) else super().default(o)
