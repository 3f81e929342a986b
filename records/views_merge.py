"""Merging two records and separating them: the ordinary form of a command, with the other record beside it.

The other record is part of what the author sees, so it is recorded as looked at, and its version is seen like
that of the record itself: if it moves, both are to be compared again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from records import access, handlers
from records.command_pages import CommandPage
from records.commands import PatientCommand
from records.fold import Patient
from records.patient_form import PatientForm
from records.permissions import Policy
from records.refusals import NotThere
from records.views import CommandView, PreviewView


@dataclass(frozen=True)
class OtherRecord:
    """The record beside this one, as it is now."""

    patient: Patient

    @property
    def other_version(self) -> int:
        return self.patient.version


def merge_view(page: CommandPage) -> access.View:
    return access.guarded(MergeView.as_view(page=page), Policy(page.permission, shows_records=True))


def merge_preview_view(page: CommandPage) -> access.View:
    return access.guarded(MergePreviewView.as_view(page=page), Policy(page.permission, shows_records=True))


class MergeView(CommandView):
    """The form of a merge or a separation."""

    @cached_property
    def other(self) -> OtherRecord:
        """Raises: NotThere."""
        found = handlers.load(self.ids["other_id"])
        if found.version == 0:
            raise NotThere(_("There is no such patient. Find the patient by name or record number."))
        return OtherRecord(found)

    def subject_of(self, patient: Patient) -> OtherRecord:
        return self.other

    def looked_at(self, form: PatientForm, command: PatientCommand, **more: Any) -> HttpResponse:
        if form.cleaned_data["other_version"] != self.other.other_version:
            return self.conflict(form, **more)
        return super().looked_at(form, command, **more)

    def conflict(self, form: PatientForm, **more: Any) -> HttpResponse:
        """Either record moved on. If it was the other, it is shown as it is now, to be compared again."""
        self.__dict__.pop("other", None)
        if form.cleaned_data["other_version"] == self.other.other_version:
            return super().conflict(form, **more)
        typed = self.typed(other_version=str(self.other.other_version))
        form = self.page.form(typed, subject=self.other)
        form.is_valid()
        return self.wrong(
            form,
            _("Someone changed the other record while you compared them. Compare both again, then confirm."),
        )

    def show(self, form: PatientForm, **more: Any) -> HttpResponse:
        access.chart_viewed(
            self.request, self.ids["other_id"], page=self.page.name, version=self.other.other_version
        )
        return super().show(form, **more)


class MergePreviewView(PreviewView, MergeView):
    """What a merge would record, while its reason is typed."""
