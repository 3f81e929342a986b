"""GET /healthz: is everything well? For load balancers, `make run` and whoever is on call; no sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from eventstore.health import health
from records.permissions import public


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while database, ledger and read models are well, else 503 with the reasons. Shows no record."""
    found = health()
    return JsonResponse(found.as_json(), status=200 if found.well else 503)
