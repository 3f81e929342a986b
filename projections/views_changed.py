"""Whether somebody else changed the chart that is open: asked by the page itself, every few seconds.

Nothing new is answered with nothing, by one look at an index, and is no access: nothing is shown. News is
shown, and so recorded. The question is no sign that a person is there, and keeps no session awake.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projections.models import Patient, TimelineEntry
from projections.views import Request, opened, page
from records import access
from records.access import requires, unattended
from records.meanwhile import ago
from records.permissions import Permission

#: As many entries are said in the notice; older ones are counted.
SHOWN = 3


@unattended
@requires(Permission.VIEW_RECORD)
def changed(request: Request, patient_id: UUID) -> HttpResponse:
    """What was recorded after the version on the screen; 204 if nothing was after the one already told.

    Shape: seen: the version on the screen; told: the newest one that a notice there says already.
    """
    seen = _version(request.GET.get("seen"))
    told = max(seen, _version(request.GET.get("told")))
    now = Patient.objects.filter(patient_id=patient_id).values_list("version", flat=True).first() or 0
    if not seen or now <= told:
        return HttpResponse(status=204)
    found = opened(request, patient_id)
    entries = list(TimelineEntry.objects.filter(patient_id=patient_id, version__gt=seen).order_by("-version"))
    account = access.account_of(request)
    context = {
        "now": now,
        "title": _title(entries, str(account.user_id) if account else ""),
        "entries": entries[:SHOWN],
        "left_out": max(0, len(entries) - SHOWN),
    }
    return page(request, patient_id, "changed", found, context)


def _title(entries: list[TimelineEntry], reader: str) -> str:
    """Who changed it, and how long ago the newest change is."""
    if not entries:
        return _("This chart was changed")
    newest = entries[0]
    when = ago(newest.recorded_at)
    if any(entry.who_id != reader for entry in entries):
        theirs = [entry for entry in entries if entry.who_id != reader]
        who, when = theirs[0].who or _("Somebody"), ago(theirs[0].recorded_at)
        others = len({entry.who_id for entry in theirs}) - 1
        if others:
            text = ngettext(
                "{who} and {count} other changed this chart, the last time {ago}",
                "{who} and {count} others changed this chart, the last time {ago}",
                others,
            )
            return text.format(who=who, count=others, ago=when)
        return _("{who} changed this chart {ago}").format(who=who, ago=when)
    return _("You changed this chart in another window, {ago}").format(ago=when)


def _version(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
