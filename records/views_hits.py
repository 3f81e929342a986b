"""The lists that open while a drug or a substance is typed, made for one patient.

What is typed comes in the body of a POST, never in an address. The list names the patient's allergies
before anything is chosen, so the access is recorded like that to any part of the chart. The form works
without these lists: what is written is read by the same catalogue when it is read back.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records import access, handlers, interactions
from records.allergies import Allergy
from records.catalogue import families
from records.catalogue.entries import Drug, Product
from records.catalogue.naming import contents_of
from records.catalogue.search import Hit, drugs
from records.catalogue.substances import Substance, substances
from records.codes import Unit
from records.courses import Course
from records.fold import Patient
from records.interactions import Match
from records.permissions import Permission
from records.refusals import NotThere
from records.speech import coded, spoken
from records.units import strength_shown

#: Longer than any name; what is longer is not searched for.
LONGEST = 200


@dataclass(frozen=True)
class Dose:
    """A strength that fills in a dose. form: where the strength belongs to the form, not to the dose."""

    text: str
    dose: str
    unit: str
    form: str | None = None


@dataclass(frozen=True)
class DrugRow:
    """One drug of the list, with what this patient's record says to it."""

    hit: Hit
    sure: tuple[tuple[Allergy, Match], ...]
    related: tuple[tuple[Allergy, Match], ...]
    taken: Course | None

    @property
    def medication(self) -> str:
        return self.hit.drug.name

    @property
    def route(self) -> str:
        """The way it is given, where there is only one."""
        routes = self.hit.product.routes if self.hit.product else ()
        return routes[0] if len(routes) == 1 else ""

    @property
    def strengths(self) -> tuple[str, ...]:
        return tuple(map(strength_shown, self.hit.product.strengths)) if self.hit.product else ()

    @property
    def doses(self) -> str:
        """Shape: JSON, a list of `Dose`."""
        return json.dumps([vars(dose) for dose in doses_of(self.hit.product)])

    @property
    def classes(self) -> str:
        return ", ".join(classes_of(self.hit.drug))


@dataclass(frozen=True)
class SubstanceRow:
    """One substance or class of the list; recorded: the patient's allergy to it, if there is one."""

    hit: Substance
    recorded: Allergy | None


@access.requires(Permission.PRESCRIBE)
@require_POST
def drug_hits(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    patient = _patient(request, patient_id)
    found = drugs(_typed(request))
    taken = interactions.still_taken(patient.open_courses, timezone.localdate())
    context = {
        "found": found,
        "rows": [_drug_row(hit, patient, taken) for hit in found.hits],
        "similar": [_drug_row(hit, patient, taken) for hit in found.similar],
    }
    return render(request, "records/hits/drugs.html", context)


@access.requires(Permission.RECORD)
@require_POST
def substance_hits(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    patient = _patient(request, patient_id)
    found = substances(_typed(request))
    recorded = {allergy.substance.casefold(): allergy for allergy in patient.active_allergies}
    context = {
        "found": found,
        "rows": [SubstanceRow(hit, recorded.get(hit.name.casefold())) for hit in found.hits],
    }
    return render(request, "records/hits/substances.html", context)


def _patient(request: HttpRequest, patient_id: UUID) -> Patient:
    """The record that the list is made for; the access to it is recorded. Raises: NotThere."""
    patient = handlers.load(str(patient_id))
    if patient.version == 0:
        raise NotThere(_("There is no such patient. Find the patient by name or record number."))
    access.chart_viewed(request, patient_id, version=patient.version)
    return patient


def _typed(request: HttpRequest) -> str:
    typed = request.POST.get("typed", "")
    return typed if len(typed) <= LONGEST else ""


def _drug_row(hit: Hit, patient: Patient, taken: tuple[Course, ...]) -> DrugRow:
    name = hit.drug.name
    met = [
        (allergy, found)
        for allergy in patient.active_allergies
        if (found := interactions.match(allergy, name, None, None)) is not None
    ]
    return DrugRow(
        hit=hit,
        sure=tuple(each for each in met if each[1].is_sure),
        related=tuple(each for each in met if not each[1].is_sure),
        taken=next((course for course in taken if interactions.is_same_drug(course, name)), None),
    )


def classes_of(drug: Drug) -> tuple[str, ...]:
    """The established classes of what a drug contains, each once, as people read them."""
    names = [name for each in sorted(contents_of(drug)) for name in families.established(each)]
    return tuple(dict.fromkeys(_(families.named(name)) for name in names))


_PLAIN = re.compile(r"(?P<dose>[\d,.]+) (?P<unit>\w+)")
#: What is counted, where a strength is no dose: the strength then belongs to the form.
_COUNTED = {
    "tablet": Unit.TABLET,
    "capsule": Unit.CAPSULE,
    "patch": Unit.PATCH,
    "suppository": Unit.SUPPOSITORY,
}


def doses_of(product: Product | None) -> tuple[Dose, ...]:
    """The strengths of a form as doses: "500 mg" is one, "875 mg + 125 mg" is one tablet of that."""
    if product is None:
        return ()
    counted = next((unit for unit in _COUNTED if product.form.endswith(unit)), None)
    doses = []
    for strength in product.strengths:
        plain, said = _PLAIN.fullmatch(strength), str(strength_shown(strength))
        if plain and plain["unit"] in set(Unit):
            doses.append(Dose(said, plain["dose"].replace(",", ""), plain["unit"]))
        elif counted:
            text = _("1 {unit} of {strength}").format(unit=spoken(coded(counted)), strength=said)
            doses.append(Dose(text, "1", counted, f"{product.form} {strength}"))
    return tuple(doses)
