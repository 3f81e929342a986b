"""Pages that answer for a value: why it is here, and what the author of an entry had on their screen."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.cache import patch_vary_headers

from eventstore import store
from projections import queries, words
from projections.filters import uuid_or_none
from projections.views import Request, opened, page
from projections.views_entry import patient_of
from projections.why import answer as answers
from projections.why import names
from projections.why.followed import Moments
from projections.why.seen import seen as seen_screen
from records import courses
from records.access import requires
from records.permissions import Permission


@requires(Permission.VIEW_RECORD)
def why(request: Request, patient_id: UUID, subject: str, value: str) -> HttpResponse:
    """Which entry set this value. A page of its own, and to htmx the panel that stands beside the chart."""
    thing = None if subject == names.PATIENT else uuid_or_none(subject)
    if thing is None and subject != names.PATIENT:
        raise Http404
    found = opened(request, patient_id)
    answer = answers.answer(patient_id, thing, value, moments_of(request))
    if answer is None:
        raise Http404
    panel = request.htmx and not request.htmx.history_restore_request
    context = {"answer": answer, "moments": moments_of(request), "panel": panel}
    response = page(request, patient_id, "why", found, context, "#panel" if panel else "")
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.VIEW_RECORD)
def seen(request: Request, event_id: UUID) -> HttpResponse:
    """What the author of an entry had on their screen, and what they could not know."""
    recorded = store.read_event(event_id)
    patient_id = patient_of(recorded) if recorded and recorded.aggregate_type == "Patient" else None
    if recorded is None or patient_id is None:
        raise Http404
    found = opened(request, patient_id)
    screen = seen_screen(patient_id, recorded)
    rows = screen.chart.current if screen.chart else ()
    day = words.clinic_day(recorded.created_at)
    context = {
        "seen": screen,
        "rows": rows,
        "held": sum(row.status == courses.HELD for row in rows),
        "not_started": {row.prescription_id for row in rows if queries.not_started(row, on=day)},
        "known_at": screen.known_at,
        "true_at": recorded.created_at,
    }
    return page(request, patient_id, "seen", found, context)


def moments_of(request: Request) -> Moments:
    """The moments in the address. Raises: Http404 for one that is none: now is no answer to it."""
    return Moments(_moment(request.GET.get("known_at")), _moment(request.GET.get("true_at")))


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as none:
        raise Http404 from none
    if at.tzinfo is None or not MINYEAR < at.year < MAXYEAR:  # the clinic's clock may stand in another year
        raise Http404
    return at
