"""Whoever goes on against an allergy because the patient tolerates the drug is offered to refute the allergy.

Why: an alert that is overridden each time is read no more. The reason that was given is the reason of the
refutation, until another is written.
Source: PMC12848223 (98.9 % of class alerts are overridden); SAFER guides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from eventstore import store
from eventstore.store import RecordedEvent
from records import commands, partial_dates
from records.codes import OverrideReason
from records.fold import Patient

#: The reasons that speak against the allergy itself.
DOUBTS = frozenset({OverrideReason.TOLERATED_BEFORE.value, OverrideReason.ALLERGY_DOUBTFUL.value})

#: The query parameter that names the entry by which it was tolerated; no words stand in an address.
BECAUSE = "because"


def offer(request: HttpRequest, event: RecordedEvent, patient: Patient) -> None:
    """A message that leads to the refutation of each allergy that this entry went on against."""
    if event.metadata.get("override_code") not in DOUBTS:
        return
    for alert in event.metadata.get("alerts", ()):
        allergy = patient.allergies.get(alert.get("allergy_id") or "")
        if not alert["interrupts"] or allergy is None or not allergy.is_active:
            continue
        place = reverse("refute-allergy", args=[patient.patient_id, allergy.allergy_id])
        said = _("You went on because the allergy to {substance} is doubtful or was tolerated.")
        messages.info(
            request,
            format_html(
                '{} <a href="{}?{}={}">{}</a>',
                said.format(substance=allergy.substance),
                place,
                BECAUSE,
                event.event_id,
                _("Refute the allergy to {substance}").format(substance=allergy.substance),
            ),
        )


def prefilled(request: HttpRequest, command: type, ids: Mapping[str, str]) -> dict[str, Any]:
    """What the refutation opens with: the reason that was given for the entry that the address names."""
    if command is not commands.RefuteAllergy or BECAUSE not in request.GET:
        return {}
    try:
        event = store.read_event(UUID(request.GET[BECAUSE]))
    except ValueError:
        return {}
    if event is None or event.aggregate_id != f"patient-{ids['patient_id']}":
        return {}
    drug, why = getattr(event.data, "medication", None), event.metadata.get("override_reason")
    if not drug or not why:
        return {}
    day = partial_dates.shown(event.occurred_at.date().isoformat())
    reason = _("{medication} prescribed on {day} all the same: {reason}")
    return {"reason": reason.format(medication=drug, day=day, reason=why)}
