"""What the forms of a patient's commands share: when it was true, and what they open with."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import commands
from records.command_form import CommandForm
from records.form_fields import ClinicalDate, ClinicalTime, Coded, moment

Rows = tuple[tuple[str, ...], ...]

#: How a field stands in its row, where not as wide as the others.
WIDTHS = {
    "medication": "wide", "indication": "wide", "substance": "wide", "family": "wide", "given": "wide",
    "form": "narrow", "duration_days": "narrow", "as_needed": "tick", "deceased": "tick",
}  # fmt: skip


class PatientForm(CommandForm[commands.PatientCommand]):
    """What is common to all: when it was true, and what the form opens with.

    Shape: subject: what the form is about, as it is now. rows: the fields as they stand beside each other.
    starts_from: the values of the subject that the form opens with. alerts_after: the row below which an
    alert stands, so that it moves nothing above that one may be typing in. spared: see `spare`.
    """

    rows: ClassVar[Rows] = ()
    alerts_after: ClassVar[int] = 1
    starts_from: ClassVar[tuple[str, ...]] = ()

    occurred_on = ClinicalDate(
        required=False,
        label=gettext_lazy("True since"),
        help_text=gettext_lazy("The day, such as 24-Nov-2026"),
    )
    occurred_time = ClinicalTime(
        required=False, label=gettext_lazy("At"), help_text=gettext_lazy("On the 24-hour clock")
    )

    def __init__(self, *args: Any, subject: object | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spared: list[str] = []
        self.order_fields([name for row in self.rows for name in row])  # errors are listed as they are read
        for name in self.starts_from:
            field = self.fields[name]
            if isinstance(field, Coded):
                field.offer(getattr(subject, name, None))

    @classmethod
    def opening(cls, subject: object | None, seen_version: int) -> PatientForm:
        """The form as it is first shown."""
        now = {name: getattr(subject, name, None) for name in cls.starts_from}
        return cls(initial={**cls.defaults(), **now, **cls.numbers(seen_version)}, subject=subject)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, at = cleaned.get("occurred_on"), cleaned.get("occurred_time")
        if day and at:
            try:
                cleaned["occurred_at"] = moment(day, at)
            except forms.ValidationError as problem:
                self.add_error("occurred_time", problem)
        elif day and "occurred_time" not in self.errors:
            self.add_error("occurred_time", _("Write the time too, such as 09:41"))
        elif at and "occurred_on" not in self.errors:
            self.add_error("occurred_on", _("Write the day too, such as 24-Nov-2026"))
        return cleaned

    def bound_rows(self) -> list[list[tuple[forms.BoundField, str]]]:
        """The visible fields with their widths, row by row."""
        return [[(self[name], WIDTHS.get(name, "")) for name in row] for row in self.rows]

    def missing(self) -> list[str]:
        """What must be stated and is not yet, as one reads down the form."""
        if not self.is_bound:
            return [
                name
                for name, field in self.fields.items()
                if field.required
                and not field.widget.is_hidden
                and not self.get_initial_for_field(field, name)
            ]
        found = self.errors.as_data()
        return [name for name in self.fields if any(each.code == "required" for each in found.get(name, ()))]

    def spare(self) -> None:
        """Takes back the complaints about what is merely not filled in yet."""
        self.spared = self.missing() if self.is_bound else []
        for name in self.spared:
            del self.errors[name]

    def when(self) -> list[forms.BoundField]:
        """The two fields for a late entry; none in a form that is always about now."""
        return [self[name] for name in ("occurred_on", "occurred_time") if name in self.fields]

    def is_late(self) -> bool:
        """Whether the person says that it was true earlier, rightly written or not."""
        return any(field.data or field.errors for field in self.when())
