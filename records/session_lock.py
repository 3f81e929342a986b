"""What a page asks of its session: to stay, and to end without losing what was typed.

Why: an unattended screen shows no patient. static/js/idle.js asks.
Source: 45 CFR 164.312(a)(2)(iii), automatic logoff; WCAG 2.2, 2.2.1 and 2.2.5 (a time limit is announced, can
be prolonged, and nothing is lost by it).
"""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records import access, drafts, events
from records.models import User
from records.permissions import SIGNED_IN, public
from records.refusals import NotThere, given_back
from records.session_clock import ENDED, IDLE, LOCKED, in_use, seconds_left


@require_POST
def _stay(request: HttpRequest) -> HttpResponse:
    """Someone is there: the session's time begins anew."""
    in_use(request)
    left, may_stay = seconds_left(request)
    return JsonResponse({"left": left, "may_stay": may_stay})


stay = access.guarded(_stay, SIGNED_IN)


@public
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Ends the session, keeps what was typed, and says where to sign in again.

    Open to all: in a second window of the same browser the session has ended when its own turn comes.
    """
    place = request.POST.get("locked_at", "")
    back = drafts.kept_of(request, place) or place
    if isinstance(request.user, User):
        try:
            access.record_access(request, events.SignedOut(username=request.user.username))
        except access.AccessNotRecorded:
            pass
        finally:
            logout(request)
    ended = LOCKED if request.POST.get("asked") else IDLE
    return JsonResponse({"sign_in": f"{reverse('sign-in')}?{urlencode({'next': back, ENDED: ended})}"})


def _kept_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What was typed in a form that cannot open with it, to be sent again."""
    draft = drafts.taken(drafts.user_of(request), draft_id)
    if draft is None:
        raise NotThere(_("This was taken up already, or it is older than a week."))
    return given_back(
        request,
        draft,
        title=_("You are signed in again"),
        sentence=_("What you had typed is kept. Nothing of it was recorded: it is read back to you first."),
        button=_("Go on where you were"),
    )


kept_draft = access.guarded(_kept_draft, SIGNED_IN)
