"""Two records side by side: what each says of identity, allergies and medications, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from projections import words
from projections.models import Patient
from projections.queries.medications import current_medications
from projections.queries.patients import banner
from projections.search import record_number
from projections.templatetags.clinical import coded, person_name
from records.speech import _, ngettext


@dataclass(frozen=True)
class Row:
    """One thing in both records. Shape: values in words, several lines where there are several things."""

    label: str
    one: Sequence[str]
    other: Sequence[str]
    differs: bool


@dataclass(frozen=True)
class Compared:
    """Two records. merged: the other was merged into the one; closed: one of them is closed already."""

    one: Patient
    other: Patient
    rows: Sequence[Row]

    @property
    def merged(self) -> bool:
        return self.other.merged_into == self.one.patient_id

    @property
    def merged_the_other_way(self) -> bool:
        return self.one.merged_into == self.other.patient_id

    @property
    def closed(self) -> bool:
        return bool(self.one.merged_into or self.other.merged_into)


def compared(one_id: UUID, other_id: UUID) -> Compared | None:
    """Both records as they are now; None where one of them is not there."""
    one, other = banner(one_id).patient, banner(other_id).patient
    if one is None or other is None or one_id == other_id:
        return None
    rows = [
        _row(_("Name"), person_name(one), person_name(other)),
        _row(_("Other names"), one.other_names, other.other_names, silent=_("none")),
        _row(_("Born"), words.day(one.birth_date), words.day(other.birth_date)),
        _row(_("Sex"), coded(one.sex), coded(other.sex)),
        _row(_("Record number"), one.mrn, other.mrn, same=record_number(one.mrn) == record_number(other.mrn)),
        _row(_("Died"), _died(one), _died(other)),
        _row(_("Telephone"), one.phone, other.phone),
        _row(_("Address"), one.address, other.address),
        _lists(_("Allergies"), _allergies(one), _allergies(other)),
        _lists(_("Current medications"), _medications(one), _medications(other)),
        _row(_("Entries"), _entries(one), _entries(other), same=True),
        _row(_("Newest entry"), words.day_of(one.updated_at), words.day_of(other.updated_at), same=True),
    ]
    return Compared(one, other, rows)


def _row(
    label: str, one: str | None, other: str | None, *, silent: str = "", same: bool | None = None
) -> Row:
    unknown = silent or _("unknown")
    differs = one != other if same is None else not same
    return Row(label, [str(one or unknown)], [str(other or unknown)], differs)


def _lists(label: str, one: list[str], other: list[str]) -> Row:
    return Row(label, one, other, one != other)


def _died(patient: Patient) -> str:
    if not patient.deceased:
        return str(_("not recorded"))
    return str(words.day(patient.deceased_date))


def _allergies(patient: Patient) -> list[str]:
    if not patient.allergies:
        return [str(coded(patient.allergy_status))]
    return [
        ", ".join(filter(None, (each["substance"], str(coded(each["severity"] or "")), each["reactions"])))
        for each in patient.allergies
    ]


def _medications(patient: Patient) -> list[str]:
    rows = current_medications(patient.patient_id).rows
    said = [
        " ".join(
            filter(
                None,
                (row.medication, row.form, str(words.dosage(row.dose, row.unit, reported=row.reported))),
            )
        )
        for row in rows
    ]
    return said or [str(_("none"))]


def _entries(patient: Patient) -> str:
    count = patient.version
    return ngettext("{count} entry", "{count} entries", count).format(count=count)
