"""Every page needs someone who signed in, was active lately, and signed in today.

Why: a chart is not left open on a desk (45 CFR 164.312(a)(2)(iii), automatic logoff). A session ends after
SESSION_IDLE_SECONDS without a request, and SESSION_COOKIE_AGE after signing in however busy it was. That it
is in use is noted at most once a minute, so that reading does not write each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

SIGNED_IN_AT = "signed_in_at"
LAST_SEEN = "last_seen"
NOTE_EVERY_SECONDS = 60

#: The query parameter by which the sign-in page says why one is there again.
ENDED = "ended"
IDLE, OVER = "idle", "over"


def begin_session(request: HttpRequest) -> None:
    """Starts both clocks, at sign-in."""
    request.session[SIGNED_IN_AT] = request.session[LAST_SEEN] = int(time.time())


class SignedInLately(LoginRequiredMiddleware):
    """Sends everyone else to the sign-in page, which leads back; an htmx request as a whole page."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if request.user.is_authenticated and (ended := how_it_ended(request)):
            logout(request)
            return self.to_sign_in(request, ended)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        return self.to_sign_in(request)

    def to_sign_in(self, request: HttpRequest, ended: str | None = None) -> HttpResponse:
        htmx = request.headers.get("HX-Request") == "true"
        back = _page_behind(request) if htmx else request.get_full_path()
        address = f"{reverse('sign-in')}?{urlencode({'next': back, **({ENDED: ended} if ended else {})})}"
        return HttpResponse(status=204, headers={"HX-Redirect": address}) if htmx else redirect(address)


def how_it_ended(request: HttpRequest) -> str | None:
    """IDLE or OVER if this session's time has run out; else notes that it is in use."""
    now = int(time.time())
    last_seen = request.session.get(LAST_SEEN, now)
    if now - request.session.get(SIGNED_IN_AT, now) > settings.SESSION_COOKIE_AGE:
        return OVER
    if now - last_seen > settings.SESSION_IDLE_SECONDS:
        return IDLE
    if LAST_SEEN not in request.session or now - last_seen >= NOTE_EVERY_SECONDS:
        request.session[LAST_SEEN] = now
        request.session.setdefault(SIGNED_IN_AT, now)
    return None


def _page_behind(request: HttpRequest) -> str:
    """The page that an htmx request came from, by its path alone: no other site can be named."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
