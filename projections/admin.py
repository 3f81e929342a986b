"""The tables of the read side and the ledgers in the admin: to look at, never to write.

Why here: every view shows records, so every view is recorded as access, with the patients that it showed;
the read side is where that is possible without an import running up. Names are not searched here: what is
searched in the admin stands in the address, so only ids, record types and words of the clinic are.
Source: 45 CFR 164.312(b).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from eventstore.models import AccessEvent, Event, ParkedAggregate
from projections.models import (
    ComplianceEntry,
    MedicationCourse,
    MedicationHistory,
    Patient,
    PatientState,
    TimelineEntry,
)
from records import access
from records.models import Account


class Window(admin.ModelAdmin[Any]):
    """A table behind glass. Each list and each row that is shown is an access event first."""

    is_window = True
    actions = None
    list_per_page = 50
    show_full_result_count = False
    search_help_text = gettext_lazy(
        "Whole ids and words of the clinic. People are found by name on the Patients page."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def patient_of(self, row: Any) -> UUID | str | None:
        """Whose record a row belongs to, or None."""
        return getattr(row, "patient_id", None)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", {}).get("cl")
        if shown is not None:
            owners = [self.patient_of(row) for row in shown.result_list]
            patient_ids = dict.fromkeys(owner for owner in owners if owner)
            self._recorded(request, patient_ids, detail=request.META.get("QUERY_STRING") or None)
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        row = getattr(response, "context_data", {}).get("original")
        if row is not None:
            patient_id = self.patient_of(row)
            self._recorded(request, [patient_id] if patient_id else [], detail=str(row.pk))
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Nothing is changed here, so there is no history of changes; the ledger has the real one."""
        raise Http404

    def _recorded(self, request: HttpRequest, patient_ids: Iterable[UUID | str], detail: str | None) -> None:
        access.report_viewed(request, f"admin:{self.opts.db_table}", patient_ids, detail)


@admin.register(Patient)
class PatientAdmin(Window):
    list_display = ["__str__", "mrn", "birth_date", "sex", "allergy_status", "version", "position"]
    search_fields = ["=patient_id", "=allergy_status"]
    ordering = ["search_key", "patient_id"]


@admin.register(PatientState)
class PatientStateAdmin(Window):
    list_display = [
        "medication",
        "dosage",
        "route",
        "frequency",
        "status",
        "patient_id",
        "position",
    ]
    search_fields = ["=patient_id", "=prescription_id", "medication", "=status"]
    ordering = ["medication", "dosage", "prescription_id"]


@admin.register(MedicationCourse)
class MedicationCourseAdmin(Window):
    list_display = ["medication", "status", "status_at", "ends_on", "patient_id", "position"]
    search_fields = ["=patient_id", "=prescription_id", "medication", "=status"]
    ordering = ["-status_at", "prescription_id"]


@admin.register(MedicationHistory)
class MedicationHistoryAdmin(Window):
    list_display = [
        "medication",
        "change",
        "changed_at",
        "changed_by_name",
        "patient_id",
        "position",
    ]
    search_fields = ["=patient_id", "=prescription_id", "=event_id", "medication", "=change"]
    ordering = ["-changed_at", "-position"]


@admin.register(TimelineEntry)
class TimelineEntryAdmin(Window):
    list_display = ["title", "kind", "occurred_at", "who", "in_error", "patient_id", "position"]
    search_fields = ["=patient_id", "=event_id", "=event_type", "=kind"]
    ordering = ["-position"]


@admin.register(ComplianceEntry)
class ComplianceEntryAdmin(Window):
    list_display = ["action", "kind", "changed_by_name", "role", "ip", "changed_at", "position"]
    search_fields = ["=patient_id", "=event_id", "=changed_by", "=event_type", "=kind", "=ip"]
    ordering = ["-position"]


@admin.register(Account)
class AccountAdmin(Window):
    list_display = ["name", "username", "roles", "license", "active", "registered_at", "position"]
    search_fields = ["=user_id", "username", "name"]
    ordering = ["name", "user_id"]


@admin.register(ParkedAggregate)
class ParkedAggregateAdmin(Window):
    list_display = ["aggregate_id", "projector", "position", "version", "parked_at"]
    search_fields = ["=aggregate_id", "=projector", "=event_id"]
    ordering = ["-parked_at"]

    def patient_of(self, row: Any) -> UUID | str | None:
        return patient_in(row.aggregate_id)


class LedgerAdmin(Window):
    """A ledger's rows as they are stored: personal fields sealed, the hash in hex."""

    list_display = [
        "position", "event_type", "aggregate_id", "version", "schema_version", "created_at", "occurred_at",
    ]  # fmt: skip
    search_fields = ["=event_id", "=aggregate_id", "=event_type"]
    ordering = ["-position"]
    fields = [
        "position", "event_id", "aggregate_type", "aggregate_id", "version", "event_type", "schema_version",
        "data_as_stored", "metadata_as_stored", "occurred_at", "created_at", "hash_in_hex",
    ]  # fmt: skip
    readonly_fields = ["data_as_stored", "metadata_as_stored", "hash_in_hex"]

    @admin.display(description="event_data")
    def data_as_stored(self, row: Event | AccessEvent) -> SafeString:
        return as_stored(row.event_data)

    @admin.display(description="metadata")
    def metadata_as_stored(self, row: Event | AccessEvent) -> SafeString:
        return as_stored(row.metadata)

    @admin.display(description="hash")
    def hash_in_hex(self, row: Event | AccessEvent) -> str:
        return bytes(row.hash).hex()


@admin.register(Event)
class EventAdmin(LedgerAdmin):
    def patient_of(self, row: Any) -> UUID | str | None:
        return patient_in(row.aggregate_id)


@admin.register(AccessEvent)
class AccessEventAdmin(LedgerAdmin):
    def patient_of(self, row: Any) -> UUID | str | None:
        patient_id = row.event_data.get("patient_id")
        return str(patient_id) if patient_id else None


def patient_in(aggregate_id: str) -> str | None:
    """The patient that a stream belongs to, by its name."""
    kind, _, patient_id = aggregate_id.partition("-")
    return patient_id if kind == "patient" else None


def as_stored(value: object) -> SafeString:
    """Stored JSON, one line a value."""
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False))
