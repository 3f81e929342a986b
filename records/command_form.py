"""What every form of a command carries: which press this is, and which version was on screen.

Why: the same press is never recorded twice, and a stale page is never merged silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from records import commands

LAST_VERSION = 2**31 - 1
LOST = _("This form has lost its number. Open it again, from where you found it.")
C = TypeVar("C", bound=commands.PatientCommand | commands.ClinicianCommand)


class CommandForm(forms.Form, Generic[C]):
    """The form of one command.

    Shape: new_id: the field of the command that names what it creates; it takes the command's id.
    """

    command: ClassVar[type[Any]]
    new_id: ClassVar[str | None] = None

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    seen_version = forms.IntegerField(min_value=0, max_value=LAST_VERSION, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False  # what is missing is said in our words, beside the field
        super().__init__(*args, **kwargs)
        for name in ("command_id", "seen_version"):
            messages = self.fields[name].error_messages
            messages.update(dict.fromkeys([*messages, "min_value", "max_value", "invalid"], LOST))

    @classmethod
    def numbers(cls, seen_version: int) -> dict[str, Any]:
        """A fresh command id, and the version that is on screen: initial values of a form that is opened."""
        return {"command_id": uuid4(), "seen_version": seen_version}

    @property
    def number(self) -> UUID:
        value: UUID = self.cleaned_data["command_id"]
        return value

    @property
    def seen(self) -> int:
        value: int = self.cleaned_data["seen_version"]
        return value

    def to_command(self, ids: Mapping[str, str]) -> C:
        """The command, from what was typed and what the address names (patient_id, prescription_id, …)."""
        values: dict[str, Any] = dict(ids)
        if self.new_id:
            values[self.new_id] = str(self.number)
        for field in dataclass_fields(self.command):
            if field.name not in values and field.name in self.cleaned_data:
                values[field.name] = self.cleaned_data[field.name]
        command: C = self.command(**values)
        return command
